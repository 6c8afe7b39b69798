/**
 * Sends what is due: bulletins by e-mail and to chat channels, notices to subscribers, and reminders of training. A delivery
 * is taken by one instance at a time and tried again, later and later; one that hangs holds up no other. Also measures what
 * bulletins reached.
 */
import { addDays, CustosError, millis } from '@custos/core';
import {
  measureBulletins,
  nextAttempt,
  programmeInForce,
  type ServiceContext,
  trainingReminders,
  trainingRules,
} from '@custos/engine';
import {
  type BulletinDeliveryRow,
  type BulletinRow,
  bulletinChannels,
  claimDeliveries,
  claimReminder,
  deliveriesWaiting,
  findBulletin,
  markDelivery,
  markReminded,
  reached,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import type { Logger } from 'pino';
import type { Seal } from '../webhooks/seal.ts';
import { type SendOptions, send } from '../webhooks/send.ts';
import type { PeopleLinks } from './links.ts';
import type { Mail, Mailer } from './mailer.ts';
import { mailSubscribers } from './subscriptions.ts';

const AT_ONCE = 10;
/** A delivery that was taken and never settled is due again then: longer than any attempt takes. */
const LEASE = 5 * 60_000;
const AGAIN = 30_000;
const REMIND_EVERY_DAYS = 7;
/** A reminder that was claimed and did not go out may be claimed again after so long. */
const CLAIM_DAYS = 0.1;

export interface OutboxOptions {
  readonly context: ServiceContext;
  readonly links: PeopleLinks;
  readonly seal: Seal;
  readonly mailer: Mailer | undefined;
  readonly baseUrl: string;
  readonly log: Logger;
  /** Chat channels inside the house may be sent to; for development and tests. */
  readonly allowPrivate?: boolean;
  readonly resolve?: SendOptions['resolve'];
  /** Milliseconds for one post to a chat channel. */
  readonly timeout?: number;
}

export class Outbox {
  readonly #options: OutboxOptions;
  readonly #due = new Set<string>();
  #running: Promise<void> | undefined;
  readonly #soon = new Set<Promise<boolean>>();
  #timer: NodeJS.Timeout | undefined;
  #stopped = false;

  constructor(options: OutboxOptions) {
    this.#options = options;
  }

  get canMail(): boolean {
    return this.#options.mailer !== undefined;
  }

  /** Sends one message at once. False: there is no mail server, or it did not take it. */
  async mailNow(mail: Mail): Promise<boolean> {
    const { mailer, log } = this.#options;
    if (!mailer) return false;
    try {
      await mailer.send(mail);
      return true;
    } catch (error) {
      log.error({ err: error }, 'a message was not sent');
      return false;
    }
  }

  /** Sends one message, for which nobody waits. */
  mailSoon(mail: Mail): void {
    const sending = this.mailNow(mail).finally(() => this.#soon.delete(sending));
    this.#soon.add(sending);
  }

  /** Begins to send in the background, after something of the organisation was queued, and goes on while any of it waits. */
  kick(organisation: string): void {
    if (this.#stopped) return;
    this.#due.add(organisation);
    this.#running ??= this.#run().finally(() => {
      this.#running = undefined;
    });
  }

  async #run(): Promise<void> {
    const later: string[] = [];
    for (const organisation of this.#due) {
      this.#due.delete(organisation);
      try {
        const { waiting } = await this.sendDue(organisation);
        if (waiting > 0) later.push(organisation);
      } catch (error) {
        this.#options.log.error({ organisation, err: error }, 'what is due was not sent');
      }
    }
    if (later.length === 0 || this.#stopped) return;
    clearTimeout(this.#timer);
    this.#timer = setTimeout(() => {
      for (const organisation of later) this.kick(organisation);
    }, AGAIN);
    this.#timer.unref();
  }

  /** Waits for what is under way. */
  async idle(): Promise<void> {
    await Promise.all([this.#running, ...this.#soon]);
  }

  /** Waits for what is under way, and begins nothing new. */
  async stop(): Promise<void> {
    this.#stopped = true;
    clearTimeout(this.#timer);
    await this.idle();
    this.#options.mailer?.close();
  }

  /** Sends everything of an organisation that is due, and records what was sent and reached. @returns what waits for later */
  async sendDue(organisation: string): Promise<{ sent: number; waiting: number }> {
    const { context } = this.#options;
    const sent = await this.#sendOf(organisation);
    await measureBulletins(context, organisation);
    return { sent, waiting: await context.database.within(organisation, deliveriesWaiting) };
  }

  /** The ways do not wait for each other. */
  async #sendOf(organisation: string): Promise<number> {
    const sent = await Promise.all([
      this.#sendBy('email', organisation),
      this.#sendBy('chat', organisation),
      mailSubscribers(this.#options, organisation, () => this.#stopped),
    ]);
    return sent.reduce((all, one) => all + one, 0);
  }

  async #sendBy(kind: 'email' | 'chat', organisation: string): Promise<number> {
    const { database, clock } = this.#options.context;
    let sent = 0;
    for (;;) {
      const now = clock.now();
      const until = new Date(millis(now) + LEASE).toISOString();
      const taken = await database.within(organisation, (control) =>
        claimDeliveries(control, { kind, now, until, limit: AT_ONCE }),
      );
      const done = await Promise.all(taken.map((delivery) => this.#deliver(organisation, delivery)));
      const went = done.filter((ok) => ok).length;
      sent += went;
      // A server that takes nothing is not asked for the rest now.
      if (went === 0 || this.#stopped) return sent;
    }
  }

  async #deliver(organisation: string, delivery: BulletinDeliveryRow): Promise<boolean> {
    const { context, log } = this.#options;
    const { database, clock } = context;
    const { bulletin, kind, target, attempts } = delivery;
    const row = await database.within(organisation, (control) => findBulletin(control, bulletin));
    try {
      if (!row) throw new CustosError('NOT_FOUND', 'The bulletin is gone.');
      if (kind === 'email') await this.#mail(organisation, row, delivery);
      if (kind === 'chat') await this.#chat(organisation, row, target);
      const at = clock.now();
      await database.within(organisation, async (control) => {
        await markDelivery(control, delivery, { state: 'sent', sent_at: at, error: null });
        if (kind === 'email') await reached(control, { bulletin, person: target }, 'mailed_at', at);
      });
      return true;
    } catch (error) {
      const why = error instanceof CustosError ? error.message : 'Something went wrong inside.';
      const again = nextAttempt(attempts, clock.now());
      await database.within(organisation, (control) =>
        markDelivery(
          control,
          delivery,
          again === undefined ? { state: 'failed', error: why } : { next_at: again, error: why },
        ),
      );
      log.warn(
        { organisation, bulletin, way: kind, attempts, again, err: error },
        'a bulletin was not delivered',
      );
      return false;
    }
  }

  async #mail(
    organisation: string,
    row: BulletinRow,
    { target, message_id }: BulletinDeliveryRow,
  ): Promise<void> {
    const { mailer, links, baseUrl } = this.#options;
    if (!mailer)
      throw new CustosError('MAIL', 'The service can not send e-mail: CUSTOS_SMTP_URL is not set.');
    const token = links.reader({ organisation, bulletin: row.bulletin, person: target });
    const lines = [
      row.body,
      ...(row.mitigation === null ? [] : ['What helps', row.mitigation]),
      // After the #, so that it never reaches a log.
      `Read it with its formatting, and let us know that it reached you:\n${baseUrl}/bulletin#${token}`,
    ];
    await mailer.send({
      to: target,
      subject: row.title,
      text: `${lines.join('\n\n')}\n`,
      messageId: message_id,
    });
  }

  async #chat(organisation: string, row: BulletinRow, channel: string): Promise<void> {
    const { context, baseUrl, seal, allowPrivate = false, resolve, timeout } = this.#options;
    const channels = await context.database.within(organisation, bulletinChannels);
    const sealed = channels.find((one) => one.channel === channel)?.url;
    if (sealed === undefined) throw new CustosError('WEBHOOK_URL', 'The chat channel was removed.');
    const url = await seal.open(sealed).catch((cause: unknown) => {
      throw new CustosError(
        'WEBHOOK_URL',
        'The address of the chat channel was kept under another secret of the service. Add the channel anew.',
        { cause },
      );
    });
    const helps = row.mitigation === null ? '' : `\n\nWhat helps: ${row.mitigation}`;
    const status = await send({
      url,
      headers: {},
      body: JSON.stringify({
        text: `${row.title}\n\n${row.body}${helps}\n\n${baseUrl}/${organisation}/bulletins/${row.bulletin}`,
      }),
      allowPrivate,
      ...(resolve ? { resolve } : {}),
      ...(timeout === undefined ? {} : { timeout }),
    });
    if (status < 200 || status > 299)
      throw new CustosError('WEBHOOK_FAILED', `The chat channel answered ${status}.`);
  }

  /** Reminds everybody who has training to take or renew, at most once in seven days each. @returns how many */
  async remindDue(organisation: string): Promise<number> {
    const { context, mailer, baseUrl, log } = this.#options;
    if (!mailer) return 0;
    const { database, clock } = context;
    const now = clock.now();
    const { reminders, titles } = await database.within(organisation, async (control) => ({
      reminders: await trainingReminders(control, await trainingRules(context, control)),
      titles: new Map((await programmeInForce(control))?.modules.map(({ id, title }) => [id, title])),
    }));
    let count = 0;
    for (const { person, modules } of reminders) {
      const since = addDays(now, -REMIND_EVERY_DAYS);
      const claimed = await database.within(organisation, (control) =>
        claimReminder(control, { organisation, person, sent_at: addDays(since, CLAIM_DAYS) }, since),
      );
      if (!claimed) continue;
      const lines = modules.map(({ module, state, expiresAt }) => {
        const until = state === 'expiring' && expiresAt ? `lapses on ${expiresAt.slice(0, 10)}` : state;
        return `- ${titles.get(module) ?? module}: ${until}`;
      });
      try {
        await mailer.send({
          to: person,
          subject: 'Training that waits for you',
          text: `Take these modules:\n\n${lines.join('\n')}\n\n${baseUrl}/${organisation}/training\n`,
          messageId: `training.${sha256(person).slice(7, 47)}.${millis(now)}`,
        });
        await database.within(organisation, (control) => markReminded(control, { person, sent_at: now }));
        count++;
      } catch (error) {
        log.warn({ organisation, err: error }, 'a reminder was not sent');
      }
    }
    return count;
  }
}
