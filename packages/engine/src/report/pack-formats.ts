/** The formats of the evidence pack: functions of assessment and context alone, so that a verifier can draw them again. */
import type { Assessment } from '@custos/core';
import { renderCsv } from './csv.ts';
import { renderDeclarations } from './declarations.ts';
import { renderHtml } from './html.ts';
import { renderIcs } from './ics.ts';
import type { ReportContext } from './model.ts';
import { renderOscal } from './oscal.ts';
import { renderSarif } from './sarif.ts';
import { renderXlsx } from './xlsx.ts';

export const PACK_FORMATS = ['sarif', 'cyclonedx', 'oscal', 'csv', 'xlsx', 'ics', 'html'] as const;

/** @throws CustosError what a renderer throws */
export function renderPackFormat(
  format: (typeof PACK_FORMATS)[number],
  assessment: Assessment,
  context: ReportContext,
): string | Uint8Array {
  switch (format) {
    case 'sarif':
      return renderSarif(assessment, context);
    case 'cyclonedx':
      return renderDeclarations(assessment, context);
    case 'oscal':
      return renderOscal(assessment, context);
    case 'csv':
      return renderCsv(assessment, context);
    case 'xlsx':
      return renderXlsx(assessment, context);
    case 'ics':
      return renderIcs(assessment, context);
    case 'html':
      return renderHtml(assessment, context);
  }
}
