/** What the operations on ledgers share: those of systems and those of organisations say the same. */
import { predicateName, Statement } from '@custos/core';
import type { ServiceLedger, StoredEntry } from '@custos/store';
import { ledgerLeaf } from '@custos/trust';
import { readIndexCursor, writeCursor } from '../http/cursor.ts';
import type { Service } from '../service.ts';

export async function checkpointOf(service: Service, ledger: ServiceLedger) {
  const { size, root, note } = await ledger.ledger.checkpoint();
  return { origin: ledger.origin, size, root, note, publicKey: service.context.signer.publicKey };
}

export async function entriesOf(
  ledger: ServiceLedger,
  query: {
    cursor?: string | undefined;
    from?: number | undefined;
    kind?: StoredEntry['kind'] | undefined;
    limit: number;
  },
) {
  const items: ReturnType<typeof entryView>[] = [];
  let next: number | undefined;
  for await (const entry of ledger.query({
    since: readIndexCursor(query.cursor) ?? query.from ?? 0,
    limit: query.limit + 1,
    ...(query.kind ? { kind: query.kind } : {}),
  })) {
    if (items.length === query.limit) {
      next = entry.index;
      break;
    }
    items.push(entryView(entry));
  }
  return { items, ...(next === undefined ? {} : { next: writeCursor(next) }) };
}

function entryView(entry: StoredEntry) {
  const { index, at, kind } = entry;
  if (entry.kind === 'act') {
    const { type, actor, detail } = entry.act;
    return { index, at, kind, type, actor, detail };
  }
  const payload: unknown = JSON.parse(Buffer.from(entry.envelope.payload, 'base64').toString());
  const { predicateType } = Statement.parse(payload);
  return { index, at, kind, id: entry.id, type: predicateName(predicateType) ?? predicateType };
}

/** @throws CustosError PROOF_RANGE beyond the end */
export async function proofOf(ledger: ServiceLedger, index: number) {
  const { size, root, proof } = await ledger.ledger.inclusion(index);
  const { note } = await ledger.ledger.checkpoint();
  let leaf = '';
  for await (const entry of ledger.query({ since: index, limit: 1 }))
    leaf =
      entry.kind === 'observation'
        ? ledgerLeaf({ kind: 'observation', at: entry.at, id: entry.id })
        : ledgerLeaf({ kind: 'act', at: entry.at, act: entry.act });
  return { index, size, root, leaf, path: proof.map(base64), checkpoint: note };
}

/** @throws CustosError PROOF_RANGE */
export async function consistencyOf(ledger: ServiceLedger, sizes: { first: number; second: number }) {
  const proof = await ledger.ledger.consistency(sizes.first, sizes.second);
  return { ...sizes, proof: proof.map(base64) };
}

/** The lines, and a name under which a browser keeps them. */
export async function exportOf(
  service: Service,
  ledger: ServiceLedger,
  setHeader: (name: string, value: string) => void,
): Promise<AsyncIterable<string>> {
  const name = ledger.organisation.replaceAll('/', '-');
  setHeader('content-disposition', `attachment; filename="${name}-ledger.jsonl"`);
  const { keyring, handovers } = service.context;
  return ledger.export({ keys: keyring.entries(), handovers: [...(handovers ?? [])] });
}

function base64(hash: Uint8Array): string {
  return Buffer.from(hash).toString('base64');
}
