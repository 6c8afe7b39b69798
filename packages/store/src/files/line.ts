/**
 * One entry as one line of a segment, in RFC 8785 form. An observation's statement stands beside its signatures as plain
 * JSON, so that a diff shows what was said; the signed payload is the canonical form of that statement and is built again,
 * and checked against the id, at every reading.
 */
import { CustosError, type Digest, type Envelope, isDigest } from '@custos/core';
import { Act, canonicalize, leafHash, sha256 } from '@custos/trust';
import { z } from 'zod';
import type { Row } from '../backend.ts';
import type { StoredEntry } from '../contract.ts';
import { leafOf } from '../prepare.ts';

const ObservationLine = z.strictObject({
  kind: z.literal('observation'),
  index: z.int().min(0),
  at: z.string(),
  id: z.custom<Digest>(isDigest),
  payloadType: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })),
  statement: z.record(z.string(), z.unknown()),
});
const ActLine = z.strictObject({ kind: z.literal('act'), index: z.int().min(0), at: z.string(), act: Act });
const Line = z.discriminatedUnion('kind', [ObservationLine, ActLine]);

export function formatLine(row: Row): string {
  if (row.kind === 'act')
    return `${canonicalize({ act: row.act, at: row.at, index: row.index, kind: 'act' })}\n`;
  const { payloadType, signatures } = row.envelope;
  const head = canonicalize({
    at: row.at,
    id: row.id,
    index: row.index,
    kind: 'observation',
    payloadType,
    signatures,
  });
  return `${head.slice(0, -1)},"statement":${row.payload}}\n`;
}

/** @throws CustosError STORE_TAMPERED naming the place when the line is no entry, or its statement does not fit its id */
export function parseLine(text: string, where: string): StoredEntry {
  const line = readJson(text, where);
  if (line.kind === 'act') return { kind: 'act', index: line.index, at: line.at, act: line.act };
  const payload = canonicalize(line.statement);
  const actual = sha256(payload);
  if (actual !== line.id) {
    throw tampered(where, `the statement is ${actual}, but was recorded as ${line.id}`);
  }
  const envelope: Envelope = {
    payloadType: line.payloadType,
    payload: Buffer.from(payload).toString('base64'),
    signatures: line.signatures,
  };
  return { kind: 'observation', index: line.index, at: line.at, id: line.id, envelope };
}

function readJson(text: string, where: string): z.infer<typeof Line> {
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    const merge = /^(<{7}|={7}|>{7})/.test(text);
    const why = merge
      ? 'there is a git conflict; keep one side and bring the other in with push or pull'
      : 'the line is no JSON';
    throw tampered(where, why, cause);
  }
  const line = Line.safeParse(value);
  if (line.success) return line.data;
  throw tampered(where, z.prettifyError(line.error));
}

const OBSERVATION_HEAD =
  /^\{"at":"([^"\\]*)","id":"(sha256:[0-9a-f]{64})","index":(\d{1,16}),"kind":"observation",/;

/** What opening needs of a line: its place in the ledger and its leaf hash, without parsing statements. */
export interface Glance {
  index: number;
  at: string;
  id: Digest | undefined;
  leafHash: Uint8Array;
}

/** @throws CustosError STORE_TAMPERED */
export function glance(text: string, where: string): Glance {
  const [, at, id, index] = OBSERVATION_HEAD.exec(text) ?? [];
  if (at !== undefined && isDigest(id) && index !== undefined) {
    return {
      index: Number(index),
      at,
      id,
      leafHash: leafHash(canonicalize({ at, id, kind: 'observation' })),
    };
  }
  const entry = parseLine(text, where);
  return {
    index: entry.index,
    at: entry.at,
    id: entry.kind === 'observation' ? entry.id : undefined,
    leafHash: leafHash(leafOf(entry, entry.at)),
  };
}

export function tampered(where: string, why: string, cause?: unknown): CustosError {
  return new CustosError(
    'STORE_TAMPERED',
    `${where}: ${why}. Evidence was changed outside Custos; restore the file from git or a backup.`,
    cause === undefined ? {} : { cause },
  );
}
