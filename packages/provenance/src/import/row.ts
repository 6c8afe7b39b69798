/** What every reader yields: rows in batches, each with the line or record it came from. */
import { type DigestAlgorithm, parseDigestPrefix } from '../records/digest-text.ts';

export interface ImportRow {
  /** Line in the file from 1; for WARC and Parquet the number of the record. */
  readonly line: number;
  /** The address as it was written; undefined when the row names none. */
  readonly url: string | undefined;
  /** Seconds since 1970; 0 when it is unknown. */
  readonly time: number;
  /** First 48 bits of the content's digest; 0 when it is unknown. */
  readonly digest: number;
  /** Which algorithm made the digest; undefined when it is unknown. */
  readonly algorithm?: DigestAlgorithm | undefined;
  /** Why the row could not be read at all. */
  readonly refused?: RowProblem;
}

export type RowProblem =
  | 'not_utf8'
  | 'line_too_long'
  | 'not_json'
  | 'no_address'
  | 'bad_columns'
  | 'quote_open'
  | 'bad_record'
  | 'wrong_length'
  | 'truncated';

export const ROW_PROBLEMS: Readonly<Record<RowProblem, string>> = {
  not_utf8: 'it is no UTF-8',
  line_too_long: 'the line is longer than 1 MiB',
  not_json: 'it is no JSON object',
  no_address: 'it names no address',
  bad_columns: 'it has the wrong number of columns',
  quote_open:
    'a quote opens here and does not close as it should, or the line lies between quotes and looks like a row',
  bad_record: 'its header can not be read',
  wrong_length: 'its length is not what it says; records may be missing after it',
  truncated: 'the file ends in the middle of it',
};

export type Rows = AsyncGenerator<readonly ImportRow[]>;

export function refusedRow(line: number, refused: RowProblem): ImportRow {
  return { line, url: undefined, time: 0, digest: 0, refused };
}

/** The columns of a row's digest. @param value what a file has in its place, of any type */
export function digestOf(value: unknown): Pick<ImportRow, 'digest' | 'algorithm'> {
  const parsed = typeof value === 'string' ? parseDigestPrefix(value) : undefined;
  return { digest: parsed?.prefix ?? 0, algorithm: parsed?.algorithm };
}
