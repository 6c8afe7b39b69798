/** Model files, read by content and never loaded: what they would do, what they can do, and what could not be read. */
export type {
  ByteSource,
  Capability,
  Coverage,
  FileInspection,
  Format,
  InspectionFinding,
  InspectionVerdict,
} from './types.ts';
