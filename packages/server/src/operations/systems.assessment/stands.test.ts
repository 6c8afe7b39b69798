/** When an assessment is computed anew: evidence does that, acts do not. */

import { statementOf, subject } from '@custos/engine';
import { observationId, sha256, signStatement } from '@custos/trust';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { record } from '../../testing/evidence.ts';
import { openWorld, type World } from '../../testing/world.ts';

const ref = { organisation: 'acme', system: 'chatbot' };
let now = '2026-05-01T08:00:00.000Z';
let world: World;
beforeAll(async () => {
  world = await openWorld({ clock: { now: () => now } });
}, 120_000);
afterAll(() => world.close());

async function sequence(): Promise<number> {
  return (await world.service.assessor.current(ref)).sequence;
}

async function policy(version: string) {
  const { signer } = world.service.context;
  const statement = statementOf({
    type: 'policy',
    content: {
      kind: 'supply_chain',
      version,
      appliesTo: 'all systems',
      inForceFrom: now,
      sections: [],
      approvedBy: 'board@acme.example',
    },
    subject: [subject('acme', sha256('acme'))],
    producer: { name: 'register', version: '1' },
    observedAt: now,
  });
  return {
    kind: 'observation' as const,
    id: observationId(statement),
    envelope: await signStatement(statement, signer),
  };
}

test('acts in both ledgers leave an assessment as it is, evidence in either replaces it', async () => {
  const { database, signer } = world.service.context;
  const shared = await database.ledger(ref.organisation);
  const own = await database.ledger(ref.organisation, ref.system);
  const first = await sequence();
  const act = { type: 'somebody.invited', actor: 'administrator@acme.example', detail: {} };
  await shared.record([{ kind: 'act', act }]);
  await own.record([{ kind: 'act', act }]);
  expect(await sequence()).toBe(first);

  await shared.record([await policy('1')]);
  expect(await sequence()).toBe(first + 1);
  await own.record([await policy('2')]);
  expect(await sequence()).toBe(first + 2);
  expect(await sequence()).toBe(first + 2);

  const added = { name: 'pytest', publicKey: signer.publicKey };
  await own.record([{ kind: 'act', act: { ...act, type: 'producer.added', detail: added } }]);
  expect(await sequence()).toBe(first + 3);
});

test('what the cache holds is what the ledger holds, however it grew', async () => {
  const { database } = world.service.context;
  const own = await database.ledger(ref.organisation, ref.system);
  for (const version of ['3', '4', '5']) {
    await own.record([await policy(version)]);
    await world.service.assessor.evidence(ref);
  }
  const { evidence } = await world.service.assessor.evidence(ref);
  const ids: string[] = [];
  for (const ledger of [own, await database.ledger(ref.organisation)])
    for await (const entry of ledger.query()) if (entry.kind === 'observation') ids.push(entry.id);
  expect(evidence.map(({ id }) => id)).toEqual(ids);
});

test('a declaration that an auditor withdrew is stated again, as it is in force', async () => {
  const { evidence } = await world.service.assessor.evidence(ref);
  const declared = evidence.findLast(({ statement }) =>
    statement.predicateType.includes(':system-declaration:'),
  );
  if (!declared) throw new Error('nothing is declared');
  const actor = { id: world.address('auditor'), role: 'auditor' } as const;
  const reason = 'It was recorded with the roles of another system';
  now = '2026-05-01T09:00:00.000Z';
  await record(world, 'retraction', { of: declared.id, reason }, { actor });
  now = '2026-05-01T09:00:01.000Z';
  const { assessment } = await world.service.assessor.current(ref);
  expect(assessment.system).toMatchObject({ id: 'chatbot', declared: true });
  const again = (await world.service.assessor.evidence(ref)).evidence.findLast(({ statement }) =>
    statement.predicateType.includes(':system-declaration:'),
  );
  expect(again?.statement.predicate).toMatchObject({ observedAt: now, content: { id: 'chatbot' } });
});
