/**
 * WARC 1.0 and 1.1 (ISO 28500), plain or gzip by record. Only headers are kept: a record's content is skipped, whatever
 * its size. Where a length lies, reading goes on at the next record that can be recognised, and the loss is counted.
 */
import { parseTime } from '../records/time.ts';
import { pieces } from './bytes.ts';
import { digestOf, type ImportRow, type Rows, refusedRow } from './row.ts';

const MAX_HEADER = 64 * 1024;
const START = Buffer.from('WARC/1.', 'latin1');
const NEXT = Buffer.from('\r\n\r\nWARC/1.', 'latin1');
/** Records that hold what was fetched from an address. */
const FETCHED = new Set(['response', 'resource', 'revisit', 'conversion']);

export async function* warc(path: string): Rows {
  const reader = new WarcReader();
  for await (const piece of pieces(path)) {
    const rows = reader.feed(piece);
    if (rows.length > 0) yield rows;
  }
  yield reader.end();
}

/** A push parser: bytes in, rows out, never more held than a header. */
export class WarcReader {
  #held: Buffer = Buffer.alloc(0);
  #skip = 0;
  #lost = false;
  #record = 0;

  feed(piece: Buffer): ImportRow[] {
    const rows: ImportRow[] = [];
    let bytes = this.#held.length > 0 ? Buffer.concat([this.#held, piece]) : piece;
    for (;;) {
      if (this.#skip > 0) {
        const taken = Math.min(this.#skip, bytes.length);
        this.#skip -= taken;
        bytes = bytes.subarray(taken);
        if (this.#skip > 0) break;
      }
      const rest = this.#lost ? this.#resume(bytes) : this.#header(bytes, rows);
      if (rest === undefined) break;
      bytes = rest;
    }
    this.#held = Buffer.from(this.#lost ? bytes.subarray(-NEXT.length) : bytes.subarray(-MAX_HEADER * 2));
    return rows;
  }

  /** What is missing at the end of the file. */
  end(): ImportRow[] {
    const rest = this.#held.toString('latin1').replace(/[\r\n]/g, '');
    if (this.#skip > 0 || (!this.#lost && rest !== ''))
      return [refusedRow(this.#record + (this.#skip > 0 ? 0 : 1), 'truncated')];
    return [];
  }

  /** Reads one header. @returns what follows it, or undefined when more bytes are needed */
  #header(bytes: Buffer, rows: ImportRow[]): Buffer | undefined {
    let from = 0;
    while (bytes[from] === 13 || bytes[from] === 10) from++;
    const here = bytes.subarray(from);
    if (here.length < START.length) return undefined;
    if (!here.subarray(0, START.length).equals(START)) return this.#lose(here, rows, 'wrong_length');
    const end = here.indexOf('\r\n\r\n');
    if (end < 0 && here.length <= MAX_HEADER) return undefined;
    if (end < 0 || end > MAX_HEADER) return this.#lose(here.subarray(START.length), rows, 'bad_record');
    this.#record++;
    const fields = fieldsOf(here.toString('utf8', 0, end));
    const length = fields.get('content-length');
    if (length === undefined || !/^\d{1,15}$/.test(length)) {
      rows.push(refusedRow(this.#record, 'bad_record'));
      this.#lost = true;
      return here.subarray(end);
    }
    this.#skip = Number(length);
    if (FETCHED.has(fields.get('warc-type') ?? '')) rows.push(rowOf(this.#record, fields));
    return here.subarray(end + 4);
  }

  #lose(bytes: Buffer, rows: ImportRow[], why: 'wrong_length' | 'bad_record'): Buffer {
    rows.push(refusedRow(Math.max(1, this.#record), why));
    this.#lost = true;
    return bytes;
  }

  /** Looks for the next beginning of a record. */
  #resume(bytes: Buffer): Buffer | undefined {
    const at = bytes.indexOf(NEXT);
    if (at < 0) return undefined;
    this.#lost = false;
    return bytes.subarray(at);
  }
}

function fieldsOf(header: string): Map<string, string> {
  const fields = new Map<string, string>();
  // A line that begins with a blank continues the one before.
  for (const line of header
    .replace(/\r\n[ \t]+/g, ' ')
    .split('\r\n')
    .slice(1)) {
    const colon = line.indexOf(':');
    if (colon > 0) fields.set(line.slice(0, colon).trim().toLowerCase(), line.slice(colon + 1).trim());
  }
  return fields;
}

function rowOf(line: number, fields: ReadonlyMap<string, string>): ImportRow {
  const digest = fields.get('warc-payload-digest') ?? fields.get('warc-block-digest');
  return {
    line,
    // WARC 1.0 put the address between angle brackets.
    url: fields.get('warc-target-uri')?.replace(/^<(.*)>$/, '$1'),
    time: parseTime(fields.get('warc-date') ?? '') ?? 0,
    ...digestOf(digest),
  };
}
