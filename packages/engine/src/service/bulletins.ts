/**
 * Awareness bulletins: written, sent by several ways, and measured. What goes out by which way is a row that is sent later
 * and tried again; what the ledger says was sent and reached is recorded when it is known.
 */
import { addDays, CustosError, DAY, type Instant, millis } from '@custos/core';
import {
  addressBulletin,
  type BulletinDeliveryRow,
  type BulletinPersonRow,
  type BulletinRow,
  bulletinChannels,
  bulletinPeople,
  bulletinsToMeasure,
  deliveriesOf,
  findBulletin,
  updateBulletin,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import type { ServiceContext } from './context.ts';
import { actEntry, peopleEntry, thresholdOf } from './people-record.ts';
import { ALL_STAFF, staffMembers } from './people-standing.ts';

export type BulletinWays = 'email' | 'chat' | 'console' | 'rss';

/** Everybody: an audience without roles, or with that of all staff. */
export function addressesAll(audience: readonly string[]): boolean {
  return audience.length === 0 || audience.includes(ALL_STAFF);
}

/**
 * Ways by which a bulletin would go: always the console; e-mail where the service can send it; chat where a channel is set
 * up; the feed when it is for everybody, since a feed can't tell its readers apart.
 */
export function waysFor(
  audience: readonly string[],
  can: { mail: boolean; channels: number },
): BulletinWays[] {
  const all = addressesAll(audience);
  return [
    'console' as const,
    ...(can.mail ? (['email'] as const) : []),
    ...(can.channels > 0 && all ? (['chat'] as const) : []),
    ...(all ? (['rss'] as const) : []),
  ];
}

/**
 * Addresses a bulletin and queues it.
 * @throws CustosError NOT_FOUND, CONFLICT when it went out already, VERSION_CHANGED, INVALID for nobody to address or too few ways
 */
export async function sendBulletin(
  context: ServiceContext,
  organisation: string,
  { by, bulletin, version, mail }: { by: string; bulletin: string; version: number; mail: boolean },
): Promise<void> {
  const now = context.clock.now();
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith([actEntry('bulletin.sent', by, { bulletin })], async (control) => {
    const row = await findBulletin(control, bulletin);
    if (!row) throw new CustosError('NOT_FOUND', `There is no bulletin "${bulletin}".`);
    if (row.state !== 'draft')
      throw new CustosError('CONFLICT', 'This bulletin went out already. Write a new one.');
    const everybody = addressesAll(row.audience);
    const people = (await staffMembers(control)).filter(
      ({ roles }) => everybody || row.audience.some((role) => roles.includes(role)),
    );
    if (people.length === 0)
      throw new CustosError(
        'INVALID',
        `Nobody has one of the roles ${row.audience.join(', ')}. Choose another audience.`,
      );
    const channels = everybody ? await bulletinChannels(control) : [];
    const ways = waysFor(row.audience, { mail, channels: channels.length });
    const needed = await thresholdOf(context, control, 'awareness.channels');
    if (ways.length < needed)
      throw new CustosError(
        'INVALID',
        `This bulletin would go out by ${ways.join(', ')} only, and ${needed} ways are needed. Set up e-mail (CUSTOS_SMTP_URL), or address everybody.`,
      );
    const delivery = (kind: BulletinWays, target: string) => ({
      organisation,
      bulletin,
      kind,
      target,
      next_at: now,
      message_id: messageId(bulletin, kind, target),
    });
    const there = { state: 'sent' as const, sent_at: now };
    const deliveries = ways.flatMap((kind) => {
      if (kind === 'email') return people.map(({ person }) => delivery(kind, person));
      if (kind === 'chat') return channels.map(({ channel }) => delivery(kind, channel));
      return [{ ...delivery(kind, ''), ...there }];
    });
    if (!(await updateBulletin(control, { bulletin, version }, { state: 'sending', sent_at: now })))
      throw new CustosError(
        'VERSION_CHANGED',
        'Somebody changed the bulletin in the meantime. Read it again.',
      );
    await addressBulletin(
      control,
      people.map(({ person }) => ({ organisation, bulletin, person })),
      deliveries,
    );
  });
}

function messageId(bulletin: string, kind: string, target: string): string {
  return target === '' ? `${bulletin}.${kind}` : `${bulletin}.${kind}.${sha256(target).slice(7, 47)}`;
}

/** Share of the people addressed whom a mail server took it for, or who opened it; until a time, where one is given. */
export function reachOf(people: readonly BulletinPersonRow[], until?: Instant): number {
  const counts = (at: Instant | null) => at !== null && (until === undefined || millis(at) <= millis(until));
  const got = people.filter((one) => [one.mailed_at, one.opened_at, one.followed_at].some(counts));
  return people.length === 0 ? 0 : got.length / people.length;
}

/** How long after the end of the time for reaching people what came in until then is still recorded. */
const LATE_DAYS = 7;

/**
 * Records what was sent once every delivery is settled, and again when more people were reached, at most once in an hour; after
 * the time for reaching people, whom it had reached by then.
 * @returns ids of the bulletins recorded
 */
export async function measureBulletins(context: ServiceContext, organisation: string): Promise<string[]> {
  const now = context.clock.now();
  const { days, open } = await context.database.within(organisation, async (control) => {
    const days = await thresholdOf(context, control, 'awareness.reach_days');
    return { days, open: await bulletinsToMeasure(control, addDays(now, -days - LATE_DAYS)) };
  });
  const recorded: string[] = [];
  for (const row of open)
    if (await measure(context, organisation, row, { now, days })) recorded.push(row.bulletin);
  return recorded;
}

/** Each record of reach is evidence that every system is assessed by. */
const MEASURE_EVERY = DAY / 24;

async function measure(
  context: ServiceContext,
  organisation: string,
  row: BulletinRow,
  { now, days }: { now: Instant; days: number },
): Promise<boolean> {
  const end = addDays(row.sent_at ?? now, days);
  const over = millis(end) < millis(now);
  if (!over && row.measured_at !== null && millis(now) - millis(row.measured_at) < MEASURE_EVERY)
    return false;
  const { people, deliveries } = await context.database.within(organisation, async (control) => ({
    people: await bulletinPeople(control, row.bulletin),
    deliveries: await deliveriesOf(control, row.bulletin),
  }));
  const reach = reachOf(people, over ? end : now);
  const channels = channelsOf(deliveries);
  const settled = deliveries.every(({ state }) => state !== 'waiting');
  if (channels.length === 0 || (row.state === 'sending' ? !settled : row.reach === reach)) return false;
  const ledger = await context.database.ledger(organisation);
  const entry = await peopleEntry(context, organisation, {
    type: 'bulletin',
    content: {
      id: row.bulletin,
      threats: [...row.threats],
      sentAt: row.sent_at ?? now,
      ...(row.mitigation === null ? {} : { mitigation: row.mitigation }),
      mitigationKnown: row.mitigation_known,
      channels,
      reach,
      reachMeasuredAt: over ? end : now,
    },
    observedAt: now,
  });
  return ledger
    .recordWith([entry], async (control) => {
      const { bulletin, version } = row;
      const change = { state: 'sent' as const, reach, measured_at: now };
      if (!(await updateBulletin(control, { bulletin, version }, change))) throw new Overtaken();
      return true;
    })
    .catch((error: unknown) => {
      if (error instanceof Overtaken) return false;
      throw error;
    });
}

/** Another instance recorded it. */
class Overtaken extends CustosError {
  constructor() {
    super('CONFLICT', 'The bulletin was measured in the meantime.');
  }
}

/** Each way by which at least one delivery went out, with the first of them. */
function channelsOf(deliveries: readonly BulletinDeliveryRow[]) {
  const ways = new Map<BulletinWays, { kind: BulletinWays; messageId: string; sentAt: Instant }>();
  for (const { kind, message_id, sent_at } of deliveries) {
    if (sent_at === null) continue;
    const known = ways.get(kind);
    if (!known || millis(sent_at) < millis(known.sentAt))
      ways.set(kind, { kind, messageId: message_id, sentAt: sent_at });
  }
  return [...ways.values()];
}

/** When a delivery that failed is tried again; undefined: never. Minutes 1, 2, 4 … up to 8 attempts in about four hours. */
export function nextAttempt(attempts: number, now: Instant): Instant | undefined {
  if (attempts >= 8) return undefined;
  return new Date(millis(now) + 2 ** (attempts - 1) * (DAY / 1440)).toISOString();
}
