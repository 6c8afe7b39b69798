/** The store under the crash test, with a key that both the parent and its children can make again. */
import { createPrivateKey } from 'node:crypto';
import { STATEMENT_TYPE, type Statement, systemClock } from '@custos/core';
import { type EvidenceStore, type NewEntry, openStore } from '@custos/store';
import { observationId, signerFromPem, signStatement } from '@custos/trust';
import { z } from 'zod';

export const Where = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('files'), dir: z.string() }),
  z.strictObject({ kind: z.literal('pglite'), dir: z.string() }),
  z.strictObject({ kind: z.literal('postgres'), url: z.string(), schema: z.string() }),
]);
export type Where = z.infer<typeof Where>;

/** Not secret: a fixed seed for tests, in PKCS #8. */
const pkcs8 = Buffer.concat([Buffer.from('302e020100300506032b657004220420', 'hex'), Buffer.alloc(32, 7)]);
const pem = createPrivateKey({ key: pkcs8, format: 'der', type: 'pkcs8' }).export({
  format: 'pem',
  type: 'pkcs8',
});
export const signer = signerFromPem(pem.toString(), 'custos.local/crash');

export function openCrashStore(where: Where): Promise<EvidenceStore> {
  return openStore({ ...where, signer, clock: systemClock, organisation: 'crash' });
}

export async function say(n: number): Promise<NewEntry> {
  const at = '2026-01-01T00:00:00Z';
  const statement: Statement = {
    _type: STATEMENT_TYPE,
    subject: [{ name: 'system', digest: { sha256: 'ab'.repeat(32) } }],
    predicateType: 'urn:custos:predicate:test-run:v1',
    predicate: { producer: { name: 'crash', version: '1' }, observedAt: at, validFrom: at, content: { n } },
  };
  return {
    kind: 'observation',
    envelope: await signStatement(statement, signer),
    id: observationId(statement),
  };
}
