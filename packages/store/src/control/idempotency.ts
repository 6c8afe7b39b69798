/** Repeated requests: the first to come with a key claims it, and its answer is kept for those who come again. */
import type { Control } from '../service.ts';

export interface IdempotencyKey {
  /** Empty for what belongs to no organisation. */
  readonly organisation: string;
  readonly person: string;
  readonly key: string;
}

/** What the first request with a key was, and what it got; `status` is null while nobody knows. */
export interface Claim {
  readonly request: string;
  readonly claimed_at: string;
  readonly status: number | null;
  readonly etag: string | null;
  readonly body: string | null;
}

/**
 * Takes a key for a request; the claim is there from the commit on, before anything is done for the request.
 * @param since keys that the person took before count no more, and are removed
 * @returns undefined when it is taken now, else who had it
 */
export async function claimKey(
  control: Control,
  { organisation, person, key }: IdempotencyKey,
  { request, now, since }: { request: string; now: string; since: string },
): Promise<Claim | undefined> {
  await control
    .deleteFrom('idempotency')
    .where('person', '=', person)
    .where('claimed_at', '<', since)
    .execute();
  const made = await control
    .insertInto('idempotency')
    .values({ organisation, person, key, request, claimed_at: now, status: null, etag: null, body: null })
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  if ((made.numInsertedOrUpdatedRows ?? 0n) > 0n) return undefined;
  return control
    .selectFrom('idempotency')
    .select(['request', 'claimed_at', 'status', 'etag', 'body'])
    .where('person', '=', person)
    .where('key', '=', key)
    .executeTakeFirst();
}

/** Keeps the answer of the request that has the key. */
export async function keepAnswer(
  control: Control,
  { person, key }: IdempotencyKey,
  answer: { status: number; etag: string | null; body: string | null },
): Promise<void> {
  await control
    .updateTable('idempotency')
    .set(answer)
    .where('person', '=', person)
    .where('key', '=', key)
    .execute();
}

/** For a request that was refused and changed nothing: the key is free again. */
export async function freeKey(control: Control, { person, key }: IdempotencyKey): Promise<void> {
  await control.deleteFrom('idempotency').where('person', '=', person).where('key', '=', key).execute();
}
