/**
 * One line of an export, read. Nearly all lines are observations as `exportEntry` writes them; one regular expression over the
 * whole line takes their parts several times faster than JSON.parse, and as it admits nothing but that exact form, it cannot
 * read another line than a JSON parser would. All other lines go through JSON, schema, and the check for RFC 8785 form.
 */
import { CustosError, type Envelope } from '@custos/core';
import { z } from 'zod';
import { canonicalize } from './canonical.ts';
import { CheckpointLine, EntryLine, HeaderLine, TrailerLine } from './export-format.ts';
import { ledgerLeaf } from './ledger-entry.ts';

export interface ParsedEntry {
  type: 'entry';
  index: number;
  /** Stated leaf hash, base64. */
  hash: string;
  leaf: string;
  kind: 'observation' | 'act';
  /** Of an observation: the id in its leaf and the base64 payload of its envelope (undefined when there is none). */
  id?: string;
  payload?: string | undefined;
}
export type ParsedLine =
  | ParsedEntry
  | { type: 'checkpoint'; note: string }
  | { type: 'trailer'; note: string; size: number };

const OBSERVATION_LINE = new RegExp(
  [
    '^\\{"envelope":\\{"payload":"([A-Za-z0-9+/]*(?:[AQgw]==|[AEIMQUYcgkosw048]=)?)"',
    ',"payloadType":"application/vnd\\.in-toto\\+json","signatures":\\[',
    '(?:\\{"keyid":"[ -!#-[\\]-~]*","sig":"[A-Za-z0-9+/=]*"\\}(?:,\\{"keyid":"[ -!#-[\\]-~]*","sig":"[A-Za-z0-9+/=]*"\\})*)?\\]\\}',
    ',"hash":"([A-Za-z0-9+/]{43}=)","index":(0|[1-9][0-9]{0,14})',
    ',"leaf":(\\{"at":"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{8,18}Z","id":"(sha256:[0-9a-f]{64})","kind":"observation"\\})\\}$',
  ].join(''),
);

/** @throws CustosError EXPORT_LINE with what is wrong */
export function parseLine(line: Buffer): ParsedLine {
  const match = OBSERVATION_LINE.exec(line.toString('latin1'));
  if (match === null) return parseSlowly(line);
  const [, payload = '', hash = '', index = '', leaf = '', id = ''] = match;
  if (payload.length % 4 !== 0) throw wrong('the payload is no standard base64 with padding');
  return { type: 'entry', index: Number(index), hash, leaf, kind: 'observation', id, payload };
}

function parseSlowly(line: Buffer): ParsedLine {
  const value = parseCanonical(line);
  const has = (key: string): boolean =>
    typeof value === 'object' && value !== null && Object.hasOwn(value, key);
  if (has('end')) {
    const { checkpoint, size } = read(TrailerLine, value);
    return { type: 'trailer', note: checkpoint, size };
  }
  if (has('checkpoint')) return { type: 'checkpoint', note: read(CheckpointLine, value).checkpoint };
  return entryOf(read(EntryLine, value));
}

function entryOf({ index, hash, leaf, envelope }: EntryLine): ParsedEntry {
  const entry = { type: 'entry', index, hash, leaf: ledgerLeaf(leaf) } as const;
  if (leaf.kind === 'observation')
    return { ...entry, kind: 'observation', id: leaf.id, payload: envelope?.payload };
  if (envelope !== undefined) throw wrong('an act carries an envelope');
  return { ...entry, kind: 'act' };
}

/** @throws CustosError EXPORT_LINE */
export function parseHeader(line: Buffer): HeaderLine {
  return read(HeaderLine, parseCanonical(line));
}

/** The envelope of a line that `parseLine` took for an observation with one. @throws CustosError EXPORT_LINE */
export function envelopeOf(line: Buffer): Envelope | undefined {
  return read(EntryLine, parseCanonical(line)).envelope;
}

function parseCanonical(line: Buffer): unknown {
  let text: string;
  let value: unknown;
  try {
    text = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(line);
    value = JSON.parse(text);
  } catch (cause) {
    throw new CustosError('EXPORT_LINE', 'it is no JSON in UTF-8', { cause });
  }
  if (canonicalize(value) !== text) throw wrong('it is not in RFC 8785 form');
  return value;
}

function read<T>(schema: z.ZodType<T>, value: unknown): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw wrong(z.prettifyError(parsed.error).replaceAll('\n', ' '));
}

function wrong(what: string): CustosError {
  return new CustosError('EXPORT_LINE', what);
}
