/** Reminders of decisions, and the sweep that closes what no longer stands. */
import type { AddressInfo } from 'node:net';
import { DAY } from '@custos/core';
import { createRequest, decideRequest, requireRequest, withdrawRequest } from '@custos/engine';
import { sql } from 'kysely';
import { SMTPServer } from 'smtp-server';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { FINGERPRINT, REF, record, scan } from '../testing/evidence.ts';
import { openWorld, type World } from '../testing/world.ts';

let world: World;
let skew = 0;
const at = (days: number) => new Date(Date.now() + skew + days * DAY).toISOString();
const mails: { to: string; text: string }[] = [];
let down = false;
const mailServer = new SMTPServer({
  authOptional: true,
  disabledCommands: ['STARTTLS', 'AUTH'],
  onRcptTo: (_address, _session, done) =>
    done(down ? Object.assign(new Error('down'), { responseCode: 451 }) : null),
  onData: (stream, { envelope }, done) => {
    let text = '';
    stream.on('data', (piece) => {
      text += piece;
    });
    stream.on('end', () => {
      mails.push({ to: envelope.rcptTo[0]?.address ?? '', text: text.replace(/=\r?\n/g, '') });
      done();
    });
  },
});

beforeAll(async () => {
  await new Promise<void>((resolve) => mailServer.listen(0, '127.0.0.1', resolve));
  const { port } = mailServer.server.address() as AddressInfo;
  world = await openWorld({
    clock: { now: () => at(0) },
    mail: { url: `smtp://127.0.0.1:${port}`, from: 'custos@acme.example' },
  });
  await record(world, 'scan-result', scan());
});
afterAll(async () => {
  await world.close();
  await new Promise<void>((resolve) => mailServer.close(resolve));
});

async function run(job: string): Promise<void> {
  await world.service.jobs.drain();
  await world.service.context.database.acrossOrganisations((control) =>
    sql`update jobs set due_at = now() where job = ${job}`.execute(control),
  );
  await world.service.jobs.drain();
}

function asked(title: string, days: number): Promise<string> {
  return createRequest(world.service, REF, {
    by: 'developer@acme.example',
    title,
    note: 'The tests of this release are all green',
    ask: { kind: 'approval', of: 'release', seal: { is: 'fingerprint', target: title } },
    steps: [{ role: 'system_operator', needed: 1 }],
    dueAt: at(days),
  });
}

async function events(kind: string): Promise<{ request: string; overdue?: boolean }[]> {
  const { rows } = await world.service.context.database.within('acme', (control) =>
    sql<{ detail: string }>`select detail from events where kind = ${kind} order by xid, id`.execute(control),
  );
  return rows.map(({ detail }) => JSON.parse(detail));
}

test('who is waited for is reminded once a day, of what is due soon or overdue', async () => {
  const soon = await asked('Release 1', 2);
  const withdrawn = await asked('Release 2', 2);
  await asked('Release 3', 20);
  const by = 'developer@acme.example';
  const reason = 'Another release comes before this one';
  await withdrawRequest(world.service, { ...REF, request: withdrawn }, { by, reason });
  await run('requests.remind');
  expect(mails.map(({ to }) => to)).toEqual(['operator@acme.example']);
  expect(mails[0]?.text).toContain('Release 1 (due on');
  expect(mails[0]?.text).toContain(`/acme/systems/chatbot/requests/${soon}`);
  expect(mails[0]?.text).not.toMatch(/Release [23]/);
  expect(await events('request.due')).toEqual([{ request: soon, overdue: false }]);
  await run('requests.remind');
  expect(mails).toHaveLength(1);
  skew = 3 * DAY;
  await run('requests.remind');
  expect(mails).toHaveLength(2);
  expect(mails[1]?.text).toContain('Release 1 (was due on');
  expect((await events('request.due'))[1]).toEqual({ request: soon, overdue: true });
  await decideRequest(
    world.service,
    { ...REF, request: soon },
    {
      by: 'operator@acme.example',
      role: 'system_operator',
      decision: 'approved',
      reason: 'It was read from the first word to the last',
      sealed: FINGERPRINT,
    },
  );
  skew = 5 * DAY;
  await run('requests.remind');
  expect(mails).toHaveLength(2);
});

test('what has been overdue for a week is told of once a week', async () => {
  const late = await asked('Release 5', 1);
  const told = async () => (await events('request.due')).filter(({ request }) => request === late).length;
  const begun = skew;
  const days: number[] = [];
  for (const day of [0, 1, 8, 9, 14, 15, 16]) {
    skew = begun + day * DAY;
    const before = await told();
    await run('requests.remind');
    if ((await told()) > before) days.push(day);
  }
  expect(days).toEqual([0, 1, 8, 15]);
  const by = 'developer@acme.example';
  await withdrawRequest(world.service, { ...REF, request: late }, { by, reason: 'It was never decided on' });
});

test('a reminder that did not go out goes out the next day, also in the week after which they are weekly', async () => {
  const by = 'developer@acme.example';
  const late = await asked('Release 6', 1);
  const begun = skew;
  const received: number[] = [];
  for (const day of [0, 7.99, 8.99, 9.99, 15.99, 16.99, 17.99]) {
    skew = begun + day * DAY;
    down = day === 7.99 || day === 15.99;
    const before = mails.length;
    await run('requests.remind');
    if (mails.length > before) received.push(day);
  }
  expect(received).toEqual([0, 8.99, 16.99]);
  await withdrawRequest(world.service, { ...REF, request: late }, { by, reason: 'It was never decided on' });
});

test('what was sealed over something else is closed, with an act and an event', async () => {
  const request = await asked('Release 4', 10);
  const other = `sha256:${'f'.repeat(64)}` as const;
  await record(world, 'scan-result', scan({ fingerprint: other }));
  await run('requests.void');
  const { row } = await requireRequest(world.service.context, { ...REF, request });
  expect(row.status).toBe('void');
  const ledger = await world.service.context.database.ledger('acme', 'chatbot');
  const acts: unknown[] = [];
  for await (const entry of ledger.query())
    if (entry.kind === 'act' && entry.act.type === 'request.voided') acts.push(entry.act.detail);
  expect(acts).toContainEqual({ request, reason: row.outcome });
  const told = (await events('request.changed')).filter((event) => event.request === request);
  expect(told).toEqual([{ request }, { request, status: 'void' }]);
});
