/** Every format in which an assessment leaves Custos: one table for the command line, the API and the evidence pack. */
import type { Assessment } from '@custos/core';
import { canonicalize, type Signer } from '@custos/trust';
import { renderInToto } from './conformity-statement.ts';
import { renderCsv } from './csv.ts';
import { renderDeclarations } from './declarations.ts';
import { renderHtml } from './html.ts';
import { renderIcs } from './ics.ts';
import { renderMarkdown } from './markdown.ts';
import type { ReportContext } from './model.ts';
import { renderOscal } from './oscal.ts';
import { renderSarif } from './sarif.ts';
import { renderXlsx } from './xlsx.ts';

interface ExportFormat {
  readonly mediaType: string;
  /** End of a file's name. */
  readonly extension: string;
}

export const EXPORT_FORMATS = {
  json: { mediaType: 'application/json', extension: 'json' },
  sarif: { mediaType: 'application/sarif+json', extension: 'sarif' },
  cyclonedx: { mediaType: 'application/vnd.cyclonedx+json; version=1.7', extension: 'cdx.json' },
  oscal: { mediaType: 'application/oscal+json', extension: 'oscal.json' },
  'in-toto': { mediaType: 'application/vnd.in-toto+dsse', extension: 'dsse.json' },
  csv: { mediaType: 'text/csv; charset=utf-8', extension: 'csv' },
  xlsx: {
    mediaType: 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet',
    extension: 'xlsx',
  },
  ics: { mediaType: 'application/json', extension: 'ics.json' },
  html: { mediaType: 'text/html; charset=utf-8', extension: 'html' },
  md: { mediaType: 'text/markdown; charset=utf-8', extension: 'md' },
  pdf: { mediaType: 'application/pdf', extension: 'pdf' },
} as const satisfies Record<string, ExportFormat>;
export type ExportFormatName = keyof typeof EXPORT_FORMATS;

/** Formats that are a function of assessment and context alone, so that a verifier can draw them again; those of the evidence pack. */
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

/** @param signer signs the in-toto statement; asked for by no other format */
export async function renderExport(
  format: ExportFormatName,
  assessment: Assessment,
  context: ReportContext,
  signer: () => Signer | Promise<Signer>,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'json':
      return `${canonicalize(assessment)}\n`;
    case 'in-toto':
      return renderInToto(assessment, await signer());
    case 'md':
      return renderMarkdown(assessment, context);
    case 'pdf':
      return (await import('./pdf.ts')).renderPdf(assessment, context);
    default:
      return renderPackFormat(format, assessment, context);
  }
}
