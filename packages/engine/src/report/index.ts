/** Reports of an assessment: one model, five formats. Pure: the same assessment and context give the same bytes. */
export { renderHtml } from './html.ts';
export { ixitTables } from './ixit.ts';
export { renderMarkdown } from './markdown.ts';
export { nextSteps, type ReportContext, type Step } from './model.ts';
export { renderPdf } from './pdf.ts';
export { renderFindingsSarif, renderSarif } from './sarif.ts';
export { renderSummary, type SummaryOptions } from './terminal.ts';
export { count } from './text.ts';
