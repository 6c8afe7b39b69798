/** Model files, read by content and never loaded: what they would do, what they can do, and what could not be read. */
export { type InspectOptions, inspectSource } from './inspect.ts';
export { type InspectedPaths, type InspectPathsOptions, inspectPaths } from './inspect-paths.ts';
export { DEFAULT_LIMITS, type Limits } from './limits.ts';
export { BytesSource, FileSource } from './sources.ts';
export type {
  ByteSource,
  Capability,
  Coverage,
  FileInspection,
  Format,
  InspectionFinding,
  InspectionVerdict,
} from './types.ts';
