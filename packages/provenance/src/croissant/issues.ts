/** What validation finds. */
export type CroissantCode =
  | 'NOT_DATASET'
  | 'TOO_DEEP'
  | 'CONTEXT_REMOTE'
  | 'TYPE_WRONG'
  | 'PROPERTY_MISSING'
  | 'PROPERTY_RECOMMENDED'
  | 'TEXT_EXPECTED'
  | 'ID_INVALID'
  | 'ID_REPEATED'
  | 'REFERENCE_UNKNOWN'
  | 'SOURCE_MALFORMED'
  | 'SOURCE_MISSING'
  | 'SOURCE_AND_VALUE'
  | 'DATA_TYPE_MISSING'
  | 'DATA_TYPE_UNKNOWN'
  | 'JOIN_MISSING'
  | 'ARRAY_SHAPE'
  | 'CHECKSUM'
  | 'DATA_INVALID'
  | 'TIME_INVALID'
  | 'PROV_INVALID'
  | 'RAI_UNKNOWN';

export interface CroissantIssue {
  readonly severity: 'error' | 'warning';
  readonly code: CroissantCode;
  /** Where, by ids: `Dataset > RecordSet(a) > Field(a/b)`. */
  readonly where: string;
  readonly message: string;
}

/** Collects issues for one document; a document can't make the list endless. */
export class Issues {
  readonly all: CroissantIssue[] = [];
  static readonly LIMIT = 1000;

  error(code: CroissantCode, where: string, message: string): void {
    if (this.all.length < Issues.LIMIT) this.all.push({ severity: 'error', code, where, message });
  }

  warn(code: CroissantCode, where: string, message: string): void {
    if (this.all.length < Issues.LIMIT) this.all.push({ severity: 'warning', code, where, message });
  }
}
