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
