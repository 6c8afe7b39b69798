/** An assessment in any of the formats. */
import type { Assessment } from '@custos/core';
import { canonicalize, type Signer } from '@custos/trust';
import { renderInToto } from './conformity-statement.ts';
import type { ExportFormatName } from './formats.ts';
import { renderMarkdown } from './markdown.ts';
import type { ReportContext } from './model.ts';
import { renderPackFormat } from './pack-formats.ts';

/** @param signer signs the in-toto statement; asked for by no other format */
export async function renderExport(
  format: ExportFormatName,
  assessment: Assessment,
  context: ReportContext,
  signer: () => Signer | Promise<Signer>,
): Promise<string | Uint8Array> {
  switch (format) {
    case 'json':
      return canonicalize(assessment);
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
