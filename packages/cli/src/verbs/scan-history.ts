/** `custos scan --history`: what any commit held, and when it went away. Deleting a key does not take it out of history. */
import { join, resolve } from 'node:path';
import { EXIT, type Finding, systemClock } from '@custos/core';
import { clean, renderFindingsSarif } from '@custos/engine';
import { type HistoryResult, type Seen, scanHistory } from '@custos/scan';
import type { Environment } from '../environment.ts';
import { emit, progressLine } from '../output.ts';
import { scanRuntime } from '../scan-runtime.ts';

export interface HistoryFlags {
  format: 'summary' | 'json' | 'sarif';
  out?: string;
  quiet?: boolean;
}

/** @returns 1 when history still holds findings that no branch or tag shows any more */
export async function runHistory(
  repository: string,
  flags: HistoryFlags,
  environment: Environment,
): Promise<number> {
  const progress = progressLine(process.stderr.isTTY && !flags.quiet);
  let result: HistoryResult;
  try {
    result = await scanHistory(resolve(repository), {
      ...scanRuntime(),
      cacheDir: join(environment.dataDir, 'cache', 'scan'),
      onProgress: (state) => progress.show(`Scanning ${state.files} contents`),
    });
  } finally {
    progress.end();
  }
  await emit(render(result, flags), flags.out);
  return result.findings.some((one) => one.last !== undefined) ? EXIT.fails : EXIT.conforms;
}

function render(result: HistoryResult, flags: HistoryFlags): string {
  if (flags.format === 'json') return `${JSON.stringify(result, undefined, 2)}\n`;
  if (flags.format === 'sarif')
    return renderFindingsSarif({
      id: 'scan/history',
      at: systemClock.now(),
      findings: result.findings.map(({ first, last, ...finding }) => ({
        ...finding,
        message: `${finding.message} ${period({ first, ...(last ? { last } : {}) })}.`,
      })),
      unknowns: result.unknowns,
    });
  const gone = result.findings.filter((one) => one.last !== undefined);
  const still = result.findings.length - gone.length;
  const lines = [
    `${result.stats.files} contents in history, ${result.assets.length} assets, ${result.findings.length} findings`,
    '',
    `Findings that only history holds (${gone.length})`,
    ...gone.map((one) => `    ${line(one)}`),
    ...(still > 0 ? ['', `${still} more are still there; \`custos scan\` shows them.`] : []),
    ...removed(result),
    ...(result.unknowns.length > 0
      ? ['', `Not read: ${result.unknowns.length} (--format json lists them)`]
      : []),
    '',
    nextStep(gone, result.unknowns.length),
  ];
  return `${lines.join('\n')}\n`;
}

function nextStep(gone: readonly Finding[], notRead: number): string {
  if (gone.some((one) => one.rule.startsWith('secrets/')))
    return 'Next: revoke each key that was ever committed; rewriting history does not un-publish it.';
  if (gone.length > 0) return 'Next: look at each of these; whoever has the repository has them too.';
  return notRead > 0
    ? 'Next: look at what was not read; nothing is known of it.'
    : 'Next: nothing; history holds no finding that the files do not show.';
}

function removed(result: HistoryResult): string[] {
  const gone = result.assets.filter((asset) => asset.last !== undefined);
  if (gone.length === 0) return [];
  return [
    '',
    `Assets that were here once (${gone.length})`,
    ...gone.map((asset) => `    ${clean(asset.id)}  ${period(asset)}`),
  ];
}

function line(one: Finding & Seen): string {
  return `${one.severity.padEnd(8)} ${one.rule}  ${clean(one.location.path)}  ${period(one)}  ${clean(one.message)}`;
}

function period({ first, last }: Seen): string {
  const shown = (commit: Seen['first']) => `${commit.id.slice(0, 10)} (${commit.at.slice(0, 10)})`;
  return last === undefined ? `since ${shown(first)}` : `${shown(first)} to ${shown(last)}`;
}
