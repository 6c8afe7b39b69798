/** The organisation's limits: two administrators for a change, and every system is assessed by it. */
import {
  decideSetting,
  declareSystem,
  getSystem,
  listSettings,
  Problem,
  proposeSetting,
} from '@custos/contract';
import { declarationInForce } from '@custos/engine';
import { updateMember } from '@custos/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, type PersonName, type World } from '../../testing/world.ts';

const organisation = 'acme';
const SETTING = 'test.max_age_days';
const REASON = 'Our systems change every month, so tests of half a year say too little';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

async function state(setting = SETTING) {
  const response = await world.call('administrator', listSettings, { params: { organisation } });
  const { items } = listSettings.response.parse(await response.json());
  const found = items.find(({ id }) => id === setting);
  if (!found) throw new Error(`no setting ${setting}`);
  return found;
}

async function propose(who: PersonName, value: number | null, { setting = SETTING, version = -1 } = {}) {
  const seen = version === -1 ? (await state()).version : version;
  return world.call(
    who,
    proposeSetting,
    { params: { organisation, setting }, body: { value, reason: REASON } },
    { 'if-match': `"${seen}"` },
  );
}

async function decide(who: PersonName, decision: 'approved' | 'rejected') {
  return world.call(
    who,
    decideSetting,
    { params: { organisation, setting: SETTING }, body: { decision, reason: REASON } },
    { 'if-match': `"${(await state()).version}"` },
  );
}

/** What the checks of a system get. */
async function inForce(setting = SETTING): Promise<number | undefined> {
  const declared = await world.service.context.database.within(organisation, (control) =>
    declarationInForce(control, 'chatbot', world.service.context.specification),
  );
  return declared?.thresholds[setting];
}

async function acts(): Promise<string[]> {
  const ledger = await world.service.context.database.ledger(organisation);
  const types: string[] = [];
  for await (const entry of ledger.query({ kind: 'act' }))
    if (entry.kind === 'act' && entry.act.type.startsWith('setting.')) types.push(entry.act.type);
  return types;
}

describe('a change', () => {
  test('all settings of the catalogue have a default, a unit and a reason', async () => {
    const response = await world.call('viewer', listSettings, { params: { organisation } });
    const { items } = listSettings.response.parse(await response.json());
    expect(items.length).toBe(world.service.context.specification.settings.length);
    expect(items.length).toBeGreaterThanOrEqual(72);
    expect(items.filter(({ reason, unit }) => reason === '' || unit === '')).toEqual([]);
  });

  test('counts when a second administrator approves it, not before, and not by the one who proposed it', async () => {
    expect((await propose('administrator', 30)).status).toBe(200);
    expect(await state()).toMatchObject({ proposal: { value: 30, by: world.address('administrator') } });
    expect(await inForce()).toBeUndefined();
    const own = await decide('administrator', 'approved');
    expect([own.status, Problem.parse(await own.json()).code]).toEqual([403, 'SELF_APPROVAL']);
    await world.service.context.database.within(organisation, (control) =>
      updateMember(control, { person: world.address('viewer') }, { role: 'administrator' }),
    );
    expect((await decide('viewer', 'approved')).status).toBe(200);
    expect(await state()).toMatchObject({ own: { value: 30, approvedBy: world.address('viewer') } });
    expect(await inForce()).toBe(30);
    expect(await acts()).toEqual(['setting.proposed', 'setting.decided']);
  });

  test('one’s own proposal is withdrawn by rejecting it; the way back to the default needs two as well', async () => {
    expect((await propose('administrator', null)).status).toBe(200);
    expect((await decide('administrator', 'rejected')).status).toBe(200);
    expect(await inForce()).toBe(30);
    expect((await propose('administrator', null)).status).toBe(200);
    expect((await decide('viewer', 'approved')).status).toBe(200);
    expect(await inForce()).toBeUndefined();
  });
});

describe('what a system declares for itself', () => {
  async function declares(thresholds: Record<string, number>): Promise<void> {
    const params = { organisation, system: 'chatbot' };
    const seen = await world.call('developer', getSystem, { params });
    const { declaration } = getSystem.response.parse(await seen.json());
    const response = await world.call(
      'developer',
      declareSystem,
      { params, body: { ...declaration, thresholds } },
      { 'if-match': seen.headers.get('etag') ?? '' },
    );
    expect(response.status).toBe(200);
  }
  const shown = async (setting: string) => (await state(setting)).systems;

  test('counts where it is stricter than what the organisation has in force, and is shown as ignored else', async () => {
    await declares({ [SETTING]: 400, 'logging.retention_days': 30 });
    expect(await inForce()).toBeUndefined();
    expect(await inForce('logging.retention_days')).toBeUndefined();
    expect(await shown(SETTING)).toEqual([{ system: 'chatbot', value: 400, counts: false }]);
    await declares({ [SETTING]: 90, 'logging.retention_days': 365 });
    expect(await inForce()).toBe(90);
    expect(await inForce('logging.retention_days')).toBe(365);
    expect(await shown('logging.retention_days')).toEqual([{ system: 'chatbot', value: 365, counts: true }]);
    // Approved by two, and not undone by one.
    expect((await propose('administrator', 30)).status).toBe(200);
    expect((await decide('viewer', 'approved')).status).toBe(200);
    expect(await inForce()).toBe(30);
    expect(await shown(SETTING)).toEqual([{ system: 'chatbot', value: 90, counts: false }]);
    expect((await propose('administrator', null)).status).toBe(200);
    expect((await decide('viewer', 'approved')).status).toBe(200);
  });

  test('never governs rights, in either direction', async () => {
    const rights = ['waiver.max_days', 'training.completion_valid_days', 'training.completion_share'];
    for (const value of [0.01, 5000]) {
      await declares(Object.fromEntries(rights.map((id) => [id, value])));
      for (const id of rights) {
        expect(await inForce(id)).toBeUndefined();
        expect(await shown(id)).toEqual([{ system: 'chatbot', value, counts: false }]);
      }
    }
    await declares({});
  });
});

describe('what is refused', () => {
  test.each(['developer', 'auditor'] as const)('403 for %s', async (who) => {
    expect((await propose(who, 10)).status).toBe(403);
  });
  test('404 for a setting that is none', async () => {
    expect((await propose('administrator', 1, { setting: 'no.such' })).status).toBe(404);
  });
  test('409 for what is in force already, and for a decision on nothing', async () => {
    expect((await propose('administrator', null)).status).toBe(409);
    expect((await decide('administrator', 'approved')).status).toBe(409);
  });
  test('412 when somebody else was first', async () => {
    expect((await propose('administrator', 40, { version: 999 })).status).toBe(412);
  });
  test('422 for a share above 1', async () => {
    const setting = 'training.completion_share';
    expect((await propose('administrator', 2, { setting, version: 0 })).status).toBe(422);
  });
});
