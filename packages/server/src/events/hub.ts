/**
 * What changes, brought to those who listen. Each instance reads the events of the organisations that somebody listens to,
 * in the order of their transactions, so that it does not matter which instance made the change. Who may see an event
 * is decided when it is brought, by the roles of that moment.
 */
import { allows, EVENT_KINDS, type Held, OrganisationRole, SystemRole } from '@custos/contract';
import { DAY } from '@custos/core';
import {
  type EventPosition,
  type EventRow,
  eventEnd,
  eventsAfter,
  memberships,
  type ServiceDatabase,
  systemRoles,
} from '@custos/store';
import type { Logger } from 'pino';
import { Refusal } from '../http/problem.ts';

const POLL = 1000;
const PAGE = 500;
const HEARTBEAT = 15_000;
/** Pieces that somebody who reads slowly may be behind; the client comes again and goes on where it was. */
const QUEUE = 2000;
const STREAMS_A_PERSON = 20;
/** Events are kept for a week. */
const KEPT = 6 * DAY;

export interface SubscribeOptions {
  readonly organisation: string;
  readonly person: string;
  /** What an API key was made for; undefined: no key. */
  readonly scope?: Held['scope'] | undefined;
  /** Last-Event-ID. */
  readonly after: string | undefined;
  /** False ends the stream: asked at each heartbeat. */
  readonly stillAllowed: () => Promise<boolean>;
}

export interface EventHubOptions {
  readonly database: ServiceDatabase;
  readonly log: Logger;
  /** Milliseconds. */
  readonly heartbeat?: number;
}

export class EventHub {
  readonly #database: ServiceDatabase;
  readonly #log: Logger;
  readonly #heartbeat: number;
  readonly #streams = new Set<EventStream>();
  readonly #polling = new Set<string>();
  #timer: NodeJS.Timeout | undefined;
  #closed = false;

  constructor({ database, log, heartbeat = HEARTBEAT }: EventHubOptions) {
    this.#database = database;
    this.#log = log;
    this.#heartbeat = heartbeat;
  }

  get connections(): number {
    return this.#streams.size;
  }

  /** Pieces of `text/event-stream`. @throws Refusal TOO_MANY_REQUESTS, UNAVAILABLE while the service ends */
  async subscribe(options: SubscribeOptions): Promise<AsyncIterable<string>> {
    if (this.#closed) throw new Refusal('UNAVAILABLE', 'The service is ending. Connect again later.');
    const own = [...this.#streams].filter(({ person }) => person === options.person);
    if (own.length >= STREAMS_A_PERSON)
      throw new Refusal('TOO_MANY_REQUESTS', 'You have too many event streams open. Close one.');
    const end = await this.#database.within(options.organisation, eventEnd);
    const resumed = options.after === undefined ? undefined : readEventId(options.after);
    const stream = new EventStream(options, resumed ?? end, this.#heartbeat, () => this.#remove(stream));
    stream.push('retry: 2000\n\n');
    if (options.after !== undefined && resumed === undefined) stream.push('event: reset\ndata: {}\n\n');
    this.#streams.add(stream);
    this.#timer ??= setInterval(() => void this.poll(), POLL).unref();
    return stream;
  }

  /** Brings what is new, at once. */
  async poll(): Promise<void> {
    const organisations = new Set([...this.#streams].map((stream) => stream.organisation));
    await Promise.all([...organisations].map((organisation) => this.#pollOne(organisation)));
  }

  close(): void {
    this.#closed = true;
    clearInterval(this.#timer);
    for (const stream of this.#streams) stream.end();
  }

  #remove(stream: EventStream): void {
    this.#streams.delete(stream);
    if (this.#streams.size > 0) return;
    clearInterval(this.#timer);
    this.#timer = undefined;
  }

  async #pollOne(organisation: string): Promise<void> {
    if (this.#polling.has(organisation)) return;
    this.#polling.add(organisation);
    try {
      while (await this.#page(organisation));
    } catch (err) {
      if (!this.#closed) this.#log.warn({ err, organisation }, 'events can not be read now');
    } finally {
      this.#polling.delete(organisation);
    }
  }

  /** True when there may be more. */
  async #page(organisation: string): Promise<boolean> {
    const streams = [...this.#streams].filter((stream) => stream.organisation === organisation);
    const from = streams.map(({ position }) => position).sort(byPosition)[0];
    if (from === undefined) return false;
    const people = [...new Set(streams.map(({ person }) => person))];
    const { events, held } = await this.#database.within(organisation, async (control) => {
      const found = await eventsAfter(control, from, PAGE);
      const rights = new Map<string, Rights>();
      if (found.length === 0) return { events: found, held: rights };
      for (const person of people) {
        const [member] = await memberships(control, person);
        const roles = member ? await systemRoles(control, { person }) : [];
        rights.set(person, { organisation: member?.role, roles });
      }
      return { events: found, held: rights };
    });
    const last = events.at(-1);
    if (last === undefined) return false;
    for (const stream of streams) stream.bring(events, held.get(stream.person));
    return events.length === PAGE;
  }
}

interface Rights {
  readonly organisation: string | undefined;
  readonly roles: readonly { system: string; role: string }[];
}

/** True when somebody with these roles may know of the event. A kind that is not listed is seen by nobody. */
function sees({ organisation, roles }: Rights, event: EventRow, scope: Held['scope'] | undefined): boolean {
  if (organisation === undefined || !isKind(event.kind)) return false;
  const held: Held = {
    organisation: OrganisationRole.parse(organisation),
    system: roles.filter(({ system }) => system === event.system).map(({ role }) => SystemRole.parse(role)),
    ...(scope ? { scope } : {}),
  };
  return allows(held, EVENT_KINDS[event.kind]);
}

function isKind(kind: string): kind is keyof typeof EVENT_KINDS {
  return Object.hasOwn(EVENT_KINDS, kind);
}

function byPosition(a: EventPosition, b: EventPosition): number {
  return a.xid - b.xid || a.id - b.id;
}

function writeEventId({ xid, id, at }: EventRow): string {
  return `${xid}-${id}-${at.getTime()}`;
}

/** Undefined for what is no id of an event that is still kept. */
export function readEventId(text: string): EventPosition | undefined {
  const [, xid, id, at] = /^(\d{1,15})-(\d{1,15})-(\d{1,15})$/.exec(text) ?? [];
  if (Number(at ?? 0) < Date.now() - KEPT) return undefined;
  return { xid: Number(xid), id: Number(id) };
}

class EventStream implements AsyncIterable<string>, AsyncIterator<string> {
  readonly organisation: string;
  readonly person: string;
  readonly #scope: Held['scope'] | undefined;
  position: EventPosition;
  readonly #queue: string[] = [];
  readonly #removed: () => void;
  readonly #timer: NodeJS.Timeout;
  #wake: (() => void) | undefined;
  #ended = false;

  constructor(options: SubscribeOptions, position: EventPosition, heartbeat: number, removed: () => void) {
    this.organisation = options.organisation;
    this.person = options.person;
    this.#scope = options.scope;
    this.position = position;
    this.#removed = removed;
    const beat = async () => {
      // What can't be checked is not allowed.
      if (await options.stillAllowed().catch(() => false)) this.push(': \n\n');
      else this.end();
    };
    this.#timer = setInterval(() => void beat(), heartbeat).unref();
  }

  bring(events: readonly EventRow[], rights: Rights | undefined): void {
    if (rights?.organisation === undefined) {
      this.end();
      return;
    }
    for (const event of events) {
      if (byPosition(event, this.position) <= 0) continue;
      this.position = { xid: event.xid, id: event.id };
      if (!sees(rights, event, this.#scope)) continue;
      const { kind, system, at, detail } = event;
      const message = {
        kind,
        ...(system === null ? {} : { system }),
        at: at.toISOString(),
        detail: JSON.parse(detail),
      };
      this.push(`id: ${writeEventId(event)}\ndata: ${JSON.stringify(message)}\n\n`);
    }
  }

  push(piece: string): void {
    if (this.#ended) return;
    if (this.#queue.length >= QUEUE) {
      this.end();
      return;
    }
    this.#queue.push(piece);
    this.#wake?.();
  }

  end(): void {
    if (this.#ended) return;
    this.#ended = true;
    clearInterval(this.#timer);
    this.#removed();
    this.#wake?.();
  }

  async next(): Promise<IteratorResult<string>> {
    while (this.#queue.length === 0 && !this.#ended)
      await new Promise<void>((resolve) => {
        this.#wake = resolve;
      });
    const value = this.#queue.shift();
    return value === undefined ? { done: true, value: undefined } : { done: false, value };
  }

  async return(): Promise<IteratorResult<string>> {
    this.#queue.length = 0;
    this.end();
    return { done: true, value: undefined };
  }

  [Symbol.asyncIterator](): AsyncIterator<string> {
    return this;
  }
}
