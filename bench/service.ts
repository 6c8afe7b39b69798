/**
 * The service at its size: `npx tsx bench/service.ts [systems] [observations of each] [calls] [pglite]`, default 10,000 × 100
 * and 200 on PostgreSQL; the embedded store is made for 200 × 250. Fills a database of its own through the store, runs the
 * nightly assessment of all in this process, asks the app, and drops it again.
 * Times are what the server needs for an answer: sign-in by key, rights, database, evaluation, serialisation.
 */
import { randomInt } from 'node:crypto';
import {
  getAssessment,
  getExpiries,
  getInventory,
  getOverview,
  listChanges,
  listEntries,
  listObservations,
  listSystems,
  loadExamples,
  type Operation,
  urlOf,
} from '@custos/contract';
import { addDays, predicateName, Statement } from '@custos/core';
import { insertSystem, type NewEntry } from '@custos/store';
import { observationId, signStatement } from '@custos/trust';
import { assessNightly } from '../packages/server/src/jobs/assess.ts';
import { openWorld, type World } from '../packages/server/src/testing/world.ts';

const [store = 'postgres'] = process.argv.splice(5);
const [systems = 10_000, each = 100, CALLS = 200] = process.argv.slice(2).map(Number);
if (store !== 'postgres' && store !== 'pglite') throw new Error('The store is postgres or pglite.');
const ORGANISATION = 'acme';
const PHASES = ['design', 'development', 'deployment', 'maintenance'];
const idOf = (n: number): string => `system-${String(n).padStart(5, '0')}`;

let now = new Date().toISOString();
const world = await openWorld({ kind: store, clock: { now: () => now } });
world.service.limits.take = async () => ({});
try {
  if (world.service.context.database.kind !== store) throw new Error('This needs PostgreSQL.');
  const templates = await templatesOf(world);
  console.log(`${templates.length} kinds of evidence, from the example system`);
  await timed(`${systems} systems with ${each} observations each`, () => fill(world, templates));
  const params = { organisation: ORGANISATION };
  const one = () => ({ ...params, system: idOf(randomInt(systems)) });
  await measure(world, 'board, never assessed', getAssessment, (n) => ({
    params: { ...params, system: idOf(n) },
  }));
  await timed('nightly assessment of all', () => assessNight(world));
  now = addDays(now, 1);
  await timed('nightly assessment of all, a day later', () => assessNight(world));
  await measure(world, 'board, of any system', getAssessment, () => ({ params: one() }));
  await measure(world, 'inventory graph', getInventory, () => ({ params: one() }));
  await measure(world, 'list of systems', listSystems, () => ({ params, query: { limit: 50 } }));
  await measure(world, 'list, one verdict', listSystems, () => ({ params, query: { verdict: 'fail' } }));
  await measure(world, 'list, one phase', listSystems, () => ({ params, query: { phase: 'design' } }));
  await measure(world, 'search, many found', listSystems, () => ({ params, query: { search: 'customers' } }));
  await measure(world, 'search, one found', listSystems, () => ({
    params,
    query: { search: String(randomInt(systems)).padStart(5, '0') },
  }));
  await measure(world, 'search, none found', listSystems, () => ({ params, query: { search: 'zzzz' } }));
  await measure(world, 'overview', getOverview, () => ({ params }));
  await measure(world, 'changes', listChanges, () => ({ params, query: { since: '2020-01-01T00:00:00Z' } }));
  await measure(world, 'expiries', getExpiries, () => ({ params }));
  await measure(world, 'observations', listObservations, () => ({ params: one() }));
  await measure(world, 'ledger', listEntries, () => ({ params: one() }));
} finally {
  await world.close();
}

/** As the job does it. */
async function assessNight({ service }: World): Promise<void> {
  await assessNightly.run({
    service,
    organisation: ORGANISATION,
    signal: AbortSignal.timeout(3_600_000),
    hold: async () => {},
  });
}

/** Evidence of the example system, as it stands in its ledger. */
async function templatesOf({ call, service }: World): Promise<Statement[]> {
  const loaded = await call('administrator', loadExamples, { params: { organisation: ORGANISATION } });
  const { systems: ids } = loadExamples.response.parse(await loaded.json());
  const ledger = await service.context.database.ledger(ORGANISATION, ids[0]);
  const found: Statement[] = [];
  for await (const entry of ledger.query({ kind: 'observation' }))
    if (entry.kind === 'observation')
      found.push(Statement.parse(JSON.parse(Buffer.from(entry.envelope.payload, 'base64').toString())));
  return found.filter(({ predicateType }) => predicateName(predicateType) !== 'system-declaration');
}

async function fill({ service }: World, templates: readonly Statement[]): Promise<void> {
  const { database, signer, clock } = service.context;
  for (let n = 0; n < systems; n++) {
    const system = idOf(n);
    const phase = PHASES[n % PHASES.length] ?? 'design';
    const declared = {
      id: system,
      name: `System ${n}`,
      purpose: 'Answers questions of customers about their orders',
      phase,
      use: { inputs: ['text'], outputs: ['text'], exposure: 'public' },
    };
    const ledger = await database.ledger(ORGANISATION, system);
    const entries: NewEntry[] = [];
    for (let i = 0; i < each; i++) {
      const template = templates[i % templates.length];
      if (!template) throw new Error('the example has no evidence');
      const source = `${system} ${i}`;
      const statement = { ...template, predicate: { ...template.predicate, source } };
      const envelope = await signStatement(statement, signer);
      entries.push({ kind: 'observation', id: observationId(statement), envelope });
    }
    await ledger.recordWith(entries, async (control) => {
      await insertSystem(control, {
        organisation: ORGANISATION,
        system,
        name: declared.name,
        phase,
        purpose: declared.purpose,
        declaration: JSON.stringify(declared),
        created_at: clock.now(),
      });
    });
    if (n % 1000 === 999) console.log(`  ${n + 1} systems`);
  }
}

async function measure(
  { send }: World,
  what: string,
  op: Operation,
  call: (n: number) => { params: object; query?: object },
): Promise<void> {
  const times: number[] = [];
  let bytes = 0;
  for (let n = 0; n < CALLS; n++) {
    const path = urlOf(op, call(n));
    const begun = performance.now();
    const response = await send('administrator', path);
    bytes = (await response.arrayBuffer()).byteLength;
    times.push(performance.now() - begun);
    if (!response.ok) throw new Error(`${path}: ${response.status}`);
  }
  times.sort((a, b) => a - b);
  const at = (share: number): string => (times[Math.floor(share * (CALLS - 1))] ?? 0).toFixed(0).padStart(5);
  console.log(`${what.padEnd(24)} p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  max ${at(1)} ms  ${bytes} bytes`);
}

async function timed(what: string, work: () => Promise<void>): Promise<void> {
  const [begun, cpu] = [performance.now(), process.cpuUsage()];
  await work();
  // Processor time of this process alone tells something also where others keep the machine busy.
  const { user, system } = process.cpuUsage(cpu);
  const [wall, own] = [(performance.now() - begun) / 1000, (user + system) / 1e6];
  console.log(`${what}: ${wall.toFixed(1)} s (${own.toFixed(1)} s of processor here)`);
}
