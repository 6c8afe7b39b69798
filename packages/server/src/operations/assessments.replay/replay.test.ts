/** A past assessment computed again after Custos came with another specification. */
import { downloadPack, replayAssessment } from '@custos/contract';
import { PRODUCT, SystemAssessor, verifyPack } from '@custos/engine';
import type { Control } from '@custos/store';
import { canonicalize, sha256 } from '@custos/trust';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { REF, record, scan } from '../../testing/evidence.ts';
import { openWorld, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
  await record(world, 'scan-result', scan());
}, 120_000);
afterAll(() => world.close());

async function replayed(sequence: number) {
  const response = await world.call('auditor', replayAssessment, { params: { ...REF, sequence } });
  expect(response.status).toBe(200);
  return replayAssessment.response.parse(await response.json());
}

/** The same service with a specification in which a limit is another. */
async function upgrade(): Promise<void> {
  const { context } = world.service;
  const [first, ...others] = context.specification.settings;
  if (!first) throw new Error('there are settings');
  const settings = [{ ...first, default: first.default + 1 }, ...others];
  const specification = { ...context.specification, settings };
  const specificationDigest = sha256(canonicalize(specification));
  Object.assign(world.service.context, { specification, specificationDigest });
  Object.assign(world.service, { assessor: new SystemAssessor(world.service.context) });
}

test('gives the same digest by the specification of then; without it nothing is said to differ', async () => {
  const before = await world.service.assessor.current(REF);
  const then = world.service.context.specificationDigest;
  await upgrade();
  const now = world.service.context.specificationDigest;
  const after = await world.service.assessor.current(REF);
  expect(after.sequence).toBe(before.sequence + 1);
  expect(await replayed(before.sequence)).toMatchObject({
    same: true,
    digest: before.digest,
    specification: { recorded: then, current: now },
    assessment: { specification: { digest: then } },
  });
  expect(await replayed(after.sequence)).toMatchObject({ same: true, digest: after.digest });

  const packed = await world.call('auditor', downloadPack, {
    params: REF,
    query: { sequence: before.sequence },
  });
  const keys = [world.service.context.signer.keyId];
  const report = await verifyPack(Buffer.from(await packed.arrayBuffer()), { keys });
  expect(report).toMatchObject({ ok: true, problems: [] });

  const { database } = world.service.context;
  const altered = (control: Control) =>
    control.updateTable('specifications').set({ body: '{}' }).where('digest', '=', then).execute();
  await expect(database.within('acme', altered), 'no right to change it').rejects.toThrow(
    /permission denied/,
  );
  // By the owner of the database.
  await database.identities(altered);
  const params = { ...REF, sequence: before.sequence };
  await expect(world.service.assessor.replay(REF, before.sequence)).rejects.toMatchObject({
    code: 'STORE_DAMAGED',
  });
  expect((await world.call('auditor', replayAssessment, { params })).status).toBe(500);
});

test('says when another version of Custos judged, and what it gave does not stand', async () => {
  const before = await world.service.assessor.current(REF);
  expect((await replayed(before.sequence)).engine).toEqual({
    recorded: PRODUCT.version,
    current: PRODUCT.version,
  });
  await world.service.context.database.within(REF.organisation, (control) =>
    control.updateTable('assessments').set({ engine: '0.0.9' }).where('system', '=', REF.system).execute(),
  );
  expect(await replayed(before.sequence)).toMatchObject({
    recorded: { engine: '0.0.9' },
    engine: { recorded: '0.0.9', current: PRODUCT.version },
  });
  const after = await world.service.assessor.current(REF);
  expect(after.sequence).toBe(before.sequence + 1);
  const acts = [];
  const ledger = await world.service.context.database.ledger(REF.organisation, REF.system);
  for await (const entry of ledger.query({ kind: 'act' }))
    if (entry.kind === 'act' && entry.act.type === 'system.assessed') acts.push(entry.act.detail);
  expect(acts.at(-1)).toMatchObject({ sequence: after.sequence, engine: PRODUCT.version });
});

test('is not comparable where the specification of then was not kept', async () => {
  const { sequence } = await world.service.assessor.current(REF);
  const lost = sha256('a specification of which nothing is known');
  await world.service.context.database.within(REF.organisation, (control) =>
    control
      .updateTable('assessments')
      .set({ specification: lost })
      .where('system', '=', REF.system)
      .where('sequence', '=', sequence)
      .execute(),
  );
  const answer = await replayed(sequence);
  expect(answer).toMatchObject({
    same: null,
    specification: { recorded: lost, current: world.service.context.specificationDigest },
  });
  expect(answer.assessment).toBeUndefined();
  expect(answer.digest).toBeUndefined();
});
