/** An inspection for a person at a terminal: what is bad first, one line for each finding. */
import { basename } from 'node:path';
import { clean } from '@custos/engine';
import type { FileInspection, InspectedPaths, InspectionVerdict } from '@custos/inspect';

const ORDER: readonly InspectionVerdict[] = ['unsafe', 'suspicious', 'not_inspected', 'clean'];
const WORDS: Readonly<Record<InspectionVerdict, string>> = {
  unsafe: 'unsafe',
  suspicious: 'suspicious',
  not_inspected: 'not inspected',
  clean: 'clean',
};
const COLOURS: Readonly<Record<InspectionVerdict, string>> = {
  unsafe: '\x1b[31m',
  suspicious: '\x1b[33m',
  not_inspected: '\x1b[33m',
  clean: '\x1b[32m',
};
const MOST_LINES = 8;

export function renderInspection(
  { files, ignored, notEntered }: InspectedPaths,
  options: { colour: boolean },
): string {
  const word = (verdict: InspectionVerdict) =>
    options.colour ? `${COLOURS[verdict]}${WORDS[verdict]}\x1b[0m` : WORDS[verdict];
  const blocks = ORDER.flatMap((verdict) =>
    files
      .filter((file) => file.verdict === verdict)
      .map((file) =>
        [`${word(verdict)}  ${clean(file.path)}  (${file.format})`, ...details(file)].join('\n'),
      ),
  );
  const counts = ORDER.map((verdict) => {
    const count = files.filter((file) => file.verdict === verdict).length;
    return count === 0 ? undefined : `${count} ${WORDS[verdict]}`;
  }).filter((part) => part !== undefined);
  const beside = ignored === 0 ? '' : ` ${ignored} other files are text or pictures.`;
  const folders =
    notEntered.length === 0
      ? ''
      : ` ${notEntered.length} folders of tools were not entered (${namesOf(notEntered)}).`;
  const total = files.length === 0 ? 'No model files.' : `${counts.join(', ')}.`;
  return `${[...blocks, `${total}${beside}${folders}`].join('\n')}\n`;
}

function details(file: FileInspection): string[] {
  const lines = [
    ...file.findings
      .filter((one) => one.weight !== 'info' || file.verdict === 'not_inspected')
      .map((one) => `${one.message} [${one.rule}]`),
    ...file.coverage.skipped.map((one) =>
      one.member === file.path ? `Not inspected: ${one.why}.` : `Not inspected: ${one.member}: ${one.why}.`,
    ),
  ];
  const shown = lines.slice(0, MOST_LINES).map((line) => `    ${clean(line)}`);
  return lines.length > MOST_LINES
    ? [...shown, `    and ${lines.length - MOST_LINES} more; --format json has all`]
    : shown;
}

/** Of folders, each name once. */
function namesOf(folders: readonly string[]): string {
  return [...new Set(folders.map((path) => basename(path)))].sort().join(', ');
}
