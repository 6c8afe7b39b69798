/**
 * The summary that \`custos assess\` prints. Nothing a repository says reaches the terminal as a control sequence: texts are
 * cleaned and clipped before they are coloured.
 */
import { ASSET_KINDS, type Assessment, type Norm, type Specification, type Verdict } from '@custos/core';
import { LEGEND } from './limits.ts';
import { buildModel, type PrincipleView, type ReportModel, type Step } from './model.ts';
import { clean, count, readableTime } from './text.ts';
import { VERDICT_SIGN, VERDICT_WORD } from './words.ts';

export interface SummaryOptions {
  /** ANSI colours; off for NO_COLOR, files and pipes. */
  colour: boolean;
  /** Columns of the terminal; text is wrapped between 48 and 110. */
  width: number;
}

const MOST_STEPS = 10;
const MOST_TEXTS = 4;
const MOST_NAMES = 6;
const NARROWEST = 48;
const WIDEST = 110;
const CELL = 4;

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'cyan';
const SGR: Record<Style, string> = { bold: '1', dim: '2', red: '31', yellow: '33', green: '32', cyan: '36' };
const HUE: Record<Verdict, Style> = {
  fail: 'red',
  inconclusive: 'yellow',
  pass: 'green',
  not_applicable: 'dim',
};

/** @returns lines ending with what to do next; no trailing space, one final line break. */
export function renderSummary(
  assessment: Assessment,
  specification: Specification,
  options: SummaryOptions,
): string {
  const model = buildModel(assessment, { specification, evidence: [] });
  const page = new Page(options);
  page.title(model);
  page.inventory(assessment);
  page.principles(model);
  page.steps(model, 'fail', 'shall', 'Mandatory duties that fail');
  // Without a declaration nearly everything is undecided for one reason; the list would bury what was found.
  if (assessment.system.declared) {
    page.steps(model, 'inconclusive', 'shall', 'Mandatory duties that are undecided, and what decides them');
    page.recommended(model);
  }
  page.contradictions(assessment);
  page.findings(model);
  page.unknowns(model);
  page.next(model);
  return `${page.lines.map((line) => line.trimEnd()).join('\n')}\n`;
}

class Page {
  readonly lines: string[] = [];
  readonly #colour: boolean;
  readonly #width: number;
  readonly #texts = new Map<string, string>();

  constructor(options: SummaryOptions) {
    this.#colour = options.colour;
    this.#width = Math.min(WIDEST, Math.max(NARROWEST, Math.floor(options.width) || 80));
  }

  title(model: ReportModel): void {
    for (const duty of model.principles.flatMap((p) => p.provisions.flatMap((q) => q.duties)))
      this.#texts.set(duty.id, duty.text);
    this.#wrap(model.system.name, '', (line) => this.#paint(line, 'bold'));
    this.#wrap(
      `${model.standard.name} ${model.standard.version}, as of ${readableTime(model.evaluatedAt)}${model.system.declared ? '' : '; not declared: there is no custos.yaml'}`,
      '',
      (line) => this.#paint(line, 'dim'),
    );
    this.lines.push('');
    const { verdict, headline, detail } = model.outcome;
    this.#wrap(`${VERDICT_SIGN[verdict]} ${headline}`, '', (line) => this.#paint(line, 'bold', HUE[verdict]));
    this.#wrap(detail, '  ');
  }

  /** What was found, by kind, with the first names of each. */
  inventory({ inventory }: Assessment): void {
    this.#heading(`Found (${inventory.assets.length})`);
    if (inventory.assets.length === 0) this.#wrap('No AI asset was found.', '  ');
    for (const kind of ASSET_KINDS) {
      const names = inventory.assets.filter((asset) => asset.kind === kind).map((asset) => clean(asset.name));
      if (names.length === 0) continue;
      const more = names.length > MOST_NAMES ? ` and ${names.length - MOST_NAMES} more` : '';
      this.#wrap(
        `${kind.padEnd(14)}${String(names.length).padStart(4)}  ${names.slice(0, MOST_NAMES).join(', ')}${more}`,
        '  ',
      );
    }
  }

  /** Where the declaration and the evidence disagree. */
  contradictions(assessment: Assessment): void {
    const found = Object.values(assessment.features).flatMap((state) => state.contradiction ?? []);
    if (found.length === 0) return;
    this.#heading(`Contradictions (${found.length})`);
    for (const text of found) this.#wrap(clean(text), '    ', (line) => this.#paint(line, 'red'), '  ! ');
  }

  principles(model: ReportModel): void {
    const room = this.#width - 2 * (LEGEND.length * CELL + 2);
    const block = (cells: readonly string[]): string => `  ${cells.map((cell) => cell).join('')}`;
    const signs = block(LEGEND.map((verdict) => this.#cell(VERDICT_SIGN[verdict], HUE[verdict])));
    const span = LEGEND.length * CELL;
    this.lines.push('');
    this.lines.push(
      `${' '.repeat(room)}  ${this.#paint('shall'.padStart(span), 'bold')}  ${this.#paint('should'.padStart(span), 'bold')}`,
    );
    this.lines.push(`${' '.repeat(room)}${signs}${signs}`);
    const row = (name: string, of: Pick<PrincipleView, Norm>): string =>
      clip(name, room - 1).padEnd(room) +
      block(LEGEND.map((v) => this.#number(of.shall[v], v))) +
      block(LEGEND.map((v) => this.#number(of.should[v], v)));
    for (const principle of model.principles)
      this.lines.push(row(`${String(principle.number).padStart(2)}  ${principle.title}`, principle));
    this.lines.push(row('    All duties', model.counts));
    const legend = LEGEND.map(
      (verdict) => `${VERDICT_SIGN[verdict]} ${VERDICT_WORD[verdict].toLowerCase()}`,
    ).join('   ');
    this.lines.push(this.#paint(`    ${legend}`, 'dim'));
    const waived = model.counts.shall.waived + model.counts.should.waived;
    if (waived > 0)
      this.#wrap(`${count(waived, 'duty', 'duties')} waived for now; a waiver never becomes a pass.`, '    ');
  }

  steps(model: ReportModel, verdict: Step['verdict'], norm: Norm, title: string): void {
    const all = model.steps.filter((step) => step.verdict === verdict && step.norm === norm);
    if (all.length === 0) return;
    this.#heading(title);
    for (const step of all.slice(0, MOST_STEPS)) this.#step(step);
    const rest = all.slice(MOST_STEPS);
    if (rest.length > 0)
      this.#wrap(
        `and ${count(rest.length, 'more step')} for ${count(new Set(rest.flatMap((step) => step.duties)).size, 'duty', 'duties')}: \`custos assess --format html --out report.html\` shows all`,
        '  ',
        (line) => this.#paint(line, 'dim'),
      );
  }

  recommended(model: ReportModel): void {
    this.steps(model, 'fail', 'should', 'Recommended duties that fail');
    const open = model.steps.filter((step) => step.norm === 'should' && step.verdict === 'inconclusive');
    if (open.length === 0) return;
    this.#heading('Recommended duties that are undecided');
    const duties = [...new Set(open.flatMap((step) => step.duties))];
    this.#wrap(`${duties.join(' ')}. \`custos explain PROVISION\` tells the step for each.`, '  ');
  }

  findings(model: ReportModel): void {
    if (model.findings.length === 0) return;
    this.#heading(`Findings (${model.findings.length})`);
    for (const finding of model.findings.slice(0, MOST_STEPS)) {
      const severe = finding.severity === 'critical' || finding.severity === 'high';
      this.#wrap(`${finding.severity}  ${finding.message}`, '  ', (line) =>
        severe ? this.#paint(line, 'red') : line,
      );
      this.#wrap(finding.where, '      ', (line) => this.#paint(line, 'dim'));
    }
    const more = model.findings.length - MOST_STEPS;
    if (more > 0) this.#wrap(`and ${count(more, 'more finding')}`, '  ', (line) => this.#paint(line, 'dim'));
  }

  unknowns(model: ReportModel): void {
    this.#heading(`Could not be checked (${model.unknownCount})`);
    if (model.unknownCount === 0) this.#wrap('Everything in scope could be read.', '  ');
    for (const group of model.unknowns) {
      const first = group.items[0];
      const example = first ? `, e.g. ${first.where}: ${first.message}` : '';
      this.#wrap(
        `? ${group.scanner} ${group.code}: ${count(group.items.length, 'place')}${example}`,
        '  ',
        (line) => this.#paint(line, 'yellow'),
      );
    }
  }

  next(model: ReportModel): void {
    this.lines.push('');
    if (!model.system.declared) {
      const text = 'run `custos init` to declare the system; then each duty tells its own next step.';
      this.lines.push(this.#codes(`${this.#paint('Next:', 'bold')} ${text}`));
      return;
    }
    const step = model.steps[0];
    const text = step
      ? `${sentence(filled(step, step.action || `put right: ${step.problem}`))} It moves ${count(step.duties.length, 'duty', 'duties')}${step.duties[0] ? `; \`custos explain ${step.duties[0].replace(/\/[^/]*$/, '')}\` tells more` : ''}.`
      : 'nothing is open; run `custos assess` again when something changes.';
    this.lines.push(this.#codes(`${this.#paint('Next:', 'bold')} ${text}`));
  }

  #step(step: Step): void {
    const hue = HUE[step.verdict];
    const sign = this.#paint(VERDICT_SIGN[step.verdict], hue);
    const [one] = step.duties;
    this.#wrap(filled(step, step.problem || step.action), '    ', undefined, `  ${sign} `);
    if (step.action && step.problem)
      this.#wrap(
        filled(step, step.action),
        '      ',
        (line) => this.#paint(line, 'cyan'),
        `    ${this.#paint('→', 'cyan')} `,
      );
    if (step.duties.length <= MOST_TEXTS || !one)
      for (const id of step.duties)
        this.#wrap(`${id}  ${this.#texts.get(id) ?? ''}`, '      ', (line) => this.#paint(line, 'dim'));
    else this.#wrap(step.duties.join(' '), '      ', (line) => this.#paint(line, 'dim'));
  }

  #heading(text: string): void {
    this.lines.push('', this.#paint(text, 'bold'));
  }

  #wrap(
    text: string,
    indent: string,
    paint: (line: string) => string = (line) => line,
    first = indent,
  ): void {
    for (const [index, line] of wrap(text, this.#width - indent.length).entries())
      this.lines.push((index === 0 ? first : indent) + this.#codes(paint(line)));
  }

  /** Commands in back ticks stand out where there is colour; the ticks stay, so that wrapped text stays readable. */
  #codes(line: string): string {
    return this.#colour ? line.replace(/`([^`]+)`/g, (whole) => `\u001b[1m${whole}\u001b[22m`) : line;
  }

  #cell(text: string, style: Style): string {
    return ' '.repeat(Math.max(0, CELL - [...text].length)) + this.#paint(text, style);
  }

  #number(n: number, verdict: Verdict): string {
    return n === 0 ? this.#cell('·', 'dim') : this.#cell(String(n), HUE[verdict]);
  }

  #paint(text: string, ...styles: Style[]): string {
    return this.#colour ? `\u001b[${styles.map((style) => SGR[style]).join(';')}m${text}\u001b[0m` : text;
  }
}

function filled(step: Step, text: string): string {
  return step.duties.length === 1 ? text.replaceAll('DUTY', step.duties[0] ?? 'DUTY') : text;
}

/** Ends with a full stop, so that another sentence can follow. */
function sentence(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}

function clip(text: string, width: number): string {
  const chars = [...text];
  return chars.length <= width ? text : `${chars.slice(0, Math.max(0, width - 1)).join('')}…`;
}

function wrap(text: string, width: number): string[] {
  const lines: string[] = [];
  let line = '';
  for (const word of text.split(' ').flatMap((part) => pieces(part, width))) {
    if (line && [...line].length + 1 + [...word].length > width) {
      lines.push(line);
      line = word;
    } else line = line ? `${line} ${word}` : word;
  }
  return [...lines, line];
}

function pieces(word: string, width: number): string[] {
  const chars = [...word];
  if (chars.length <= width) return [word];
  const parts: string[] = [];
  for (let at = 0; at < chars.length; at += width) parts.push(chars.slice(at, at + width).join(''));
  return parts;
}
