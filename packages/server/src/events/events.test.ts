/** Live events: what comes, in which order, and who gets to see what. */
import { assignRoles, createKey, EVENT_KINDS, EventMessage, getSystem, streamEvents } from '@custos/contract';
import { emit, eventEnd, eventsAfter, insertSystem } from '@custos/store';
import { afterAll, afterEach, beforeAll, describe, expect, test } from 'vitest';
import { DECLARATION, openWorld, type PersonName, type World } from '../testing/world.ts';
import { EventHub, readEventId } from './hub.ts';

let world: World;
const open: Stream[] = [];

beforeAll(async () => {
  world = await openWorld();
  const { name, phase, purpose } = DECLARATION;
  await world.service.context.database.within('acme', (control) =>
    insertSystem(control, {
      organisation: 'acme',
      system: 'other',
      name,
      phase,
      purpose,
      declaration: JSON.stringify({ ...DECLARATION, id: 'other' }),
      created_at: world.service.context.clock.now(),
    }),
  );
});
afterEach(async () => {
  await Promise.all(open.splice(0).map((stream) => stream.close()));
});
afterAll(() => world.close());

/** A client of the stream. */
class Stream {
  readonly #reader: ReadableStreamDefaultReader<Uint8Array>;
  #text = '';
  #ended = false;

  constructor(response: Response) {
    if (!response.body) throw new Error('no stream');
    this.#reader = response.body.getReader();
    void this.#read();
  }

  async #read(): Promise<void> {
    for (;;) {
      const { done, value } = await this.#reader.read().catch(() => ({ done: true, value: undefined }));
      if (done || !value) break;
      this.#text += Buffer.from(value).toString();
    }
    this.#ended = true;
  }

  get ended(): boolean {
    return this.#ended;
  }
  get text(): string {
    return this.#text;
  }
  /** Messages with their ids. */
  get messages(): { id: string; data: EventMessage }[] {
    return this.#text.split('\n\n').flatMap((piece) => {
      const [, id, data] = /^id: (.*)\ndata: (.*)$/.exec(piece) ?? [];
      return id && data ? [{ id, data: EventMessage.parse(JSON.parse(data)) }] : [];
    });
  }
  close(): Promise<void> {
    return this.#reader.cancel();
  }
}

async function listen(
  who: PersonName | undefined,
  organisation = 'acme',
  lastEventId?: string,
  more: Record<string, string> = {},
): Promise<Stream> {
  const headers = lastEventId === undefined ? more : { ...more, 'last-event-id': lastEventId };
  const response = await world.call(who, streamEvents, { params: { organisation } }, headers);
  expect(response.status).toBe(200);
  expect(response.headers.get('content-type')).toContain('text/event-stream');
  const stream = new Stream(response);
  open.push(stream);
  return stream;
}

function tell(kind: string, system?: string, organisation = 'acme'): Promise<void> {
  return world.service.context.database.within(organisation, (control) =>
    emit(control, { kind, system, detail: { from: organisation } }),
  );
}

async function brought(): Promise<void> {
  await world.service.events.poll();
  await new Promise((resolve) => setTimeout(resolve, 30));
}

const kinds = (stream: Stream) => stream.messages.map(({ data }) => `${data.kind} ${data.system ?? '-'}`);

describe('who sees what', () => {
  test('roles on a system show its events and no other’s; another organisation’s show nothing', async () => {
    const streams = {
      administrator: await listen('administrator'),
      auditor: await listen('auditor'),
      viewer: await listen('viewer'),
      contributor: await listen('contributor'),
      developer: await listen('developer'),
      stranger: await listen('stranger', 'rival'),
    };
    await tell('observation.recorded', 'chatbot');
    await tell('observation.recorded', 'other');
    await tell('request.changed', 'other');
    await tell('job.alarm');
    await brought();
    const all = ['observation.recorded chatbot', 'observation.recorded other', 'request.changed other'];
    expect(kinds(streams.administrator)).toEqual([...all, 'job.alarm -']);
    expect(kinds(streams.auditor)).toEqual([...all, 'job.alarm -']);
    expect(kinds(streams.viewer)).toEqual(all);
    expect(kinds(streams.developer)).toEqual(['observation.recorded chatbot']);
    expect(kinds(streams.contributor)).toEqual([]);
    expect(kinds(streams.stranger)).toEqual([]);
    expect(streams.stranger.text).not.toContain('acme');
  });

  test('an API key sees what it was made for, however much its owner sees', async () => {
    const expiresAt = new Date(Date.now() + 86_400_000).toISOString();
    const body = {
      name: 'events',
      permissions: ['organisation.read' as const, 'ledger.read' as const],
      expiresAt,
    };
    const made = await world.call('administrator', createKey, { params: { organisation: 'acme' }, body });
    const { secret } = (await made.json()) as { secret: string };
    const stream = await listen(undefined, 'acme', undefined, { authorization: `Bearer ${secret}` });
    await tell('observation.recorded', 'chatbot');
    await tell('job.alarm');
    await expect.poll(() => kinds(stream), { timeout: 5000 }).toContain('job.alarm -');
    expect(kinds(stream)).toEqual(['job.alarm -']);
  });

  test('an event of a kind that nobody declared is shown to nobody', async () => {
    const stream = await listen('administrator');
    await tell('secret.changed', 'chatbot');
    await tell('system.changed', 'chatbot');
    await brought();
    expect(kinds(stream)).toEqual(['system.changed chatbot']);
    expect(Object.keys(EVENT_KINDS)).not.toContain('secret.changed');
  });

  test('nobody listens to an organisation of which they are no member', async () => {
    const params = { organisation: 'acme' };
    expect((await world.call('stranger', streamEvents, { params })).status).toBe(404);
    expect((await world.call(undefined, streamEvents, { params })).status).toBe(401);
  });

  test('a role that is taken away counts at once, a membership ends the stream', async () => {
    const stream = await listen('operator');
    const params = { organisation: 'acme', system: 'chatbot' };
    const before = await world.call('administrator', getSystem, { params });
    const { roles } = getSystem.response.parse(await before.json());
    const without = roles.filter(({ person }) => !person.startsWith('operator'));
    const change = await world.call(
      'administrator',
      assignRoles,
      { params, body: { roles: without } },
      { 'if-match': before.headers.get('etag') ?? '' },
    );
    expect(change.status).toBe(200);
    await tell('observation.recorded', 'chatbot');
    await brought();
    expect(kinds(stream)).toEqual([]);
    expect(stream.ended).toBe(false);
    await world.service.context.database.within('acme', (control) =>
      control.updateTable('members').set({ active: false }).where('person', 'like', 'operator@%').execute(),
    );
    await tell('observation.recorded', 'chatbot');
    await brought();
    expect(stream.ended).toBe(true);
  });
});

describe('going on', () => {
  test('after the last event that was seen, without a gap or a repetition', async () => {
    const first = await listen('viewer');
    await tell('observation.recorded', 'chatbot');
    await brought();
    const last = first.messages.at(-1)?.id;
    await first.close();
    await tell('request.changed', 'chatbot');
    await tell('assessment.changed', 'chatbot');
    const second = await listen('viewer', 'acme', last);
    await tell('system.changed', 'chatbot');
    await brought();
    expect(kinds(second)).toEqual([
      'request.changed chatbot',
      'assessment.changed chatbot',
      'system.changed chatbot',
    ]);
    expect(second.text).not.toContain('event: reset');
  });

  test.each(['nonsense', '1-1-1', '9'.repeat(400)])('after %s everything is to be read again', async (id) => {
    const stream = await listen('viewer', 'acme', id);
    await brought();
    expect(stream.text).toContain('event: reset');
  });

  test('an id is good for six days', () => {
    const days = (n: number) => `7-8-${Date.now() - n * 86_400_000}`;
    expect(readEventId(days(5))).toEqual({ xid: 7, id: 8 });
    expect(readEventId(days(7))).toBeUndefined();
  });
});

describe('order', () => {
  test('a transaction that commits late is not passed over', async () => {
    const { database } = world.service.context;
    if (database.kind === 'pglite') return;
    const start = await database.within('acme', eventEnd);
    let release = (): void => undefined;
    const held = new Promise<void>((resolve) => {
      release = resolve;
    });
    let begun = (): void => undefined;
    const written = new Promise<void>((resolve) => {
      begun = resolve;
    });
    const slow = database.within('acme', async (control) => {
      await emit(control, { kind: 'system.changed', system: 'chatbot', detail: { n: 1 } });
      begun();
      await held;
    });
    await written;
    await database.within('acme', (control) =>
      emit(control, { kind: 'system.changed', system: 'chatbot', detail: { n: 2 } }),
    );
    const seen = async () =>
      (await database.within('acme', (control) => eventsAfter(control, start, 100))).map(
        ({ detail }) => detail,
      );
    expect(await seen()).toEqual([]);
    release();
    await slow;
    expect(await seen()).toEqual(['{"n":1}', '{"n":2}']);
  });
});

describe('ending', () => {
  test('a session that ends takes the stream with it at the next heartbeat', async () => {
    const { context, log } = world.service;
    const hub = new EventHub({ database: context.database, log, heartbeat: 20 });
    let signedIn = true;
    const stream = await hub.subscribe({
      organisation: 'acme',
      person: 'viewer@acme.example',
      after: undefined,
      stillAllowed: async () => signedIn,
    });
    const pieces: string[] = [];
    for await (const piece of stream) {
      pieces.push(piece);
      if (pieces.length === 3) signedIn = false;
    }
    expect(pieces).toEqual(['retry: 2000\n\n', ': \n\n', ': \n\n']);
    expect(hub.connections).toBe(0);
  });

  test('one person has no more than twenty open', async () => {
    for (let i = 0; i < 20; i++) await listen('custodian');
    const response = await world.call('custodian', streamEvents, { params: { organisation: 'acme' } });
    expect(response.status).toBe(429);
  });
});
