/** The tables as Kysely sees them. int8 arrives as a number from both drivers, bytea as bytes. */
import type { Generated } from 'kysely';

export interface Tables {
  ledger_heads: {
    organisation: string;
    size: number;
    peaks: Uint8Array;
    root: Uint8Array | null;
    note: string;
  };
  /** An act, or an observation (then `id`, `type`, `payload` and `signatures` are there and `act` is null). */
  ledger_entries: {
    organisation: string;
    idx: number;
    at: string;
    leaf_hash: Uint8Array;
    act: string | null;
    id: Uint8Array | null;
    type: string | null;
    payload: string | null;
    signatures: string | null;
  };
  /** SHA-256 of each subject of an observation; what a query by subject reads. */
  ledger_subjects: { organisation: string; subject: Uint8Array; idx: number };
  ledger_nodes: { organisation: string; level: number; idx: number; hash: Uint8Array };
  states: { organisation: string; key: string; value: string; idx: number };
  organisations: { organisation: string; name: string; created_at: string };
  /** `person` is an e-mail address in lower case. */
  members: {
    organisation: string;
    person: string;
    name: string;
    role: string;
    active: Generated<boolean>;
    version: Generated<number>;
  };
  systems: {
    organisation: string;
    system: string;
    name: string;
    phase: string;
    purpose: string;
    declaration: string;
    created_at: string;
    archived_at: string | null;
    version: Generated<number>;
  };
  system_roles: { organisation: string; system: string; person: string; role: string };
  assessments: {
    organisation: string;
    system: string;
    sequence: number;
    evaluated_at: string;
    system_ledger: number;
    organisation_ledger: number;
    digest: string;
    specification: string;
    fingerprint: string | null;
    counts: string;
    next_expiry: string | null;
    body: string | null;
  };
  current_assessments: { organisation: string; system: string; sequence: number; verdicts: string[] };
  verdict_changes: {
    organisation: string;
    system: string;
    sequence: number;
    duty: string;
    at: string;
    was: string;
    became: string;
    reason: string;
  };
  failing_duties: {
    organisation: string;
    system: string;
    duty: string;
    norm: string;
    waived: boolean;
    reason: string;
  };
  expiries: { organisation: string; system: string; duty: string; at: string };
  schema_migrations: { version: number; name: string; digest: string; applied_at: Generated<string> };
}

/** The one way int8 and count(*) become numbers. @throws RangeError beyond 2^53 */
export function numberFromInt8(text: string): number {
  const value = Number(text);
  if (!Number.isSafeInteger(value)) throw new RangeError(`int8 ${text} does not fit a JavaScript number`);
  return value;
}

/** Type id of int8 in the PostgreSQL protocol. */
export const INT8 = 20;
