/** Which reader a file needs: by its content where that tells, else by its name. */

import { gunzipSync } from 'node:zlib';
import { CustosError } from '@custos/core';
import { headOf } from './bytes.ts';

export const IMPORT_FORMATS = [
  'warc',
  'cdxj',
  'cdx',
  'parquet',
  'jsonl',
  'csv',
  'tsv',
  'urls',
  'croissant',
  'card',
  'dvc',
  'openlineage',
] as const;
export type ImportFormat = (typeof IMPORT_FORMATS)[number];

const BY_NAME: readonly (readonly [RegExp, ImportFormat])[] = [
  [/\.warc(\.gz)?$/i, 'warc'],
  [/\.cdxj(\.gz)?$/i, 'cdxj'],
  [/\.cdx(\.gz)?$/i, 'cdx'],
  [/\.parquet$/i, 'parquet'],
  [/\.csv(\.gz)?$/i, 'csv'],
  [/\.tsv(\.gz)?$/i, 'tsv'],
  [/\.(txt|urls|lst)(\.gz)?$/i, 'urls'],
  [/\.dvc$|(^|[/\\])dvc\.lock$/i, 'dvc'],
  [/\.md$/i, 'card'],
];

const HEAD = 4096;

/** @throws CustosError INPUT_PATH, INPUT_FORMAT */
export function detectFormat(path: string): ImportFormat {
  const head = unpacked(headOf(path, HEAD));
  if (head.startsWith('PAR1')) return 'parquet';
  if (head.startsWith('WARC/1.')) return 'warc';
  if (/^.CDX /.test(head)) return 'cdx';
  const named = BY_NAME.find(([pattern]) => pattern.test(path))?.[1];
  if (named) return named;
  const start = head.trimStart();
  if (/"eventType"\s*:/.test(head)) return 'openlineage';
  if (start.startsWith('{') && /"@context"|"@type"/.test(head)) return 'croissant';
  if (/\.(jsonl|ndjson)(\.gz)?$/i.test(path) || start.startsWith('{"')) return 'jsonl';
  if (/^\S+\)\S*\s+\d{14}\s+\{/.test(start)) return 'cdxj';
  if (/^[a-z][a-z0-9+.-]*:\/\/\S+\s/i.test(start)) return 'urls';
  throw new CustosError(
    'INPUT_FORMAT',
    `${path}: it can't be told what this is. Say so with --format: ${IMPORT_FORMATS.join(', ')}.`,
  );
}

function unpacked(head: Buffer): string {
  if (head[0] !== 0x1f || head[1] !== 0x8b) return head.toString('latin1');
  try {
    // The end of the member is missing here, which is no fault of the file.
    return gunzipSync(head, { finishFlush: 2, maxOutputLength: 1 << 20 }).toString('latin1');
  } catch {
    return '';
  }
}
