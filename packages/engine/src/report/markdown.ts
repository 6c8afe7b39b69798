/** The report for places that show Markdown (pull requests, wikis). Same content as the HTML; a list where a picture cannot stand. */
import type { Assessment, Verdict } from '@custos/core';
import { LEGEND, MOST_FINDINGS, MOST_PER_UNKNOWN } from './limits.ts';
import { buildModel, type DutyView, type ReportContext, type ReportModel } from './model.ts';
import { count, day, escapeMarkdown as m, readableTime, shortDigest } from './text.ts';
import { CLAIMS, VERDICT_SIGN, VERDICT_WORD } from './words.ts';

/** @returns CommonMark with GitHub tables. Same input, same bytes. */
export function renderMarkdown(assessment: Assessment, context: ReportContext): string {
  const model = buildModel(assessment, context);
  const sections: [title: string, body: string][] = [
    ['Summary', summary(model)],
    ['What to do next', steps(model)],
    ['Implementation conformance statement', ics(model)],
    ['Verdict per duty', verdicts(model)],
    ['Evidence', evidence(model)],
    ['Inventory', inventory(model)],
    ['Findings', findings(model)],
    ['What could not be checked', unknowns(model)],
    ['Information for testing (IXIT)', ixit(model)],
    ['Ledger checkpoint', ledger(model)],
    ['What this report does not claim', CLAIMS.map((claim) => `- ${m(claim)}`).join('\n')],
  ];
  const head = `# Conformity report: ${m(model.system.name)}\n\nAgainst ${m(model.standard.name)} ${m(model.standard.version)}, as of ${readableTime(model.evaluatedAt)}.`;
  return `${[head, ...sections.map(([title, body]) => `## ${title}\n\n${body}`)].join('\n\n')}\n`;
}

function summary(model: ReportModel): string {
  const { shall, should } = model.counts;
  const rows = LEGEND.map((verdict) => [word(verdict), String(shall[verdict]), String(should[verdict])]);
  const waived =
    shall.waived + should.waived > 0
      ? [['of these, waived for now', String(shall.waived), String(should.waived)]]
      : [];
  const perPrinciple = model.principles.map((principle) => [
    m(`${principle.number}. ${principle.title}`),
    ...[principle.shall, principle.should].map((counts) =>
      LEGEND.map((verdict) => counts[verdict]).join(' / '),
    ),
  ]);
  const order = LEGEND.map((verdict) => VERDICT_WORD[verdict].toLowerCase()).join(' / ');
  return `**${VERDICT_SIGN[model.outcome.verdict]} ${m(model.outcome.headline)}.** ${m(model.outcome.detail)}

${table(['Duties', 'Shall', 'Should'], [...rows, ...waived])}

By principle, as ${order}:

${table(['Principle', 'Shall', 'Should'], perPrinciple)}`;
}

function steps(model: ReportModel): string {
  if (model.steps.length === 0) return 'Nothing is open. Keep the evidence fresh.';
  return model.steps
    .map((step, index) => {
      const say = (text: string): string =>
        rich(step.duties.length === 1 ? text.replaceAll('DUTY', step.duties[0] ?? 'DUTY') : text);
      const first = step.action ? `**${say(step.action)}** ${say(step.problem)}` : `**${say(step.problem)}**`;
      return `${index + 1}. ${first}\n   ${word(step.verdict)}, ${step.norm}: ${step.duties.map(m).join(', ')}`;
    })
    .join('\n');
}

function allDuties(model: ReportModel): DutyView[] {
  return model.principles.flatMap((principle) =>
    principle.provisions.flatMap((provision) => provision.duties),
  );
}

function ics(model: ReportModel): string {
  const features = model.features.map((feature) => [
    m(feature.text),
    feature.value,
    m(feature.from),
    rich(feature.reason) +
      (feature.contradiction ? ` **Contradiction: ${rich(feature.contradiction)}**` : ''),
  ]);
  const duties = allDuties(model).map((duty) => [
    m(duty.id),
    duty.norm,
    duty.applies.word,
    rich(duty.applies.reason),
  ]);
  return `${table(['Fact', 'Holds', 'Known from', 'Why'], features)}\n\n${table(['Duty', 'Verb', 'Applies', 'Reason'], duties)}`;
}

function verdicts(model: ReportModel): string {
  return model.principles
    .map((principle) => {
      const rows = principle.provisions.flatMap((provision) =>
        provision.duties.map((duty) => [
          `${m(duty.id)} ${m(duty.text)}`,
          duty.norm,
          word(duty.verdict) + (duty.waived ? ' (waived)' : ''),
          duty.verdict === 'not_applicable'
            ? rich(duty.applies.reason)
            : duty.reasons.map((reason) => rich(reason.message)).join(' '),
          [
            ...duty.evidence.map((item) => `${m(item.type)} ${item.short}`),
            ...duty.absent.map((id) => `${id} (not in this export)`),
          ].join(', ') || 'none',
          [duty.validUntil ? day(duty.validUntil) : '', duty.reopens.map((trigger) => trigger.id).join(' ')]
            .filter(Boolean)
            .join('; ') || 'no end',
        ]),
      );
      return `### ${m(`${principle.number}. ${principle.title}`)}\n\n${table(['Duty', 'Verb', 'Verdict', 'Why', 'Evidence', 'Holds until'], rows)}`;
    })
    .join('\n\n');
}

function evidence(model: ReportModel): string {
  if (model.evidence.length === 0) return 'No verdict rests on recorded evidence.';
  return table(
    ['Id', 'Type', 'Producer', 'Actor and role', 'Observed', 'Valid until', 'Used by'],
    model.evidence.map((item) => [
      m(item.id),
      m(item.type),
      m(item.producer),
      m(item.actor) || 'machine',
      m(day(item.observedAt)),
      m(day(item.validUntil)) || 'no end',
      item.usedBy.map(m).join(', '),
    ]),
  );
}

function inventory(model: ReportModel): string {
  if (model.drawing.assets === 0) return 'No asset was found or declared. That is unknown, not empty.';
  const kinds = model.assetKinds.map((kind) => `${kind.count} ${kind.word}`).join(', ');
  return `${count(model.drawing.assets, 'asset')}: ${kinds}. ${count(model.drawing.edges, 'relation')}: see tables 3 and 4 below.`;
}

function findings(model: ReportModel): string {
  if (model.findings.length === 0)
    return 'The scan reported no finding. What it could not read is listed in the next section.';
  const shown = model.findings.slice(0, MOST_FINDINGS);
  const more = model.findings.length - shown.length;
  const rows = shown.map((finding) => [
    finding.severity,
    rich(finding.message),
    m(finding.where),
    m(finding.rule),
  ]);
  return (
    table(['Severity', 'What', 'Where', 'Rule'], rows) +
    (more > 0 ? `\n\n${count(more, 'more finding')} in the JSON document.` : '')
  );
}

function unknowns(model: ReportModel): string {
  if (model.unknownCount === 0) return 'Everything in scope could be read.';
  const rows = model.unknowns.flatMap((group) => {
    const more = group.items.length - MOST_PER_UNKNOWN;
    const shown = group.items
      .slice(0, MOST_PER_UNKNOWN)
      .map((item) => [m(`${group.scanner} ${group.code}`), m(item.where), rich(item.message)]);
    return more > 0
      ? [
          ...shown,
          [m(`${group.scanner} ${group.code}`), `${count(more, 'more place')}`, 'in the JSON document'],
        ]
      : shown;
  });
  return `${count(model.unknownCount, 'place')} could not be read or decided. Nothing is known about what is there.\n\n${table(['What', 'Where', 'Why'], rows)}`;
}

function ixit(model: ReportModel): string {
  return model.ixit
    .map((entry) => {
      const body =
        entry.rows.length === 0
          ? 'No information recorded.'
          : table(
              entry.columns,
              entry.rows.map((row) => row.map(rich)),
            );
      return `### ${entry.number}. ${m(entry.title)}\n\n${body}${entry.note ? `\n\n${m(entry.note)}` : ''}`;
    })
    .join('\n\n');
}

function ledger(model: ReportModel): string {
  const note = model.ledger.note.filter((line) => line.length > 0);
  const signed =
    note.length > 0
      ? note.map((line) => `    ${line}`).join('\n')
      : 'No signed checkpoint was given to this report.';
  return `${count(model.ledger.size, 'record')}, root ${m(model.ledger.root) || 'none'}. Specification ${m(model.standard.digest)}. Fingerprint ${m(model.fingerprint ? shortDigest(model.fingerprint) : 'none')}.\n\n${signed}`;
}

function table(columns: readonly string[], rows: readonly (readonly string[])[]): string {
  const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |`;
  return [line(columns), line(columns.map(() => '---')), ...rows.map(line)].join('\n');
}

function word(verdict: Verdict): string {
  return `${VERDICT_SIGN[verdict]} ${VERDICT_WORD[verdict]}`;
}

/** Escaped text; \`…\` stays code where its content cannot end the span or the cell. */
function rich(text: string): string {
  return text
    .split(/(`[^`|]+`)/)
    .map((part, index) => (index % 2 === 1 ? part : m(part)))
    .join('');
}
