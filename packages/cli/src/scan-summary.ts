/** What `custos scan` prints for people. */
import { styleText } from 'node:util';
import { ASSET_KINDS, type Asset, type AssetKind, type Finding } from '@custos/core';
import { type ComparedAsset, clean, type Difference } from '@custos/engine';
import type { UsageReport } from '@custos/scan';
import type { Discovery } from './discovery.ts';

type Style = 'bold' | 'dim' | 'red' | 'yellow' | 'green' | 'magenta';
type State = ComparedAsset['state'];

const MOST = 12;
const SIGN: Record<State, { sign: string; style: Style; means: string }> = {
  rejected: { sign: '✕', style: 'red', means: 'rejected, and still here' },
  shadow: { sign: '!', style: 'red', means: 'in nobody’s approved inventory' },
  changed: { sign: '~', style: 'yellow', means: 'not as it was approved' },
  approved: { sign: '✓', style: 'green', means: 'as approved' },
};
const SEVERITIES: readonly Finding['severity'][] = ['critical', 'high', 'medium', 'low', 'info'];

interface Look {
  readonly target: string;
  readonly colour: boolean;
}

export function renderScan(
  found: Discovery,
  changes: Difference | undefined,
  usage: readonly UsageReport[],
  look: Look,
): string {
  const page = new Page(look.colour);
  const { stats } = found.result;
  const name = found.declaration?.system.name ?? look.target;
  page.line(
    `${page.style('bold', clean(name))}  ${stats.files} files, ${found.comparison.assets.length} assets`,
  );
  if (changes) page.changes(changes);
  else if (found.declaration) page.states(found);
  else page.inventory(found.assets);
  for (const log of usage) page.usage(log, found);
  page.findings(changes?.newFindings ?? found.result.findings, changes ? 'New findings' : 'Findings');
  page.unknowns(found);
  page.next(found, changes);
  return `${page.lines.join('\n')}\n`;
}

class Page {
  readonly lines: string[] = [];
  readonly #colour: boolean;

  constructor(colour: boolean) {
    this.#colour = colour;
  }

  style(style: Style, text: string): string {
    return this.#colour ? styleText(style, text, { validateStream: false }) : text;
  }

  line(text: string): void {
    this.lines.push(text);
  }

  states({ comparison }: Discovery): void {
    for (const state of ['rejected', 'shadow', 'changed'] as const) {
      const items = comparison.assets.filter((item) => item.state === state);
      if (items.length === 0) continue;
      const { sign, style, means } = SIGN[state];
      this.#head(`${sign} ${state} (${items.length})`, style, means);
      this.#some(items, (item) => `${label(item.asset)}${whatChanged(item)}  ${place(item.asset)}`);
    }
    if (comparison.vanished.length > 0) {
      this.#head(`- vanished (${comparison.vanished.length})`, 'yellow', 'approved, but not found any more');
      this.#some(comparison.vanished, (entry) => clean(entry.id));
    }
    const approved = comparison.assets.filter((item) => item.state === 'approved').map((item) => item.asset);
    this.#head(`✓ approved (${approved.length})`, 'green', kinds(approved));
    if (comparison.dismissed.length > 0)
      this.line(this.style('dim', `  and ${comparison.dismissed.length} marked as not AI`));
  }

  inventory(assets: readonly Asset[]): void {
    for (const kind of ASSET_KINDS) {
      const of = assets.filter((asset) => asset.kind === kind);
      this.#list(kind, 'bold', of, (asset) => `${label(asset)}  ${place(asset)}`);
    }
    if (assets.length === 0) this.line('No AI asset was found.');
  }

  changes({ added, removed, changed }: Difference): void {
    if (added.length + removed.length + changed.length === 0) this.line('No asset changed.');
    this.#list('+ added', 'red', added, (asset) => `${label(asset)}  ${place(asset)}`);
    this.#list('- removed', 'yellow', removed, label);
    this.#list(
      '~ changed',
      'yellow',
      changed,
      (one) => `${clean(one.id)}  ${one.fields.join(', ')}${versions(one.before.version, one.after.version)}`,
    );
  }

  usage(log: UsageReport, { comparison }: Discovery): void {
    const states = new Map(comparison.assets.map((item) => [item.asset.id, item.state]));
    const period = log.from && log.until ? `, ${log.from.slice(0, 10)} to ${log.until.slice(0, 10)}` : '';
    this.#head(
      `Called, by ${clean(log.path)} (${log.services.length})`,
      'bold',
      `${log.lines} lines${period}${log.notUnderstood > 0 ? `; ${log.notUnderstood} not understood` : ''}`,
    );
    this.#some(log.services, (one) => {
      const who = one.users.slice(0, 3).map((user) => clean(user.user));
      const users =
        one.users.length > 3 ? `${who.join(', ')} and ${one.users.length - 3} more` : who.join(', ');
      const sign = SIGN[states.get(one.asset) ?? 'shadow'].sign;
      return `${sign} ${clean(one.asset)}  ${one.requests} requests, last ${one.lastSeen.slice(0, 10)}  ${users}`;
    });
  }

  findings(findings: readonly Finding[], title: string): void {
    const sorted = [...findings].sort(
      (a, b) => SEVERITIES.indexOf(a.severity) - SEVERITIES.indexOf(b.severity),
    );
    this.#list(
      title,
      'bold',
      sorted,
      (one) => `${one.severity.padEnd(8)} ${one.rule}  ${at(one.location)}  ${clean(one.message)}`,
    );
  }

  unknowns({ result }: Discovery): void {
    if (result.unknowns.length === 0) return;
    this.#head(`? not read (${result.unknowns.length})`, 'magenta', 'nothing is known of these places');
    this.#some(result.unknowns, (one) => `${one.code}  ${at(one.location)}  ${clean(one.message)}`);
  }

  next(found: Discovery, changes: Difference | undefined): void {
    if (changes) return;
    const open = found.comparison.assets.filter((item) => item.state !== 'approved').length;
    const text =
      found.declaration === undefined
        ? 'run `custos init` to declare the system; then its assets can be approved.'
        : open > 0
          ? `decide on ${open === 1 ? 'it' : `these ${open}`} with \`custos triage\`.`
          : 'nothing awaits a decision.';
    this.line('');
    this.line(`${this.style('bold', 'Next:')} ${text}`);
  }

  #head(title: string, style: Style, note: string): void {
    this.line('');
    this.line(`${this.style(style, title)}${note === '' ? '' : `  ${this.style('dim', note)}`}`);
  }

  #list<T>(title: string, style: Style, items: readonly T[], text: (item: T) => string): void {
    if (items.length === 0) return;
    this.#head(`${title} (${items.length})`, style, '');
    this.#some(items, text);
  }

  #some<T>(items: readonly T[], text: (item: T) => string): void {
    for (const item of items.slice(0, MOST)) this.line(`    ${text(item)}`);
    if (items.length > MOST)
      this.line(this.style('dim', `    and ${items.length - MOST} more (--format json lists all)`));
  }
}

function label(asset: Asset): string {
  return clean(asset.version === undefined ? asset.id : `${asset.id} ${asset.version}`);
}

function place(asset: Asset): string {
  const [first] = asset.locations;
  const more = asset.locations.length > 1 ? ` and ${asset.locations.length - 1} more` : '';
  return first === undefined ? '' : `${at(first)}${more}`;
}

function at(location: { path: string; line?: number | undefined }): string {
  return clean(location.line === undefined ? location.path : `${location.path}:${location.line}`);
}

function whatChanged({ asset, approved, state, newDependencies }: ComparedAsset): string {
  if (state !== 'changed') return '';
  const parts = [versions(approved?.version, asset.version)];
  if (approved?.digest !== undefined && approved.digest !== asset.digest) parts.push('  other content');
  if (newDependencies.length > 0) parts.push(`  now also needs ${clean(newDependencies.join(', '))}`);
  return parts.join('');
}

function versions(before: string | undefined, after: string | undefined): string {
  return before === after ? '' : `  ${clean(before ?? 'no version')} → ${clean(after ?? 'no version')}`;
}

function kinds(assets: readonly Asset[]): string {
  const count = (kind: AssetKind) => assets.filter((asset) => asset.kind === kind).length;
  return ASSET_KINDS.filter((kind) => count(kind) > 0)
    .map((kind) => `${kind} ${count(kind)}`)
    .join(', ');
}
