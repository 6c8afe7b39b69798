/** What an administrator of many systems sees first counts all of them and shows some; `bench/overview.ts` times it. */
import { getOverview } from '@custos/contract';
import { insertSystem } from '@custos/store';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../testing/world.ts';

const SYSTEMS = 50;
const AT = '2026-01-01T00:00:00Z';
const LAPSE = '2026-01-05T00:00:00Z';
let world: World;
beforeAll(async () => {
  world = await openWorld({ clock: { now: () => AT } });
}, 120_000);
afterAll(() => world.close());

test('the duties that fail and lapse are counted over all systems, and the first of them shown', async () => {
  const { database, specification } = world.service.context;
  const duties = specification.provisions.flatMap((provision) => provision.duties);
  const own = duties.filter(({ roles }) => roles.includes('organisation'));
  const some = duties.slice(0, 20);
  await database.within('acme', async (control) => {
    for (let n = 0; n < SYSTEMS; n++) {
      const of = { organisation: 'acme', system: `s-${n}` };
      await insertSystem(control, {
        ...of,
        name: 's',
        phase: 'design',
        purpose: '',
        declaration: '{}',
        created_at: AT,
      });
      await control
        .insertInto('failing_duties')
        .values(some.map(({ id, norm }) => ({ ...of, duty: id, norm, waived: false, reason: 'r' })))
        .execute();
      await control
        .insertInto('expiries')
        .values(some.map(({ id }) => ({ ...of, duty: id, at: LAPSE })))
        .execute();
    }
  });
  const expected = SYSTEMS * some.filter((duty) => own.includes(duty)).length;
  const answer = await world.call('administrator', getOverview, { params: { organisation: 'acme' } });
  const { mine } = getOverview.response.parse(await answer.json());
  expect([mine.failingCount, mine.lapsingCount]).toEqual([expected, expected]);
  expect(mine.failing).toHaveLength(20);
}, 120_000);
