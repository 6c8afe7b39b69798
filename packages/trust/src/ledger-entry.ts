/** What the ledger appends: the canonical bytes of an entry are the leaf, and an observation's leaf names it by id only. */
import { DigestSchema, isDigest, Time } from '@custos/core';
import { z } from 'zod';
import { canonicalize } from './canonical.ts';

export const Act = z.strictObject({
  /** What was done, e.g. `state.set`, `key.rotated`. */
  type: z.string().min(1),
  actor: z.string().min(1),
  detail: z.json(),
});
export type Act = z.infer<typeof Act>;

export const LedgerEntry = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('observation'), at: Time, id: DigestSchema }),
  z.strictObject({ kind: z.literal('act'), at: Time, act: Act }),
]);
/** `at` is when it was recorded, by the recorder's clock. */
export type LedgerEntry = z.infer<typeof LedgerEntry>;

const PLAIN_TIME = /^[0-9TZ:.+-]*$/;

/** The leaf: RFC 8785 form of the entry. `leafHash(ledgerLeaf(entry))` is what the tree appends. */
export function ledgerLeaf(entry: LedgerEntry): string {
  // Written out for speed: members in order, and neither a digest nor a time needs escaping.
  if (entry.kind === 'observation' && PLAIN_TIME.test(entry.at) && isDigest(entry.id))
    return `{"at":"${entry.at}","id":"${entry.id}","kind":"observation"}`;
  return canonicalize(entry);
}
