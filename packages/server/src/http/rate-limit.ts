/**
 * How often one person may call one operation. Counted in Redis where instances share one, else in this process. While
 * Redis does not answer, writes are refused, since nobody could say how many there were; reads are counted here.
 */
import { isWrite, type Operation } from '@custos/contract';
import type { Redis } from 'ioredis';
import {
  type RateLimiterAbstract,
  RateLimiterMemory,
  RateLimiterRedis,
  RateLimiterRes,
} from 'rate-limiter-flexible';
import { Refusal } from './problem.ts';

const READS = 600;
const WRITES = 120;
const WINDOW_SECONDS = 60;

/** What is counted: an operation, or what is called like one. */
type Counted = Pick<Operation, 'id' | 'method' | 'limits'>;

export class RequestLimits {
  readonly #redis: Redis | undefined;
  readonly #shared = new Map<number, RateLimiterAbstract>();
  readonly #own = new Map<number, RateLimiterAbstract>();

  constructor(redis?: Redis) {
    this.#redis = redis;
  }

  /**
   * Counts a call. @param caller a person, or the address of somebody unknown
   * @returns headers that say what is left
   * @throws Refusal TOO_MANY_REQUESTS, UNAVAILABLE
   */
  async take(op: Counted, caller: string): Promise<Record<string, string>> {
    const points = op.limits?.perMinute ?? (isWrite(op) ? WRITES : READS);
    const key = `${op.id}:${caller}`;
    try {
      return headersOf(points, await this.#consume(op, points, key));
    } catch (error) {
      if (!(error instanceof RateLimiterRes)) throw error;
      const headers = { ...headersOf(points, error), 'retry-after': String(seconds(error)) };
      throw new Refusal(
        'TOO_MANY_REQUESTS',
        `More than ${points} calls of ${op.id} in a minute. Try again in ${seconds(error)} s.`,
        { headers },
      );
    }
  }

  async #consume(op: Counted, points: number, key: string): Promise<RateLimiterRes> {
    if (this.#redis !== undefined)
      try {
        return await this.#limiter(this.#shared, points, this.#redis).consume(key);
      } catch (error) {
        if (error instanceof RateLimiterRes) throw error;
        if (isWrite(op))
          throw new Refusal('UNAVAILABLE', 'The service can not count requests right now. Try again later.', {
            code: 'LIMITER_UNAVAILABLE',
            headers: { 'retry-after': '5' },
          });
      }
    return this.#limiter(this.#own, points).consume(key);
  }

  #limiter(
    limiters: Map<number, RateLimiterAbstract>,
    points: number,
    storeClient?: Redis,
  ): RateLimiterAbstract {
    const known = limiters.get(points);
    if (known) return known;
    const options = { points, duration: WINDOW_SECONDS, keyPrefix: 'custos:limit' };
    const made =
      storeClient === undefined
        ? new RateLimiterMemory(options)
        : new RateLimiterRedis({ ...options, storeClient, rejectIfRedisNotReady: true });
    limiters.set(points, made);
    return made;
  }

  close(): void {
    this.#redis?.disconnect();
  }
}

/** @param redisUrl where instances count together */
export async function openLimits(redisUrl: string | undefined): Promise<RequestLimits> {
  if (redisUrl === undefined) return new RequestLimits();
  const { Redis } = await import('ioredis');
  const redis = new Redis(redisUrl, {
    enableOfflineQueue: false,
    maxRetriesPerRequest: 1,
    connectTimeout: 2000,
    commandTimeout: 500,
  });
  // It connects again by itself; until then calls are counted as told above.
  redis.on('error', () => undefined);
  return new RequestLimits(redis);
}

function seconds({ msBeforeNext }: RateLimiterRes): number {
  return Math.max(1, Math.ceil(msBeforeNext / 1000));
}

function headersOf(points: number, counted: RateLimiterRes): Record<string, string> {
  return {
    'ratelimit-limit': String(points),
    'ratelimit-remaining': String(Math.max(0, counted.remainingPoints)),
    'ratelimit-reset': String(seconds(counted)),
  };
}
