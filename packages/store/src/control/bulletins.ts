/** Awareness bulletins: what was written, to whom and by which ways it goes, and whom it reached. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type BulletinRow = Selectable<Tables['bulletins']>;
export type BulletinPersonRow = Selectable<Tables['bulletin_people']>;
export type BulletinDeliveryRow = Selectable<Tables['bulletin_deliveries']>;
export type BulletinChannelRow = Selectable<Tables['bulletin_channels']>;
export type BulletinWay = 'mailed_at' | 'opened_at' | 'followed_at';

export async function insertBulletin(control: Control, row: Insertable<Tables['bulletins']>): Promise<void> {
  await control.insertInto('bulletins').values(row).execute();
}

export function findBulletin(control: Control, bulletin: string): Promise<BulletinRow | undefined> {
  return control.selectFrom('bulletins').selectAll().where('bulletin', '=', bulletin).executeTakeFirst();
}

export interface BulletinFilter {
  /** Only those that address this person and went out; undefined: all. */
  readonly person?: string | undefined;
  /** Created before this (time and id). */
  readonly before?: { readonly at: string; readonly bulletin: string } | undefined;
  readonly limit: number;
}

/** Newest first, with when the person opened each. */
export function bulletinPage(
  control: Control,
  filter: BulletinFilter & { readonly reader: string },
): Promise<(BulletinRow & { opened_at: string | null; addressed: string | null })[]> {
  let query = control
    .selectFrom('bulletins as b')
    .leftJoin('bulletin_people as p', (join) =>
      join
        .onRef('p.organisation', '=', 'b.organisation')
        .onRef('p.bulletin', '=', 'b.bulletin')
        .on('p.person', '=', filter.reader),
    )
    .selectAll('b')
    .select([
      sql<string | null>`coalesce(p.opened_at, p.followed_at)`.as('opened_at'),
      'p.person as addressed',
    ])
    .orderBy('b.created_at', 'desc')
    .orderBy('b.bulletin', 'desc')
    .limit(filter.limit);
  if (filter.person !== undefined)
    query = query.where('p.person', '=', filter.person).where('b.state', '!=', 'draft');
  const { before } = filter;
  if (before !== undefined)
    query = query.where((e) =>
      e.or([
        e('b.created_at', '<', before.at),
        e.and([e('b.created_at', '=', before.at), e('b.bulletin', '<', before.bulletin)]),
      ]),
    );
  return query.execute();
}

/** Changes a bulletin that is still at `version`; false when somebody else was first. */
export async function updateBulletin(
  control: Control,
  { bulletin, version }: { bulletin: string; version: number },
  change: Partial<Omit<BulletinRow, 'organisation' | 'bulletin' | 'version'>>,
): Promise<boolean> {
  const done = await control
    .updateTable('bulletins')
    .set({ ...change, version: version + 1 })
    .where('bulletin', '=', bulletin)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export async function deleteDraft(
  control: Control,
  { bulletin, version }: { bulletin: string; version: number },
): Promise<boolean> {
  const done = await control
    .deleteFrom('bulletins')
    .where('bulletin', '=', bulletin)
    .where('version', '=', version)
    .where('state', '=', 'draft')
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}

/** Which bulletins that went out name which threats. */
export async function bulletinsByThreat(control: Control): Promise<Map<string, string[]>> {
  const rows = await control
    .selectFrom('bulletins')
    .select(['bulletin', 'threats'])
    .where('state', '!=', 'draft')
    .orderBy('sent_at', 'desc')
    .limit(1000)
    .execute();
  const found = new Map<string, string[]>();
  for (const { bulletin, threats } of rows)
    for (const threat of threats) found.set(threat, [...(found.get(threat) ?? []), bulletin]);
  return found;
}

/** How many deliveries wait, of all bulletins. */
export async function deliveriesWaiting(control: Control): Promise<number> {
  const { waiting } = await control
    .selectFrom('bulletin_deliveries')
    .select((e) => e.fn.countAll().as('waiting'))
    .where('state', '=', 'waiting')
    .executeTakeFirstOrThrow();
  return Number(waiting);
}

export async function addressBulletin(
  control: Control,
  people: readonly Pick<BulletinPersonRow, 'organisation' | 'bulletin' | 'person'>[],
  deliveries: readonly Insertable<Tables['bulletin_deliveries']>[],
): Promise<void> {
  for (let at = 0; at < people.length; at += 1000)
    await control
      .insertInto('bulletin_people')
      .values(people.slice(at, at + 1000))
      .execute();
  for (let at = 0; at < deliveries.length; at += 1000)
    await control
      .insertInto('bulletin_deliveries')
      .values(deliveries.slice(at, at + 1000))
      .execute();
}

export function bulletinPeople(control: Control, bulletin: string): Promise<BulletinPersonRow[]> {
  return control
    .selectFrom('bulletin_people')
    .selectAll()
    .where('bulletin', '=', bulletin)
    .orderBy('person')
    .execute();
}

/** Undefined for somebody whom the bulletin does not address. */
export function bulletinPerson(
  control: Control,
  of: { bulletin: string; person: string },
): Promise<BulletinPersonRow | undefined> {
  return control
    .selectFrom('bulletin_people')
    .selectAll()
    .where('bulletin', '=', of.bulletin)
    .where('person', '=', of.person)
    .executeTakeFirst();
}

/** The first time counts. False for somebody whom the bulletin does not address. */
export async function reached(
  control: Control,
  of: { bulletin: string; person: string },
  way: BulletinWay,
  at: string,
): Promise<boolean> {
  const done = await control
    .updateTable('bulletin_people')
    .set({ [way]: sql`coalesce(${sql.ref(way)}, ${at})` })
    .where('bulletin', '=', of.bulletin)
    .where('person', '=', of.person)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

export function deliveriesOf(control: Control, bulletin: string): Promise<BulletinDeliveryRow[]> {
  return control
    .selectFrom('bulletin_deliveries')
    .selectAll()
    .where('bulletin', '=', bulletin)
    .orderBy('kind')
    .orderBy('target')
    .execute();
}

/** Takes deliveries that are due, so that nobody else takes them before `until`. */
export function claimDeliveries(
  control: Control,
  {
    kind,
    now,
    until,
    limit,
  }: { kind: BulletinDeliveryRow['kind']; now: string; until: string; limit: number },
): Promise<BulletinDeliveryRow[]> {
  return control
    .updateTable('bulletin_deliveries as d')
    .set({ next_at: until, attempts: sql`d.attempts + 1` })
    .from((e) =>
      e
        .selectFrom('bulletin_deliveries')
        .select(['bulletin', 'kind', 'target'])
        .where('state', '=', 'waiting')
        .where('kind', '=', kind)
        .where('next_at', '<=', now)
        .orderBy('next_at')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .as('due'),
    )
    .whereRef('d.bulletin', '=', 'due.bulletin')
    .whereRef('d.kind', '=', 'due.kind')
    .whereRef('d.target', '=', 'due.target')
    .returningAll('d')
    .execute();
}

export async function markDelivery(
  control: Control,
  of: Pick<BulletinDeliveryRow, 'bulletin' | 'kind' | 'target'>,
  change: Partial<Pick<BulletinDeliveryRow, 'state' | 'sent_at' | 'error' | 'next_at'>>,
): Promise<void> {
  await control
    .updateTable('bulletin_deliveries')
    .set(change)
    .where('bulletin', '=', of.bulletin)
    .where('kind', '=', of.kind)
    .where('target', '=', of.target)
    .execute();
}

/** Bulletins that are under way, or went out since a time, oldest first. */
export function bulletinsToMeasure(control: Control, since: string): Promise<BulletinRow[]> {
  return control
    .selectFrom('bulletins')
    .selectAll()
    .where((e) =>
      e.or([e('state', '=', 'sending'), e.and([e('state', '=', 'sent'), e('sent_at', '>=', since)])]),
    )
    .orderBy('sent_at')
    .execute();
}

/** The newest that went out, for the feed. */
export function bulletinFeed(control: Control, limit: number): Promise<BulletinRow[]> {
  return control
    .selectFrom('bulletins as b')
    .selectAll('b')
    .where('b.state', '!=', 'draft')
    .where((e) => e('b.audience', '=', sql<string[]>`'{}'::text[]`))
    .orderBy('b.sent_at', 'desc')
    .limit(limit)
    .execute();
}

export function bulletinChannels(control: Control): Promise<BulletinChannelRow[]> {
  return control.selectFrom('bulletin_channels').selectAll().orderBy('name').orderBy('channel').execute();
}

export async function insertBulletinChannel(control: Control, row: BulletinChannelRow): Promise<void> {
  await control.insertInto('bulletin_channels').values(row).execute();
}

export async function deleteBulletinChannel(control: Control, channel: string): Promise<boolean> {
  const done = await control
    .deleteFrom('bulletin_channels')
    .where('channel', '=', channel)
    .executeTakeFirst();
  return done.numDeletedRows > 0n;
}
