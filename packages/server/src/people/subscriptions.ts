/**
 * Notices of a system by e-mail. Whoever asks gets a link at their address; once they confirm, notices go there, at most one
 * mail an hour with all that is new, until they end it, which erases the address. Nobody is told who gets them.
 */
import { randomBytes } from 'node:crypto';
import { addDays, CustosError, DAY, type Instant, millis } from '@custos/core';
import { PublishedNotice, PublishedSystem, type ServiceContext, type SystemRef } from '@custos/engine';
import {
  askForSubscription,
  changeSubscription,
  claimSubscriptions,
  deleteSubscription,
  findPublication,
  findSubscription,
  linkSent,
  lockSubscriptions,
  noteSubscriptionMail,
  noticesOf,
  removeEndedSubscriptions,
  type SubscriptionRow,
  subscriptionMails,
} from '@custos/store';
import { z } from 'zod';
import { Refusal } from '../http/problem.ts';
import { limitKey } from '../identity/client-address.ts';
import type { Service } from '../service.ts';
import type { Mail } from './mailer.ts';
import type { OutboxOptions } from './outbox.ts';

const HOUR = DAY / 24;
/** What nodemailer throws when every recipient is refused, and not only for now. */
const Refused = z.object({ command: z.literal('RCPT TO'), responseCode: z.int().min(500) });
/** A link that confirms ends after so many days. */
const LINK_DAYS = 2;
/** Links in a day: for one address and system, by one client, and in all of an organisation. */
const LINKS_PER_ADDRESS = 3;
const LINKS_PER_CLIENT = 20;
const LINKS_PER_DAY = 500;
/** About a month of them, since they come once a day in the end; then an address that is refused for good is erased. */
const MOST_ATTEMPTS = 40;
const AT_ONCE = 10;
/** A mail that was taken and never settled is due again then. */
const LEASE = 5 * 60_000;

function later(at: Instant, milliseconds: number): Instant {
  return new Date(millis(at) + milliseconds).toISOString();
}

/** `reader+shop@…` reaches the same mailbox as `reader@…`. */
function mailboxOf(email: string): string {
  return email.replace(/\+[^@]*(?=@)/, '');
}

/**
 * The answer tells nobody whether the address gets notices already.
 * @param client address from which somebody asks
 * @throws Refusal TOO_MANY_REQUESTS
 */
export async function askForNotices(
  service: Service,
  ref: SystemRef,
  { email, client }: { email: string; client: string },
): Promise<void> {
  const { context, links, seal, outbox } = service;
  const { organisation } = ref;
  const now = context.clock.now();
  const row = {
    ...ref,
    subscription: randomBytes(16).toString('hex'),
    reader: links.address(organisation, email),
    address: await seal.close(email),
    expires_at: addDays(now, LINK_DAYS),
    next_at: now,
  };
  const asked = {
    ...ref,
    reader: links.address(organisation, mailboxOf(email)),
    client: links.client(organisation, limitKey(client)),
    sent_at: now,
  };
  await context.database.within(organisation, async (control) => {
    await lockSubscriptions(control, organisation);
    const { own, byClient, all } = await subscriptionMails(control, asked, addDays(now, -1));
    if (all >= LINKS_PER_DAY || byClient >= LINKS_PER_CLIENT)
      throw new Refusal('TOO_MANY_REQUESTS', 'Notices were asked for too often today. Try again tomorrow.', {
        headers: { 'retry-after': '3600' },
      });
    if (own >= LINKS_PER_ADDRESS) return;
    await removeEndedSubscriptions(control, { now, before: addDays(now, -1) });
    await askForSubscription(control, row);
    await noteSubscriptionMail(control, asked);
  });
  outbox.kick(organisation);
}

function idIn(token: string): string {
  return token.split('.')[0] ?? '';
}

/** The subscription that a link to confirm is for. @throws Refusal GONE */
export async function subscriptionToConfirm(
  { context, links }: Service,
  ref: SystemRef,
  token: string,
): Promise<SubscriptionRow> {
  const row = await context.database.within(ref.organisation, (control) =>
    findSubscription(control, { ...ref, subscription: idIn(token) }),
  );
  const open = row !== undefined && millis(row.expires_at) > millis(context.clock.now());
  if (open && links.confirms(token, row)) return row;
  throw new Refusal('GONE', 'This link has ended. Ask for the notices once more, and a new one comes.');
}

/** Whether or not it was ended before, since links are followed twice. @throws Refusal GONE for one that we did not make */
export function subscriptionToEnd({ links }: Service, ref: SystemRef, token: string) {
  const found = { ...ref, subscription: idIn(token) };
  if (links.ends(token, found)) return found;
  throw new Refusal('GONE', 'This link is not whole. Follow the one in the newest mail.');
}

/** @throws Refusal GONE */
export async function confirmNotices(service: Service, ref: SystemRef, token: string): Promise<void> {
  const row = await subscriptionToConfirm(service, ref, token);
  if (row.confirmed_at !== null) return;
  const now = service.context.clock.now();
  await service.context.database.within(ref.organisation, (control) =>
    changeSubscription(control, row, { confirmed_at: now, told_until: now, next_at: now, attempts: 0 }),
  );
}

/** Erases the address. @throws Refusal GONE */
export async function endNotices(service: Service, ref: SystemRef, token: string): Promise<void> {
  const found = subscriptionToEnd(service, ref, token);
  await service.context.database.within(ref.organisation, (control) => deleteSubscription(control, found));
}

/** Sends what is due to subscribers of an organisation, and forgets who never confirmed. @returns how many mails went out */
export async function mailSubscribers(
  options: OutboxOptions,
  organisation: string,
  stopped: () => boolean,
): Promise<number> {
  const { context, mailer } = options;
  const { database, clock } = context;
  let sent = 0;
  for (;;) {
    const now = clock.now();
    const taken = await database.within(organisation, async (control) => {
      await removeEndedSubscriptions(control, { now, before: addDays(now, -1) });
      if (!mailer) return [];
      return claimSubscriptions(control, { now, until: later(now, LEASE), limit: AT_ONCE });
    });
    const done = await Promise.all(taken.map((row) => settle(options, row)));
    const went = done.filter((ok) => ok).length;
    sent += went;
    // A server that takes nothing is not asked for the rest now.
    if (went === 0 || stopped()) return sent;
  }
}

async function settle(options: OutboxOptions, row: SubscriptionRow): Promise<boolean> {
  const { context, log } = options;
  const { organisation, system, attempts } = row;
  try {
    if (row.confirmed_at !== null) return await mailNotices(options, row);
    await mailLink(options, row);
    await context.database.within(organisation, (control) => linkSent(control, row));
    return true;
  } catch (error) {
    // What a mail server answers may name the address.
    const why = error instanceof CustosError ? { why: error.message } : { err: error };
    log.warn({ organisation, system, attempts, ...why }, 'notices were not sent');
    await context.database.within(organisation, (control) =>
      attempts >= MOST_ATTEMPTS && isRefusedForGood(error)
        ? deleteSubscription(control, row)
        : changeSubscription(control, row, {
            next_at: later(context.clock.now(), Math.min(DAY, 60_000 * 2 ** (attempts - 1))),
          }),
    );
    return false;
  }
}

function pageOf({ baseUrl }: OutboxOptions, { organisation, system }: SystemRef): string {
  return `${baseUrl}/p/${organisation}/${system}`;
}

/** The mail server takes nothing for this address, and says that it never will. */
function isRefusedForGood(error: unknown): boolean {
  return Refused.safeParse(error instanceof Error ? error.cause : undefined).success;
}

async function mailLink(options: OutboxOptions, row: SubscriptionRow): Promise<void> {
  const { links } = options;
  const page = pageOf(options, row);
  await send(options, row, {
    subject: 'Confirm that you want these notices',
    text: `Somebody asked for the notices of this page at your address:
${page}

If it was you, confirm before ${row.expires_at}:
${page}/subscribe/${links.confirmation(row)}

If it was not, leave it: nothing comes, and your address is erased then.`,
    messageId: `subscription-${row.subscription}-${millis(options.context.clock.now())}`,
  });
}

/** @returns whether there was something to send */
async function mailNotices(options: OutboxOptions, row: SubscriptionRow): Promise<boolean> {
  const { context, links } = options;
  const { organisation, system, told_until: since } = row;
  const { notices, name, until } = await newNotices(context, { organisation, system }, since ?? '');
  const settled = (change: { told_until?: Instant }) =>
    context.database.within(organisation, (control) =>
      changeSubscription(control, row, {
        ...change,
        next_at: later(context.clock.now(), HOUR),
        attempts: 0,
      }),
    );
  const [newest] = notices;
  if (!newest) {
    await settled({});
    return false;
  }
  const page = pageOf(options, row);
  const end = `${page}/unsubscribe/${links.ending(row)}`;
  await send(options, row, {
    subject: notices.length === 1 ? `${name}: ${newest.title}` : `${name}: ${notices.length} notices`,
    text: `${notices.map(words).join('\n\n')}

All notices: ${page}
No more of them, and your address erased: ${end}`,
    messageId: `notices-${row.subscription}-${millis(until)}`,
    unsubscribe: end,
  });
  await settled({ told_until: until });
  return true;
}

/** Newest first; none while the page is not published. */
function newNotices(
  { database }: ServiceContext,
  { organisation, system }: SystemRef,
  since: Instant,
): Promise<{ notices: PublishedNotice[]; name: string; until: Instant }> {
  return database.within(organisation, async (control) => {
    const page = await findPublication(control, system);
    if (!page?.published) return { notices: [], name: system, until: since };
    const rows = (await noticesOf(control, system)).filter(({ published_at }) => published_at > since);
    return {
      name: PublishedSystem.parse(JSON.parse(page.published)).system.name,
      notices: rows.map(({ content }) => PublishedNotice.parse(JSON.parse(content))),
      until: rows[0]?.published_at ?? since,
    };
  });
}

function words({ title, about, description, impact, action }: PublishedNotice): string {
  return `${title}
About: ${about.join(', ')}

${description}

What it means: ${impact}

What to do: ${action}`;
}

async function send(
  { mailer, seal }: OutboxOptions,
  row: SubscriptionRow,
  mail: Omit<Mail, 'to'>,
): Promise<void> {
  if (!mailer) throw new CustosError('MAIL', 'The service can not send e-mail: CUSTOS_SMTP_URL is not set.');
  await mailer.send({ ...mail, to: await seal.open(row.address) });
}
