/** The one door of @custos/provenance: where training data came from, and what a poisoned source touches. */
export type { CroissantCode, CroissantIssue } from './croissant/issues.ts';
export { type CroissantReport, validateCroissant } from './croissant/validate.ts';
export { toCroissant } from './export/croissant.ts';
export { type DatasetSummary, datasetsOf } from './export/datasets.ts';
export { toOpenLineage } from './export/openlineage.ts';
export { toProvJson } from './export/prov.ts';
export { detectFormat, IMPORT_FORMATS, type ImportFormat } from './import/format.ts';
export {
  type ImportedFile,
  type ImportFileOptions,
  importFile,
  type RowFault,
} from './import/import-file.ts';
export { type BuildOptions, IndexBuilder } from './index/builder.ts';
export { IndexReader, type IndexReaderOptions } from './index/index-reader.ts';
export { type Manifest, readManifest, requireManifest, type SourceInfo, Use } from './index/manifest.ts';
export type { FoundRecord, RecordFilter } from './index/scan-blocks.ts';
export type { TimeWindow } from './index/segment-reader.ts';
export { type IndexReport, verifyIndex } from './index/verify.ts';
export {
  type DigestAlgorithm,
  type DigestPrefix,
  formatDigestPrefix,
  parseDigestPrefix,
} from './records/digest-text.ts';
export { parseJson } from './records/json.ts';
export { formatTime, MAX_SECONDS, parseLastSecond, parseTime } from './records/time.ts';
export { domainRange, type KeyRange, normalUrl, urlRange } from './url/from-key.ts';
