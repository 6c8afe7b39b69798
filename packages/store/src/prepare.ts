/** Checks an entry before it may wait for a transaction, so that one caller's mistake never reaches another's batch. */
import { setImmediate } from 'node:timers/promises';
import { CustosError, type Digest, type Envelope, type Instant, type Statement } from '@custos/core';
import { Act, ledgerLeaf, readEnvelope } from '@custos/trust';
import { z } from 'zod';
import type { NewEntry, StoredEntry } from './contract.ts';

export type Prepared =
  | { kind: 'observation'; id: Digest; envelope: Envelope; payload: string; type: string; subjects: string[] }
  | { kind: 'act'; act: Act };

/** Entries checked before others may have the thread: some 5 ms. */
const STRETCH = 500;

/**
 * Checks entries a stretch at a time, so that the transaction under way, and whoever else shares the thread, goes on.
 * @throws CustosError WRONG_ID, ENVELOPE_INVALID, STATEMENT_INVALID, ENVELOPE_NOT_CANONICAL, NOT_CANONICAL, ACT_INVALID
 */
export async function prepareAll(entries: readonly NewEntry[]): Promise<Prepared[]> {
  const prepared: Prepared[] = [];
  for (const entry of entries) {
    if (prepared.length > 0 && prepared.length % STRETCH === 0) await setImmediate();
    prepared.push(prepare(entry));
  }
  return prepared;
}

function prepare(entry: NewEntry): Prepared {
  return entry.kind === 'act' ? prepareAct(entry.act) : prepareObservation(entry.envelope, entry.id);
}

function prepareAct(value: Act): Prepared {
  const act = Act.safeParse(value);
  if (!act.success) {
    throw new CustosError('ACT_INVALID', `The act cannot be recorded: ${z.prettifyError(act.error)}`);
  }
  ledgerLeaf({ kind: 'act', at: '1970-01-01T00:00:00Z', act: act.data });
  return { kind: 'act', act: act.data };
}

function prepareObservation(envelope: Envelope, id: Digest): Prepared {
  const opened = readEnvelope(envelope);
  if (opened.id !== id) {
    throw new CustosError(
      'WRONG_ID',
      `The observation was named ${id} but its content is ${opened.id}. Nothing was recorded.`,
    );
  }
  return {
    kind: 'observation',
    id,
    envelope,
    payload: opened.payload,
    type: opened.statement.predicateType,
    subjects: subjectDigests(opened.statement),
  };
}

/** SHA-256 of the statement's subjects in hex, each once. */
export function subjectDigests(statement: Statement): string[] {
  const found = new Set<string>();
  for (const subject of statement.subject)
    if (subject.digest.sha256 !== undefined) found.add(subject.digest.sha256);
  return [...found];
}

/** The canonical ledger leaf of an entry. */
export function leafOf(entry: Prepared | StoredEntry, at: Instant): string {
  return entry.kind === 'observation'
    ? ledgerLeaf({ kind: 'observation', at, id: entry.id })
    : ledgerLeaf({ kind: 'act', at, act: entry.act });
}
