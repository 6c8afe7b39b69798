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
  ledger_entries: { organisation: string; idx: number; leaf: string; leaf_hash: Uint8Array };
  ledger_nodes: { organisation: string; level: number; idx: number; hash: Uint8Array };
  observations: {
    organisation: string;
    id: Uint8Array;
    idx: number;
    type: string;
    subjects: string[];
    payload_type: string;
    payload: string;
    signatures: string;
  };
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
