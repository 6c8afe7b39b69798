/**
 * Questions across 10,000 systems: server time of home and of the list of systems, on PostgreSQL where one answers.
 *
 *     npx tsx bench/overview.ts
 */
import { getExpiries, getOverview, listChanges, listSystems } from '@custos/contract';
import { sql } from 'kysely';
import { openWorld } from '../packages/server/src/testing/world.ts';

const SYSTEMS = 10_000;
const LIMIT = 300;
const CALLS = 20;

const world = await openWorld();
try {
  const { database, specification } = world.service.context;
  const duties = specification.provisions.flatMap((provision) => provision.duties.map(({ id }) => id));
  const declaration = JSON.stringify({ id: 'x', name: 'x', purpose: 'measured', phase: 'design' });
  const counts = JSON.stringify(
    Object.fromEntries(
      ['shall', 'should'].map((norm) => [
        norm,
        { pass: 60, fail: 3, inconclusive: 4, not_applicable: 0, waived: 0 },
      ]),
    ),
  );
  await database.within('acme', async (control) => {
    const day = (n: ReturnType<typeof sql>) =>
      sql`to_char(now() at time zone 'utc' + ${n} * interval '1 day', 'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"')`;
    const system = sql`'system-' || lpad(n::text, 6, '0')`;
    const all = sql`generate_series(1, ${SYSTEMS}::int) n`;
    const digest = `sha256:${'0'.repeat(64)}`;
    await sql`insert into systems select 'acme', ${system}, 'System ' || n, (array['design','development','deployment','maintenance'])[n % 4 + 1],
      'Answers questions of department ' || n, ${declaration}, ${day(sql`-100`)} from ${all}`.execute(
      control,
    );
    await sql`insert into assessments select 'acme', ${system}, 1, ${day(sql`0`)}, 10, 10, ${digest}, ${digest}, '0.1.0', null, ${counts}, ${day(sql`30`)}, null from ${all}`.execute(
      control,
    );
    await sql`insert into current_assessments (organisation, system, sequence, verdicts)
      select 'acme', ${system}, 1, case when n % 3 = 0 then array['fail','pass'] else array['inconclusive','pass'] end from ${all}`.execute(
      control,
    );
    await sql`insert into expiries select 'acme', ${system}, d, ${day(sql`((n * 7 + ord * 13) % 300)`)}
      from ${all}, unnest(${duties.slice(0, 60)}::text[]) with ordinality as t(d, ord)`.execute(control);
    await sql`insert into failing_duties select 'acme', ${system}, d, 'shall', false, 'Evidence shows that it is not met.'
      from ${all}, unnest(${duties.slice(60, 63)}::text[]) d`.execute(control);
    await sql`insert into verdict_changes select 'acme', ${system}, 1, d, ${day(sql`-(n % 20)`)}, 'pass', 'fail', 'The evidence ended.'
      from ${all}, unnest(${duties.slice(0, 2)}::text[]) d`.execute(control);
    await sql`insert into system_roles select 'acme', ${system}, ${world.address('developer')}, 'developer' from ${all}`.execute(
      control,
    );
  });
  await sql`analyze`.execute(database.db);
  console.log(`${SYSTEMS} systems on ${database.kind}, ${CALLS} calls each`);
  const params = { organisation: 'acme' };
  const cases: [string, () => Promise<Response>][] = [
    ['home: needs me, phases (administrator)', () => world.call('administrator', getOverview, { params })],
    ['home: needs me, phases (Developer of all)', () => world.call('developer', getOverview, { params })],
    ['home: what changed', () => world.call('viewer', listChanges, { params })],
    ['home: what lapses', () => world.call('viewer', getExpiries, { params })],
    ['home: what lapses (Developer of all)', () => world.call('developer', getExpiries, { params })],
    ['systems', () => world.call('viewer', listSystems, { params })],
    [
      'systems: search',
      () => world.call('viewer', listSystems, { params, query: { search: 'department 77' } }),
    ],
    [
      'systems: failing',
      () => world.call('viewer', listSystems, { params, query: { verdict: 'fail', phase: 'deployment' } }),
    ],
  ];
  for (const [name, ask] of cases) {
    const times: number[] = [];
    for (let n = 0; n < CALLS; n++) {
      const begin = performance.now();
      const response = await ask();
      await response.text();
      if (response.status !== 200) throw new Error(`${name}: ${response.status}`);
      times.push(performance.now() - begin);
    }
    times.sort((a, b) => a - b);
    const p95 = times[Math.floor(CALLS * 0.95)] ?? 0;
    console.log(
      `${name}: p50 ${Math.round(times[CALLS >> 1] ?? 0)} ms, p95 ${Math.round(p95)} ms${p95 > LIMIT ? '  TOO MUCH' : ''}`,
    );
    if (p95 > LIMIT) process.exitCode = 1;
  }
} finally {
  await world.close();
}
