/** Ledgers as operations: whoever reads them can check them without trusting the server. */
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import {
  getCheckpoint,
  getConsistency,
  getProof,
  listEntries,
  type Operation,
  type ResultOf,
} from '@custos/contract';
import {
  digestBytes,
  leafHash,
  rootOf,
  sha256,
  verifyConsistency,
  verifyExport,
  verifyInclusion,
} from '@custos/trust';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type World } from '../testing/world.ts';
import { exportOf } from './ledger-view.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  for (const ledger of [
    await world.service.context.database.ledger('acme', 'chatbot'),
    await world.service.context.database.ledger('acme'),
  ])
    await ledger.record(
      Array.from({ length: 7 }, (_, n) => ({
        kind: 'act' as const,
        act: { type: 'test.done', actor: 'administrator@acme.example', detail: { n } },
      })),
    );
  await world.service.assessor.current({ organisation: 'acme', system: 'chatbot' });
}, 120_000);
afterAll(() => world.close());

const kinds = [
  ['of a system', '/api/v1/organisations/acme/systems/chatbot/ledger', ['acme', 'chatbot']],
  ['of an organisation', '/api/v1/organisations/acme/ledger', ['acme']],
] as const;

describe.each(kinds)('%s', (_, path, [organisation, system]) => {
  const ask = (more: string) => world.send('auditor', `${path}${more}`);
  const read = async <O extends Operation>(op: O, more: string): Promise<ResultOf<O>> =>
    op.response?.parse(await (await ask(more)).json()) as ResultOf<O>;

  test('pages hold every entry once, in order', async () => {
    const { size } = await read(getCheckpoint, '');
    const seen: number[] = [];
    let cursor: string | undefined;
    do {
      const page = await read(listEntries, `/entries?limit=3${cursor ? `&cursor=${cursor}` : ''}`);
      seen.push(...page.items.map(({ index }) => index));
      cursor = page.next;
    } while (cursor !== undefined);
    expect(seen).toEqual(Array.from({ length: size }, (__, i) => i));
    const acts = await read(listEntries, '/entries?kind=act&from=2&limit=2');
    expect(acts.items).toMatchObject([
      { index: 2, kind: 'act', type: 'test.done', detail: { n: 2 } },
      { index: 3, kind: 'act' },
    ]);
  });

  test('a proof holds against the root, and not for another leaf', async () => {
    const said = await read(getProof, '/entries/3/proof');
    const hashes = said.path.map((hash) => Buffer.from(hash, 'base64'));
    const root = digestBytes(said.root);
    verifyInclusion(leafHash(said.leaf), said.index, said.size, hashes, root);
    expect(() => verifyInclusion(leafHash(`${said.leaf} `), said.index, said.size, hashes, root)).toThrow();
    expect((await ask('/entries/999/proof')).status).toBe(404);
    expect((await ask('/entries/x/proof')).status).toBe(422);
  });

  test('a smaller ledger is proved to begin the larger', async () => {
    const { size, root } = await read(getCheckpoint, '');
    const said = await read(getConsistency, `/consistency?first=3&second=${size}`);
    const ledger = await world.service.context.database.ledger(organisation, system);
    const leaves: string[] = [];
    for await (const leaf of ledger.ledger.leaves(0, 3)) leaves.push(leaf);
    verifyConsistency(
      3,
      size,
      said.proof.map((hash) => Buffer.from(hash, 'base64')),
      rootOf(leaves.map(leafHash)),
      digestBytes(root ?? sha256('')),
    );
    expect((await ask(`/consistency?first=1&second=${size + 1}`)).status).toBe(404);
    expect((await ask('/consistency?first=0&second=1')).status).toBe(422);
  });

  test('an export tells of keys that were handed over', async () => {
    const { service } = world;
    const handover = { payloadType: 'x', payload: 'aGFuZG92ZXI=', signatures: [] };
    const context = { ...service.context, handovers: [handover] };
    const ledger = await context.database.ledger(organisation, system);
    const lines: string[] = [];
    for await (const line of await exportOf({ ...service, context }, ledger, () => undefined))
      lines.push(line);
    expect(lines[0]).toContain(handover.payload);
  });

  test('an export verifies offline', async () => {
    const response = await ask('/export');
    const { headers } = response;
    expect(headers.get('content-type')).toBe('application/jsonl');
    expect(headers.get('content-disposition')).toMatch(/^attachment; filename="acme[a-z-]*-ledger\.jsonl"$/);
    const dir = mkdtempSync(join(tmpdir(), 'custos-export-'));
    try {
      writeFileSync(join(dir, 'ledger.jsonl'), await response.text());
      const report = await verifyExport(join(dir, 'ledger.jsonl'), [world.service.context.signer.publicKey], {
        signatures: true,
      });
      expect(report.problems).toEqual([]);
    } finally {
      rmSync(dir, { recursive: true });
    }
  });
});
