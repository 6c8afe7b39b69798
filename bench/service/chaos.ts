/**
 * Two instances share the jobs on PostgreSQL, while one or the other is killed (SIGKILL) or frozen for longer than its lease
 * (SIGSTOP) at random. Afterwards every effect must be there exactly once.
 * @example npx tsx bench/service/chaos.ts [--seconds 60] [--seed 1] [--url postgres://…]
 */
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { parseArgs } from 'node:util';
import { z } from 'zod';
import { verifyLedger } from '../../packages/engine/src/index.ts';
import { newSecret } from '../../packages/server/src/webhooks/signature.ts';
import { insertWebhook } from '../../packages/store/src/index.ts';
import { ended, type Instance, openSetting, startInstance } from './setting.ts';

const { values } = parseArgs({
  options: {
    seconds: { type: 'string', default: '60' },
    seed: { type: 'string', default: String(Date.now() % 1_000_000) },
    url: { type: 'string', default: 'postgres://root@127.0.0.1:5432/test' },
  },
});
const seconds = Number(values.seconds);
let state = Number(values.seed) || 1;
/** In [0, 1), the same for the same seed. */
function chance(): number {
  state = (state * 48_271) % 2_147_483_647;
  return state / 2_147_483_647;
}
const PORTS = [7710, 7711];
const EVERY = 400;
const systems = Array.from({ length: 12 }, (_, i) => `system-${i}`);
const say = (text: string): boolean => process.stdout.write(`${text}\n`);
const pause = (ms: number): Promise<void> => new Promise((resolve) => setTimeout(resolve, ms));

const setting = await openSetting({
  url: values.url,
  port: PORTS[0] ?? 0,
  systems,
  people: ['one@acme.example'],
});
const { database } = setting.service.context;

const received = new Map<string, number>();
const receiver = createServer((request, response) => {
  const id = String(request.headers['webhook-id']);
  received.set(id, (received.get(id) ?? 0) + 1);
  request.resume().on('end', () => response.writeHead(204).end());
});
await new Promise<void>((resolve) => receiver.listen(0, '127.0.0.1', resolve));
const secret = await setting.service.seal.close(newSecret());
await database.within('acme', (control) =>
  insertWebhook(control, {
    organisation: 'acme',
    webhook: 'wh_chaos',
    url: `http://127.0.0.1:${(receiver.address() as AddressInfo).port}/`,
    description: '',
    kinds: ['expiry.near', 'assessment.changed'],
    secret,
    created_by: 'one@acme.example',
  }),
);

const instances: Instance[] = await Promise.all(PORTS.map(up));
function up(port: number): Promise<Instance> {
  return startInstance(setting, { port, jobs: true, every: EVERY });
}

/** Work for the jobs: what lapses soon, what has lapsed, ledgers that grow. */
const lapsing = new Set<string>();
let made = 0;
async function makeWork(): Promise<void> {
  const system = systems[Math.floor(chance() * systems.length)] ?? '';
  made += 1;
  const at = new Date(Date.now() + 86_400_000 + made * 1000).toISOString();
  await setting.sql('insert into expiries (organisation, system, duty, at) values ($1, $2, $3, $4)', [
    'acme',
    system,
    `chaos-${made}`,
    at,
  ]);
  lapsing.add(`${system} chaos-${made} ${at}`);
  if (made % 3 === 0)
    await setting.sql(
      `update assessments a set next_expiry = '2020-01-01T00:00:00.000Z' from current_assessments c
        where c.organisation = a.organisation and c.system = a.system and c.sequence = a.sequence and a.system = $1`,
      [system],
    );
}

let [killed, frozen] = [0, 0];
async function strike(which: number): Promise<void> {
  const victim = instances[which];
  if (!victim) return;
  if (chance() < 0.65) {
    killed += 1;
    victim.process.kill('SIGKILL');
    await ended(victim);
    instances[which] = await up(PORTS[which] ?? 0);
  } else {
    frozen += 1;
    victim.process.kill('SIGSTOP');
    await pause(2500 + chance() * 2000);
    victim.process.kill('SIGCONT');
  }
}

const until = performance.now() + seconds * 1000;
const working = (async () => {
  while (performance.now() < until) {
    await makeWork();
    await pause(60);
  }
})();
await Promise.all(
  instances.map(async (_, which) => {
    while (performance.now() < until) {
      await pause(1000 + chance() * 4000);
      await strike(which);
    }
  }),
);
await working;
/** All leases end, everything that is due is done, deliveries are tried again. */
for (let quiet = 0; quiet < 60; quiet++) {
  await pause(1000);
  const [left] = await setting.sql(
    `select (select count(*)::int from webhook_deliveries where state = 'pending') as deliveries,
      (select count(*)::int from expiries e where duty like 'chaos-%' and not exists (select from expiry_notices n
        where n.system = e.system and n.duty = e.duty and n.at = e.at)) as expiries`,
  );
  if (quiet >= 5 && left?.deliveries === 0) break;
}
for (const instance of instances) instance.process.kill('SIGTERM');
await Promise.all(instances.map(ended));

const faults: string[] = [];
function check(what: string, found: number, expected: number): void {
  say(`${found === expected ? 'ok  ' : 'FAIL'} ${what}: ${found} of ${expected}`);
  if (found !== expected) faults.push(what);
}

say(`seed ${values.seed}, ${seconds} s, killed ${killed}, frozen ${frozen}`);
const runs = await setting.sql("select job, fence::int, coalesce(error, '') as error from jobs order by job");
for (const { job, fence, error } of runs)
  say(`     ${job}: ${fence} runs taken${error === '' ? '' : `; ${error}`}`);
const Near = z.object({ duties: z.array(z.object({ duty: z.string(), at: z.string() })) });
const told: string[] = [];
for (const { system, detail } of await setting.sql(
  "select system, detail from events where kind = 'expiry.near'",
))
  for (const { duty, at } of Near.parse(JSON.parse(String(detail))).duties)
    if (duty.startsWith('chaos-')) told.push(`${system} ${duty} ${at}`);
// An assessment replaces what lapses; what it removed before anybody was told may stay untold, never told twice.
check('notices told once', new Set(told).size, told.length);
check('notices of what there was', told.filter((one) => lapsing.has(one)).length, told.length);
const left = await setting.sql("select system, duty, at from expiries where duty like 'chaos-%'");
const untold = left.filter(({ system, duty, at }) => !told.includes(`${system} ${duty} ${at}`));
check('notices of all that is still there', left.length - untold.length, left.length);

const Anchored = z.object({
  systems: z.array(z.object({ system: z.string(), size: z.int(), root: z.string() })),
});
const anchors = new Map<string, number[]>();
let anchored = 0;
for await (const entry of (await database.ledger('acme')).query({ kind: 'act' }))
  if (entry.kind === 'act' && entry.act.type === 'checkpoint.anchored')
    for (const { system, size } of Anchored.parse(entry.act.detail).systems) {
      anchors.set(system, [...(anchors.get(system) ?? []), size]);
      anchored += 1;
    }
const growing = [...anchors.values()].filter((sizes) =>
  sizes.every((size, i) => i === 0 || size > (sizes[i - 1] ?? 0)),
);
check(`ledgers whose ${anchored} anchors are each of a larger size`, growing.length, systems.length);

let [assessed, kept] = [0, 0];
for (const system of systems) {
  const sequences: number[] = [];
  for await (const entry of (await database.ledger('acme', system)).query({ kind: 'act' }))
    if (entry.kind === 'act' && entry.act.type === 'system.assessed')
      sequences.push(z.object({ sequence: z.int() }).parse(entry.act.detail).sequence);
  if (sequences.some((sequence, i) => sequence !== i + 1)) faults.push(`assessments of ${system}`);
  assessed += sequences.length;
  const [row] = await setting.sql('select count(*)::int as n from assessments where system = $1', [system]);
  kept += Number(row?.n);
}
check('assessments that the ledgers witness', kept, assessed);

const [events] = await setting.sql(
  "select count(*)::int as n from events where kind in ('expiry.near', 'assessment.changed')",
);
const deliveries = await setting.sql('select delivery, state from webhook_deliveries');
check('deliveries of events', deliveries.length, Number(events?.n));
check(
  'deliveries that ended well',
  deliveries.filter(({ state }) => state === 'delivered').length,
  deliveries.length,
);
check(
  'deliveries that arrived',
  deliveries.filter(({ delivery }) => received.has(String(delivery))).length,
  deliveries.length,
);
say(`     ${[...received.values()].reduce((sum, n) => sum + n - 1, 0)} arrived again under the same id`);

await setting.sql('delete from ledger_checks');
let entries = 0;
for (const system of [undefined, ...systems])
  entries += await verifyLedger(
    setting.service.context,
    { organisation: 'acme', system },
    { signal: new AbortController().signal, hold: async () => undefined },
  );
say(`ok   ${entries} ledger entries verify`);
receiver.close();
await setting.close();
for (const fault of faults) say(`FAULT ${fault}`);
process.exitCode = faults.length === 0 ? 0 : 1;
