/**
 * Many people at once, reading and writing on PostgreSQL: no error, no lost update, and the ledgers verify afterwards.
 * @example npx tsx bench/service/load.ts [--users 200] [--seconds 60] [--think 5000] [--instances 1] [--url postgres://…]
 */
import { randomUUID } from 'node:crypto';
import { parseArgs } from 'node:util';
import { getSystem } from '../../packages/contract/src/index.ts';
import { verifyLedger } from '../../packages/engine/src/index.ts';
import { sessionOfNew } from '../../packages/server/src/testing/session.ts';
import { declaration, ended, type Instance, openSetting, startInstance } from './setting.ts';

const { values } = parseArgs({
  options: {
    users: { type: 'string', default: '200' },
    seconds: { type: 'string', default: '60' },
    think: { type: 'string', default: '5000' },
    instances: { type: 'string', default: '1' },
    url: { type: 'string', default: 'postgres://root@127.0.0.1:5432/test' },
  },
});
const [users, seconds, think, instances] = [values.users, values.seconds, values.think, values.instances].map(
  Number,
) as [number, number, number, number];
const PORT = 7700;
const systems = Array.from({ length: 20 }, (_, i) => `system-${i}`);
const people = Array.from({ length: users }, (_, i) => `person-${i}@acme.example`);

const setting = await openSetting({ url: values.url, port: PORT, systems, people });
const cookies = new Map<string, string>();
for (const person of people) cookies.set(person, await sessionOfNew(setting.service, person));
const running: Instance[] = [];
for (let i = 0; i < instances; i++)
  running.push(await startInstance(setting, { port: PORT + i, jobs: i === 0 }));

const times = new Map<string, number[]>();
const errors = new Map<string, number>();
const acknowledged = new Map<string, number>();
let recorded = 0;
let overtaken = 0;
const until = performance.now() + seconds * 1000;

await Promise.all(people.map((person, i) => user(person, i)));

async function user(person: string, i: number): Promise<void> {
  const { url } = running[i % running.length] ?? { url: '' };
  const system = systems[i % systems.length] ?? '';
  await pause(Math.random() * think);
  while (performance.now() < until) {
    const dice = Math.random();
    const at = `/api/v1/organisations/acme/systems/${system}`;
    if (dice < 0.25) await ask(person, url, 'board', 'GET', `${at}/assessment`);
    else if (dice < 0.45) await ask(person, url, 'list', 'GET', '/api/v1/organisations/acme/systems');
    else if (dice < 0.6) await ask(person, url, 'home', 'GET', '/api/v1/organisations/acme/overview');
    else if (dice < 0.8) await increment(person, url, system);
    else if (await ask(person, url, 'record', 'POST', `${at}/observations`, observation())) recorded += 1;
    await pause(think * (0.5 + Math.random()));
  }
}

/** Adds one to the system's counter; when somebody was first, again. */
async function increment(person: string, url: string, system: string): Promise<void> {
  for (let attempt = 0; attempt < 20; attempt++) {
    const at = `/api/v1/organisations/acme/systems/${system}`;
    const seen = await ask(person, url, 'read', 'GET', at);
    if (!seen) return;
    const { declaration: before } = getSystem.response.parse(await seen.json());
    const purpose = `Counted ${Number(before.purpose.split(' ')[1]) + 1} by versioned writes`;
    const tag = seen.headers.get('etag') ?? '';
    const body = { ...declaration(system), purpose };
    const done = await ask(person, url, 'count', 'PUT', `${at}/declaration`, body, { 'if-match': tag });
    if (done?.status === 412) overtaken += 1;
    else {
      if (done) acknowledged.set(system, (acknowledged.get(system) ?? 0) + 1);
      return;
    }
  }
  fail('overtaken twenty times');
}

function observation() {
  return {
    observations: [
      {
        type: 'test-run',
        producer: { name: 'bench', version: '1' },
        subject: [{ name: 'model', digest: { sha256: 'ab'.repeat(32) } }],
        content: {
          run: randomUUID(),
          suite: 'smoke',
          tool: 'bench',
          target: `sha256:${'ab'.repeat(32)}`,
          startedAt: '2026-01-01T00:00:00Z',
          finishedAt: '2026-01-01T00:01:00Z',
          modalities: [],
          threats: [],
          results: [{ case: 'a', trials: 1, successes: 1 }],
          unhandledErrors: 0,
          measuredBy: 'output',
          runBy: 'developer',
          findings: [],
        },
      },
    ],
  };
}

async function ask(
  person: string,
  url: string,
  name: string,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Response | undefined> {
  const begun = performance.now();
  try {
    const response = await fetch(url + path, {
      method,
      headers: {
        cookie: cookies.get(person) ?? '',
        origin: url,
        ...(body ? { 'content-type': 'application/json', 'idempotency-key': randomUUID() } : {}),
        ...headers,
      },
      ...(body ? { body: JSON.stringify(body) } : {}),
    });
    const copy = response.clone();
    const text = await response.text();
    timesOf(name).push(performance.now() - begun);
    if (response.ok || (response.status === 412 && method === 'PUT')) return copy;
    fail(`${name} ${response.status} ${text.slice(0, 200)}`);
  } catch (error) {
    fail(`${name} ${String(error)}`);
  }
  return undefined;
}

function timesOf(name: string): number[] {
  const own = times.get(name) ?? [];
  times.set(name, own);
  return own;
}

function fail(what: string): void {
  errors.set(what, (errors.get(what) ?? 0) + 1);
}

function pause(ms: number): Promise<void> {
  return new Promise((resolve) => setTimeout(resolve, ms));
}

for (const instance of running) instance.process.kill('SIGTERM');
await Promise.all(running.map(ended));

const say = (text: string): boolean => process.stdout.write(`${text}\n`);
say(
  `${users} users, ${seconds} s, think ${think} ms, ${instances} instance(s), PostgreSQL, ${systems.length} systems`,
);
const all = [...times.values()].flat();
for (const [name, own] of [...times, ['all', all] as const]) say(`${name.padEnd(8)} ${summary(own)}`);
say(
  `${(all.length / seconds).toFixed(0)} requests a second; ${recorded} observations; ${overtaken} overtaken writes repeated`,
);
let wrong = errors.size;
for (const [what, n] of errors) say(`ERROR ${n} × ${what}`);
for (const system of systems) {
  const [row] = await setting.sql('select purpose from systems where system = $1', [system]);
  const counted = Number(String(row?.purpose).split(' ')[1]);
  if (counted !== (acknowledged.get(system) ?? 0)) {
    wrong += 1;
    say(`LOST ${system} counted ${counted}, acknowledged ${acknowledged.get(system) ?? 0}`);
  }
}
await setting.sql('delete from ledger_checks');
let entries = 0;
for (const system of [undefined, ...systems])
  entries += await verifyLedger(
    setting.service.context,
    { organisation: 'acme', system },
    { signal: new AbortController().signal, hold: async () => undefined },
  );
say(`${entries} ledger entries verify`);
say(`errors ${[...errors.values()].reduce((sum, n) => sum + n, 0)}, lost updates ${wrong - errors.size}`);
await setting.close();
process.exitCode = wrong === 0 ? 0 : 1;

function summary(own: readonly number[]): string {
  const sorted = [...own].sort((a, b) => a - b);
  const at = (q: number) =>
    (sorted[Math.min(sorted.length - 1, Math.floor(sorted.length * q))] ?? 0).toFixed(0);
  return `n ${String(own.length).padStart(6)}  p50 ${at(0.5)} ms  p95 ${at(0.95)} ms  p99 ${at(0.99)} ms  max ${at(1)} ms`;
}
