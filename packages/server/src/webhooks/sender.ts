/**
 * Sends what is due to webhooks. Each delivery is taken by one instance at a time and tried again, later and later, until
 * the receiver says 2xx or it counts as dead. A receiver may see a delivery twice, always under the same `webhook-id`.
 */
import {
  type ClaimedDelivery,
  claimWebhookDeliveries,
  type DeliveryEnd,
  findWebhook,
  finishDelivery,
  type ServiceDatabase,
} from '@custos/store';
import type { Logger } from 'pino';
import { pause } from '../jobs/pause.ts';
import type { Seal } from './seal.ts';
import { type SendOptions, send } from './send.ts';
import { signatureHeaders } from './signature.ts';

const SECOND = 1000;
const MINUTE = 60 * SECOND;
/** Pauses after each failed attempt; after the last one a delivery is dead. */
export const BACKOFF: readonly number[] = [
  5 * SECOND,
  30 * SECOND,
  2 * MINUTE,
  10 * MINUTE,
  30 * MINUTE,
  120 * MINUTE,
  360 * MINUTE,
  720 * MINUTE,
];
const LEASE = MINUTE;
/** Under way at once in this instance, and to one webhook in all. */
const AT_ONCE = 16;
const TO_ONE = 4;

export interface WebhookSenderOptions {
  readonly database: ServiceDatabase;
  readonly seal: Seal;
  readonly log: Logger;
  readonly allowPrivate: boolean;
  /** Told of each attempt. */
  readonly attempted?: (outcome: DeliveryEnd['state']) => void;
  readonly resolve?: SendOptions['resolve'];
  readonly timeout?: number;
}

export class WebhookSender {
  readonly #options: WebhookSenderOptions;
  readonly #underWay = new Set<Promise<void>>();

  constructor(options: WebhookSenderOptions) {
    this.#options = options;
  }

  get allowPrivate(): boolean {
    return this.#options.allowPrivate;
  }

  /** Takes what is due as far as there is room, and does not wait for it. @returns how many it took */
  async take(signal?: AbortSignal): Promise<number> {
    const limit = AT_ONCE - this.#underWay.size;
    if (limit <= 0) return 0;
    const claimed = await this.#options.database.acrossOrganisations((control) =>
      claimWebhookDeliveries(control, { limit, each: TO_ONE, lease: LEASE }),
    );
    for (const delivery of claimed) {
      const work = this.#deliver(delivery, signal)
        .catch((err) => this.#options.log.error({ err, delivery: delivery.delivery }, 'delivery not kept'))
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
    }
    return claimed.length;
  }

  /** Sends what becomes due until the signal ends, and then waits for what is under way. */
  async run(signal: AbortSignal): Promise<void> {
    while (!signal.aborted) {
      try {
        const taken = await this.take(signal);
        if (taken === 0) await pause(SECOND, signal);
        else await Promise.race(this.#underWay);
      } catch (err) {
        if (!signal.aborted) this.#options.log.warn({ err }, 'webhooks can not be looked for now');
        await pause(5 * SECOND, signal);
      }
    }
    await this.idle();
  }

  /** Resolves when nothing is under way. */
  async idle(): Promise<void> {
    while (this.#underWay.size > 0) await Promise.all(this.#underWay);
  }

  async #deliver(claimed: ClaimedDelivery, signal: AbortSignal | undefined): Promise<void> {
    const { database, log, attempted } = this.#options;
    const end = await this.#attempt(claimed, signal);
    if (end === undefined) return;
    await database.within(claimed.organisation, (control) => finishDelivery(control, claimed, end));
    attempted?.(end.state);
    const { organisation, webhook, delivery, attempts } = claimed;
    const said = { organisation, webhook, delivery, attempts, status: end.status, error: end.error };
    if (end.state === 'delivered') log.debug(said, 'webhook delivered');
    else log.warn(said, end.state === 'dead' ? 'webhook given up' : 'webhook failed; it is tried again');
  }

  /** Undefined when the service ends: the lease runs out, and the attempt is made again. */
  async #attempt(
    claimed: ClaimedDelivery,
    signal: AbortSignal | undefined,
  ): Promise<DeliveryEnd | undefined> {
    const { database, seal, allowPrivate, resolve, timeout } = this.#options;
    const webhook = await database.within(claimed.organisation, (control) =>
      findWebhook(control, claimed.webhook),
    );
    if (!webhook?.active) return { state: 'dead', error: 'The webhook is switched off.' };
    try {
      const secret = await seal.open(webhook.secret);
      const { delivery: id, body } = claimed;
      const status = await send({
        url: webhook.url,
        headers: signatureHeaders(secret, { id, seconds: Math.floor(Date.now() / 1000), body }),
        body,
        allowPrivate,
        ...(resolve ? { resolve } : {}),
        ...(timeout === undefined ? {} : { timeout }),
        ...(signal ? { signal } : {}),
      });
      if (status >= 200 && status < 300) return { state: 'delivered', status };
      const redirect = status >= 300 && status < 400 ? ' Redirects are not followed.' : '';
      return { ...retry(claimed.attempts), status, error: `The receiver answered ${status}.${redirect}` };
    } catch (error) {
      if (signal?.aborted) return undefined;
      return {
        ...retry(claimed.attempts),
        error: error instanceof Error ? error.message : 'It could not be sent.',
      };
    }
  }
}

/** What follows a failed attempt, with up to a fifth of chance so that not all come at once. */
function retry(attempts: number): Pick<DeliveryEnd, 'state' | 'retryIn'> {
  const pause = BACKOFF[attempts - 1];
  if (pause === undefined) return { state: 'dead' };
  return { state: 'pending', retryIn: pause * (1 + Math.random() / 5) };
}
