/** Who gets the notices of a system by e-mail. */
import { type Insertable, type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type SubscriptionRow = Selectable<Tables['subscriptions']>;
type Ref = Pick<SubscriptionRow, 'system' | 'subscription'>;

/** One at a time asks within an organisation, so that limits hold. */
export async function lockSubscriptions(control: Control, organisation: string): Promise<void> {
  await sql`select pg_advisory_xact_lock(hashtextextended(${`subscriptions ${organisation}`}, 0))`.execute(
    control,
  );
}

/** Links that were asked for since a time: for this reader and system, by this client, and in all. */
export async function subscriptionMails(
  control: Control,
  { system, reader, client }: Pick<Tables['subscription_mails'], 'system' | 'reader' | 'client'>,
  since: string,
): Promise<{ own: number; byClient: number; all: number }> {
  const { own, byClient, all } = await control
    .selectFrom('subscription_mails')
    .select((e) => [
      e.fn.countAll().as('all'),
      e.fn.countAll().filterWhere('client', '=', client).as('byClient'),
      e.fn.countAll().filterWhere('reader', '=', reader).filterWhere('system', '=', system).as('own'),
    ])
    .where('sent_at', '>', since)
    .executeTakeFirstOrThrow();
  return { own: Number(own), byClient: Number(byClient), all: Number(all) };
}

export async function noteSubscriptionMail(
  control: Control,
  row: Tables['subscription_mails'],
): Promise<void> {
  await control.insertInto('subscription_mails').values(row).execute();
}

/** Of somebody who asked before and has not confirmed, the same link is due once more and ends later; of one who has, nothing changes. */
export async function askForSubscription(
  control: Control,
  row: Insertable<Tables['subscriptions']> & { next_at: string },
): Promise<void> {
  await control
    .insertInto('subscriptions')
    .values(row)
    .onConflict((conflict) =>
      conflict
        .columns(['organisation', 'system', 'reader'])
        .doUpdateSet({ next_at: row.next_at, expires_at: row.expires_at, attempts: 0 })
        .where('subscriptions.confirmed_at', 'is', null),
    )
    .execute();
}

export function findSubscription(
  control: Control,
  { system, subscription }: Ref,
): Promise<SubscriptionRow | undefined> {
  return control
    .selectFrom('subscriptions')
    .selectAll()
    .where('system', '=', system)
    .where('subscription', '=', subscription)
    .executeTakeFirst();
}

export async function changeSubscription(
  control: Control,
  { system, subscription }: Ref,
  change: Partial<Pick<SubscriptionRow, 'confirmed_at' | 'told_until' | 'next_at' | 'attempts'>>,
): Promise<void> {
  await control
    .updateTable('subscriptions')
    .set(change)
    .where('system', '=', system)
    .where('subscription', '=', subscription)
    .execute();
}

/** Nothing more is due to somebody who has not confirmed; whoever did while the link went out is left as they are. */
export async function linkSent(control: Control, { system, subscription }: Ref): Promise<void> {
  await control
    .updateTable('subscriptions')
    .set({ next_at: null, attempts: 0 })
    .where('system', '=', system)
    .where('subscription', '=', subscription)
    .where('confirmed_at', 'is', null)
    .execute();
}

export async function deleteSubscription(control: Control, { system, subscription }: Ref): Promise<void> {
  await control
    .deleteFrom('subscriptions')
    .where('system', '=', system)
    .where('subscription', '=', subscription)
    .execute();
}

/** Removes those that nobody confirmed in time, and what was kept of links that were asked for before a time. */
export async function removeEndedSubscriptions(
  control: Control,
  { now, before }: { now: string; before: string },
): Promise<void> {
  await control
    .deleteFrom('subscriptions')
    .where('confirmed_at', 'is', null)
    .where('expires_at', '<=', now)
    .execute();
  await control.deleteFrom('subscription_mails').where('sent_at', '<=', before).execute();
}

/** Takes subscriptions to which something is due, so that nobody else takes them before `until`. */
export function claimSubscriptions(
  control: Control,
  { now, until, limit }: { now: string; until: string; limit: number },
): Promise<SubscriptionRow[]> {
  return control
    .updateTable('subscriptions as s')
    .set({ next_at: until, attempts: sql`s.attempts + 1` })
    .from((e) =>
      e
        .selectFrom('subscriptions as w')
        .select(['w.system', 'w.subscription'])
        .where('w.next_at', '<=', now)
        .where((where) =>
          where.or([
            where('w.confirmed_at', 'is', null),
            where.exists(
              where
                .selectFrom('notices as n')
                .innerJoin('publications as p', (join) =>
                  join.onRef('p.organisation', '=', 'n.organisation').onRef('p.page', '=', 'n.system'),
                )
                .select('n.notice')
                .whereRef('n.organisation', '=', 'w.organisation')
                .whereRef('n.system', '=', 'w.system')
                .whereRef('n.published_at', '>', 'w.told_until')
                .where('n.withdrawn_at', 'is', null)
                .where('p.published', 'is not', null),
            ),
          ]),
        )
        .orderBy('w.next_at')
        .limit(limit)
        .forUpdate()
        .skipLocked()
        .as('due'),
    )
    .whereRef('s.system', '=', 'due.system')
    .whereRef('s.subscription', '=', 'due.subscription')
    .returningAll('s')
    .execute();
}

/** How many get the notices of a system; who they are nobody is told. */
export async function subscribersOf(control: Control, system: string): Promise<number> {
  const { readers } = await control
    .selectFrom('subscriptions')
    .select((e) => e.fn.countAll().as('readers'))
    .where('system', '=', system)
    .where('confirmed_at', 'is not', null)
    .executeTakeFirstOrThrow();
  return Number(readers);
}
