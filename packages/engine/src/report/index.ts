/** Reports of an assessment, in every format. Pure: the same assessment and context give the same bytes. */
export { CONFORMITY_PREDICATE } from './conformity-statement.ts';
export { EXPORT_FORMATS, type ExportFormatName } from './formats.ts';
export { renderHtml } from './html.ts';
export { ixitTables } from './ixit.ts';
export { renderMarkdown } from './markdown.ts';
export { nextSteps, type ReportContext, type Step } from './model.ts';
export { renderPdf } from './pdf.ts';
export { renderExport } from './render-export.ts';
export { renderFindingsSarif, renderSarif } from './sarif.ts';
export { renderSummary, type SummaryOptions } from './terminal.ts';
export { clean, count, printable } from './text.ts';
