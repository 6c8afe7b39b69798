/**
 * Writes that are safe to repeat. The key is claimed, and the claim committed, before the handler runs; the answer is kept
 * after it. Whoever comes with the key again gets that answer. A crash in between leaves a claim without an answer: it
 * is never run again, so nothing happens twice; the client is told that the outcome has to be looked up.
 */
import { CustosError, DAY, millis } from '@custos/core';
import { claimKey, freeKey, type IdempotencyKey, keepAnswer } from '@custos/store';
import { sha256 } from '@custos/trust';
import type { Service } from '../service.ts';
import { problemOf, Refusal } from './problem.ts';

/** What a write answered. */
export interface Written {
  readonly status: number;
  readonly etag: string | null;
  readonly body: string | null;
}

/** After so long without an answer, whoever claimed a key is taken for lost. */
const LOST_AFTER = 10 * 60_000;

/** Codes of errors after which the database is as before. */
const NOTHING_WRITTEN: ReadonlySet<string> = new Set(['STORE_WRITE', 'STORE_FULL', 'STORE_UNREACHABLE']);

/** @throws Refusal INVALID */
export function keyOf(headers: Headers): string | undefined {
  const key = headers.get('idempotency-key');
  if (key === null) return undefined;
  if (/^[\x21-\x7e]{8,128}$/.test(key)) return key;
  throw new Refusal(
    'INVALID',
    'Idempotency-Key must be 8–128 visible ASCII characters. A UUID is a good one.',
  );
}

/** Name of a request: two with the same ask for the same. */
export function requestDigest(request: Request, body: Uint8Array): string {
  const { pathname, search } = new URL(request.url);
  const head = JSON.stringify([request.method, pathname, search, request.headers.get('if-match')]);
  return sha256(Buffer.concat([Buffer.from(`${head}\n`), body]));
}

/**
 * Runs `work` for the first request with the key, and gives its answer to the others.
 * @param confidential the answer holds a secret, and only its status is kept
 * @throws Refusal CONFLICT while the first is under way or its outcome is unknown, INVALID when the key belongs to another request
 */
export async function once(
  service: Service,
  key: IdempotencyKey,
  { request, confidential }: { request: string; confidential: boolean },
  work: () => Promise<Written>,
): Promise<Written> {
  const { database, clock } = service.context;
  const now = clock.now();
  const since = new Date(millis(now) - DAY).toISOString();
  const claim = await database.within(key.organisation, (control) =>
    claimKey(control, key, { request, now, since }),
  );
  if (claim !== undefined) return answerOf(claim, request, millis(now), confidential);
  let written: Written;
  try {
    written = await work();
  } catch (error) {
    // What was refused changed nothing, and may be tried again; of what broke nobody knows.
    if (changedNothing(error)) await database.within(key.organisation, (control) => freeKey(control, key));
    throw error;
  }
  const kept = confidential ? { ...written, body: null } : written;
  await database.within(key.organisation, (control) => keepAnswer(control, key, kept));
  return written;
}

function changedNothing(error: unknown): boolean {
  if (error instanceof CustosError && NOTHING_WRITTEN.has(error.code)) return true;
  return problemOf(error, '').status < 500;
}

function answerOf(
  claim: {
    request: string;
    claimed_at: string;
    status: number | null;
    etag: string | null;
    body: string | null;
  },
  request: string,
  now: number,
  confidential: boolean,
): Written {
  const { status, etag, body } = claim;
  if (claim.request !== request)
    throw new Refusal(
      'INVALID',
      'This Idempotency-Key belongs to another request. Use a new key for a new request.',
      {
        code: 'IDEMPOTENCY_MISMATCH',
      },
    );
  if (status !== null && !confidential) return { status, etag, body };
  if (status === null && now - millis(claim.claimed_at) < LOST_AFTER)
    throw new Refusal(
      'CONFLICT',
      'The first request with this Idempotency-Key is under way. Ask again in a moment.',
      {
        code: 'IDEMPOTENCY_IN_FLIGHT',
        headers: { 'retry-after': '1' },
      },
    );
  throw new Refusal(
    'CONFLICT',
    status === null
      ? 'Nobody knows what became of the first request with this Idempotency-Key. Read what there is, and write again with a new key if it is missing.'
      : 'This was done, and its answer held a secret that is shown once. Withdraw it and make another.',
    { code: status === null ? 'IDEMPOTENCY_UNKNOWN' : 'IDEMPOTENCY_SHOWN_ONCE' },
  );
}
