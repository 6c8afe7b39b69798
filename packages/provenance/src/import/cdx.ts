/** Capture indexes: CDXJ (pywb, OpenWayback; also `!` headers) and CDX with 9 or 11 fields or a header of its own. */
import { parseTime } from '../records/time.ts';
import { lines } from './bytes.ts';
import { parseObject } from './lists.ts';
import { digestOf, type ImportRow, type Rows, refusedRow } from './row.ts';

/** `SURT 14-digit-time {JSON}`; the JSON may hold `url`, `digest` and `timestamp`. */
export async function* cdxj(path: string): Rows {
  for await (const batch of lines(path))
    yield batch.flatMap(({ number, text, problem }): ImportRow[] => {
      if (text === undefined) return [refusedRow(number, problem ?? 'not_utf8')];
      if (text.trim() === '' || text.startsWith('!')) return [];
      const brace = text.indexOf('{');
      const value = brace < 0 ? undefined : parseObject(text.slice(brace));
      if (!value) return [refusedRow(number, 'not_json')];
      const [key = '', stamp = ''] = text.slice(0, brace).trim().split(/\s+/);
      const url = typeof value.url === 'string' ? value.url : fromSurt(key);
      const digest = value.digest ?? value.sha256;
      return [
        {
          line: number,
          url,
          time:
            parseTime(stamp) ??
            (typeof value.timestamp === 'string' ? parseTime(value.timestamp) : undefined) ??
            0,
          ...digestOf(digest),
        },
      ];
    });
}

/** `com,example)/a` → `http://example.com/a`: what a capture index without the original address still tells. */
function fromSurt(key: string): string | undefined {
  const end = key.indexOf(')');
  if (end <= 0) return undefined;
  return `http://${key.slice(0, end).split(',').reverse().join('.')}${key.slice(end + 1)}`;
}

const FIELDS = { url: 'a', time: 'b', digest: 'k' } as const;
const DEFAULT_FIELDS = ['N', 'b', 'a', 'm', 's', 'k', 'r', 'M', 'S', 'V', 'g'];

/** Fields between blanks; the first line may say which (` CDX N b a m s k r M S V g`). */
export async function* cdx(path: string): Rows {
  let fields: readonly string[] = DEFAULT_FIELDS;
  for await (const batch of lines(path)) {
    const rows: ImportRow[] = [];
    for (const { number, text, problem } of batch) {
      if (text === undefined) rows.push(refusedRow(number, problem ?? 'not_utf8'));
      else if (/^.CDX /.test(text)) fields = text.slice(5).trim().split(text.charAt(0));
      else if (text.trim() !== '') rows.push(cdxRow(number, text, fields));
    }
    yield rows;
  }
}

function cdxRow(line: number, text: string, fields: readonly string[]): ImportRow {
  const cells = text.split(' ');
  if (cells.length < 9 || cells.length > fields.length) return refusedRow(line, 'bad_columns');
  const cell = (field: string) => cells[fields.indexOf(field)] ?? '-';
  const url = cell(FIELDS.url);
  return {
    line,
    url: url === '-' ? undefined : url,
    time: parseTime(cell(FIELDS.time)) ?? 0,
    ...digestOf(cell(FIELDS.digest)),
  };
}
