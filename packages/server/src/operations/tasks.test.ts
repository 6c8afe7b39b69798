/** Questions to people who see their question and nothing else. */
import { createHash } from 'node:crypto';
import { answerTask, askTask, getTask, listTasks, reviewTask, revokeTask } from '@custos/contract';
import { DAY } from '@custos/core';
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { REF } from '../testing/evidence.ts';
import { type Mailbox, openMailbox } from '../testing/mailbox.ts';
import { openWorld, type PersonName, type World } from '../testing/world.ts';

let world: World;
let skew = 0;
const clock = { now: () => new Date(Date.now() + skew).toISOString() };
const ahead = (days: number) => new Date(Date.now() + skew + days * DAY).toISOString();
const ANSWER = 'The backups are kept in Frankfurt and Dublin';

beforeAll(async () => {
  world = await openWorld({ clock });
});
afterAll(() => world.close());
beforeEach(() => {
  skew = 0;
});

async function asked(person = 'ada@supplier.example', expiresAt = ahead(14)) {
  const response = await world.call('operator', askTask, {
    params: REF,
    body: {
      person,
      title: 'Where the backups are',
      question: 'In which countries are the backups of the index kept?',
      duty: '5.2.1-3/a',
      expiresAt,
    },
  });
  const { id, link } = Object(await response.json());
  return {
    status: response.status,
    id: String(id),
    token: String(link).split('#')[1] ?? '',
    link: String(link),
  };
}
const opens = (token: string) => world.call(undefined, getTask, { body: { token } });
const answers = (token: string, answer = ANSWER) =>
  world.call(undefined, answerTask, { body: { token, answer } });
const reviews = (
  who: PersonName,
  task: string,
  decision: 'accepted' | 'returned',
  role = 'system_operator',
) =>
  world.call(who, reviewTask, {
    params: { ...REF, task },
    body: { role: role as 'system_operator', decision, note: 'Compared with the contract of last year' },
  });
const taskOf = async (id: string) => {
  const response = await world.call('operator', listTasks, { params: REF });
  const { items } = listTasks.response.parse(await response.json());
  return items.find((one) => one.id === id);
};
const codeOf = async (response: Response) => [response.status, Object(await response.json()).code];

describe('a question by link', () => {
  test('shows the question and nothing of the system, and takes one answer', async () => {
    const { status, id, token, link } = await asked();
    expect(status).toBe(201);
    expect(link).toMatch(/^http:\/\/127\.0\.0\.1:7223\/task#[\w-]{43}$/);
    const shown = Object(await (await opens(token)).json());
    expect(shown).toMatchObject({ organisation: 'acme', status: 'open', person: 'ada@supplier.example' });
    expect(JSON.stringify(shown)).not.toContain('chatbot');
    expect((await answers(token)).status).toBe(200);
    expect(await codeOf(await answers(token, 'Another answer that comes too late'))).toEqual([
      409,
      'CONFLICT',
    ]);
    const task = await taskOf(id);
    expect(task).toMatchObject({ status: 'answered', answer: ANSWER });
    const { evidence } = await world.service.assessor.evidence(REF);
    const found = evidence.find((item) => item.id === task?.observation);
    expect(found?.statement.predicate).toMatchObject({
      content: {
        answer: ANSWER,
        person: 'ada@supplier.example',
        askedBy: 'operator@acme.example',
        via: 'link',
      },
    });
    expect(found?.statement.predicate.actor).toBeUndefined();
  });

  test('only the SHA-256 of the token is kept', async () => {
    const { id, token } = await asked();
    const row = await world.service.context.database.within('acme', (control) =>
      control.selectFrom('tasks').selectAll().where('task', '=', id).executeTakeFirstOrThrow(),
    );
    const bytes = Buffer.from(token, 'base64url');
    expect(bytes).toHaveLength(32);
    expect(Buffer.from(row.token)).toEqual(createHash('sha256').update(bytes).digest());
    expect(JSON.stringify(row)).not.toContain(token);
    const ledger = await world.service.context.database.ledger('acme', 'chatbot');
    for await (const entry of ledger.query()) expect(JSON.stringify(entry)).not.toContain(token);
  });

  test('nobody speaks for somebody who holds a role, whoever has the link; nor accepts it who asked', async () => {
    const { id, token } = await asked('custodian@acme.example');
    expect((await answers(token)).status).toBe(200);
    const task = await taskOf(id);
    const { evidence } = await world.service.assessor.evidence(REF);
    const found = evidence.find((item) => item.id === task?.observation);
    expect(found?.statement.predicate.actor).toBeUndefined();
    expect(await codeOf(await reviews('operator', id, 'accepted'))).toEqual([403, 'SELF_APPROVAL']);
    expect((await taskOf(id))?.status).toBe('answered');
  });

  test('is returned and answered again, then accepted by somebody else', async () => {
    const { id, token } = await asked('custodian@acme.example');
    expect(await codeOf(await reviews('operator', id, 'accepted'))).toEqual([409, 'CONFLICT']);
    await answers(token);
    expect((await reviews('operator', id, 'returned')).status).toBe(200);
    expect(Object(await (await opens(token)).json())).toMatchObject({
      status: 'returned',
      review: 'Compared with the contract of last year',
    });
    expect((await answers(token, 'In Frankfurt only since the first of March')).status).toBe(200);
    expect(await codeOf(await reviews('custodian', id, 'accepted', 'data_custodian'))).toEqual([
      403,
      'SELF_APPROVAL',
    ]);
    expect(await codeOf(await reviews('developer', id, 'accepted'))).toEqual([403, 'ROLE']);
    expect((await reviews('developer', id, 'accepted', 'developer')).status).toBe(200);
    expect(await codeOf(await answers(token))).toEqual([409, 'CONFLICT']);
    expect(await taskOf(id)).toMatchObject({ status: 'accepted', reviewedBy: 'developer@acme.example' });
  });

  test('two answers at once: one is kept', async () => {
    const { id, token } = await asked();
    const both = await Promise.all([answers(token), answers(token, 'Somebody else was as quick as this')]);
    expect(both.map(({ status }) => status).sort((a, b) => a - b)).toEqual([200, 409]);
    expect((await taskOf(id))?.status).toBe('answered');
  });
});

describe('a link that does not work', () => {
  const GONE = [410, 'GONE'];
  test('is unknown, malformed, expired or revoked, and says the same of all', async () => {
    expect(await codeOf(await opens('x'.repeat(43)))).toEqual(GONE);
    expect(await codeOf(await opens('../../etc/passwd'))).toEqual(GONE);
    const { id, token } = await asked();
    // Other letters for the same bytes are another link.
    expect(await codeOf(await opens(`${token}=`))).toEqual(GONE);
    skew = 15 * DAY;
    expect(await codeOf(await opens(token))).toEqual(GONE);
    expect(await codeOf(await answers(token))).toEqual(GONE);
    expect((await taskOf(id))?.expired).toBe(true);
    skew = 0;
    expect((await opens(token)).status).toBe(200);
    const revoke = () => world.call('operator', revokeTask, { params: { ...REF, task: id } });
    expect((await revoke()).status).toBe(204);
    expect(await codeOf(await opens(token))).toEqual(GONE);
    expect(await codeOf(await answers(token))).toEqual(GONE);
    expect(await codeOf(await revoke())).toEqual([409, 'CONFLICT']);
  });

  test('ends within 90 days', async () => {
    expect((await asked('ada@supplier.example', ahead(-1))).status).toBe(422);
    expect((await asked('ada@supplier.example', ahead(91))).status).toBe(422);
    expect((await asked('operator@acme.example')).status).toBe(422);
  });

  test('bodies above 256 KiB and answers that say nothing', async () => {
    const { token } = await asked();
    expect(await codeOf(await answers(token, 'a'.repeat(300_000)))).toEqual([413, 'TOO_LARGE']);
    expect(await codeOf(await answers(token, 'n/a'))).toEqual([422, 'INVALID']);
  });
});

describe('foreign ids', () => {
  test('a task is reviewed and revoked under its own system only', async () => {
    const { id, token } = await asked();
    await answers(token);
    const params = { organisation: 'rival', system: 'chatbot', task: id };
    const body = { role: 'developer', decision: 'accepted', note: 'Read by somebody who may not' } as const;
    expect((await world.call('stranger', reviewTask, { params, body })).status).toBe(404);
    expect((await world.call('stranger', revokeTask, { params })).status).toBe(404);
    expect((await taskOf(id))?.status).toBe('answered');
  });
});

describe('where there is a mail server', () => {
  let mailed: World;
  let mailbox: Mailbox;
  beforeAll(async () => {
    mailbox = await openMailbox();
    mailed = await openWorld({ mail: { url: mailbox.url, from: 'custos@acme.example' } });
  });
  afterAll(async () => {
    await mailed.close();
    await mailbox.close();
  });
  const ask = async () => {
    const response = await mailed.call('operator', askTask, {
      params: REF,
      body: {
        person: 'ada@supplier.example',
        title: 'Where the backups are',
        question: 'In which countries are the backups of the index kept?',
        expiresAt: ahead(14),
      },
    });
    return askTask.response.parse(await response.json());
  };

  test('the link goes to whom it is for, and to nobody else', async () => {
    expect(await ask()).toEqual({ id: expect.any(String), sent: true });
    const link = await mailbox.linkTo('ada@supplier.example', 'task');
    const token = link.split('#')[1] ?? '';
    const opened = await mailed.call(undefined, getTask, { body: { token } });
    expect(getTask.response.parse(await opened.json())).toMatchObject({ askedBy: 'operator@acme.example' });
    expect((await mailed.call(undefined, answerTask, { body: { token, answer: ANSWER } })).status).toBe(200);
  });

  test('where it can not be sent, who asks is shown it once', async () => {
    await mailbox.close();
    expect(await ask()).toEqual({
      id: expect.any(String),
      sent: false,
      link: expect.stringContaining('/task#'),
    });
  });
});

test('guessing is slowed down', async () => {
  const codes: unknown[] = [];
  for (let at = 0; at < 40; at++) codes.push((await answers('x'.repeat(43))).status);
  expect(codes).toContain(429);
});
