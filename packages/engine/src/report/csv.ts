/** The verdicts as CSV (RFC 4180): one row for each duty, with the verdicts of its provision beside it. */
import type { Assessment } from '@custos/core';
import type { ReportContext } from './model.ts';
import { verdictTable } from './verdict-table.ts';

/** What spreadsheets take for the beginning of a formula, in any width. */
const FORMULA = /^[\s]*[=+\-@＝＋－＠|%]/u;

export const VERDICT_COLUMNS = [
  'provision',
  'provision_title',
  'provision_shall',
  'provision_should',
  'duty',
  'verb',
  'verdict',
  'waived',
  'valid_until',
  'roles',
  'duty_text',
  'reasons',
  'observations',
] as const;

/** One row for each duty, in the order of `VERDICT_COLUMNS`. */
export function verdictRows(
  assessment: Assessment,
  { specification }: Pick<ReportContext, 'specification'>,
): string[][] {
  return verdictTable(assessment, specification).flatMap((provision) =>
    provision.duties.map((duty) => [
      provision.id,
      provision.title,
      provision.shall ?? 'none',
      provision.should ?? 'none',
      duty.id,
      duty.norm,
      duty.verdict,
      duty.waived ? 'yes' : 'no',
      duty.validUntil,
      duty.roles.join(', '),
      duty.text,
      duty.reasons,
      duty.observations.join(' '),
    ]),
  );
}

/** True for text that a spreadsheet would compute. */
export function looksLikeFormula(text: string): boolean {
  return FORMULA.test(text);
}

/** UTF-8, lines end in CR LF. A cell that a spreadsheet would compute begins with an apostrophe. */
export function renderCsv(assessment: Assessment, context: Pick<ReportContext, 'specification'>): string {
  return [VERDICT_COLUMNS, ...verdictRows(assessment, context)]
    .map((row) => `${row.map(cell).join(',')}\r\n`)
    .join('');
}

function cell(text: string): string {
  const harmless = looksLikeFormula(text) ? `'${text}` : text;
  return /[",\r\n]/.test(harmless) ? `"${harmless.replaceAll('"', '""')}"` : harmless;
}
