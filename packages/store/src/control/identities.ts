/** Accounts and sessions, which belong to no organisation: custos_app has no right on their tables. */
import { sql } from 'kysely';
import type { Control } from '../service.ts';

/**
 * Gives a transaction the rights of whoever connected, for the tables of identities, and takes them away again. Row-level
 * security of the organisation's tables holds meanwhile.
 */
export async function withIdentities<T>(
  control: Control,
  work: (control: Control) => Promise<T>,
): Promise<T> {
  await sql`select set_config('role', 'none', true)`.execute(control);
  // Where this throws, the transaction ends with it.
  const result = await work(control);
  await sql`select set_config('role', 'custos_app', true)`.execute(control);
  return result;
}

export interface NewAccount {
  /** Of the account, should there be none with that address. */
  readonly id: string;
  readonly email: string;
  readonly name: string;
  /** Whoever gets the password showed that they read what is sent to the address. */
  readonly confirmed: boolean;
  /** Undefined: somebody whom single sign-on lets in. */
  readonly passwordHash?: string;
}

/** Id of the account, made when there is none; undefined when it has a password already and was given another. */
export async function ensureAccount(
  control: Control,
  account: NewAccount,
  now: string,
): Promise<string | undefined> {
  const { id, email, name, confirmed } = account;
  await control
    .insertInto('auth_users')
    .values({ id, email, name, emailVerified: confirmed })
    .onConflict((c) => c.column('email').doNothing())
    .execute();
  const user = await control
    .selectFrom('auth_users')
    .select('id')
    .where('email', '=', email)
    .forUpdate()
    .executeTakeFirstOrThrow();
  if (account.passwordHash === undefined) return user.id;
  if (await hasPassword(control, email)) return undefined;
  // What providers tied to the address, or opened, while nobody owned it: its owner ties anew.
  await control
    .deleteFrom('auth_accounts')
    .where('userId', '=', user.id)
    .where('providerId', 'like', 'sso:%')
    .execute();
  await endSessions(control, email);
  await control
    .updateTable('auth_users')
    .set({ emailVerified: confirmed })
    .where('id', '=', user.id)
    .execute();
  await control
    .insertInto('auth_accounts')
    .values({
      id: `${user.id}-password`,
      accountId: user.id,
      providerId: 'credential',
      userId: user.id,
      password: account.passwordHash,
      updatedAt: now,
    })
    .execute();
  return user.id;
}

/** Of these addresses, those whose owner showed that they read what is sent there. */
export async function confirmedAddresses(
  control: Control,
  emails: readonly string[],
): Promise<ReadonlySet<string>> {
  if (emails.length === 0) return new Set();
  const rows = await control
    .selectFrom('auth_users')
    .select('email')
    .where('email', 'in', emails)
    .where('emailVerified', '=', true)
    .execute();
  return new Set(rows.map(({ email }) => email));
}

export async function confirmAddress(control: Control, email: string): Promise<void> {
  await control.updateTable('auth_users').set({ emailVerified: true }).where('email', '=', email).execute();
}

export async function hasPassword(control: Control, email: string): Promise<boolean> {
  const found = await control
    .selectFrom('auth_accounts as a')
    .innerJoin('auth_users as u', 'u.id', 'a.userId')
    .select('a.id')
    .where('u.email', '=', email)
    .where('a.providerId', '=', 'credential')
    .executeTakeFirst();
  return found !== undefined;
}

/** True for an account that its owner opens with a password or passkey, so that nobody else may tie it to a subject. */
export async function isOwned(control: Control, account: string): Promise<boolean> {
  const password = await control
    .selectFrom('auth_accounts')
    .select('id')
    .where('userId', '=', account)
    .where('providerId', '=', 'credential')
    .executeTakeFirst();
  const passkey = await control
    .selectFrom('auth_passkeys')
    .select('id')
    .where('userId', '=', account)
    .executeTakeFirst();
  return password !== undefined || passkey !== undefined;
}

export function accountOf(
  control: Control,
  id: string,
): Promise<{ id: string; email: string; name: string } | undefined> {
  return control
    .selectFrom('auth_users')
    .select(['id', 'email', 'name'])
    .where('id', '=', id)
    .executeTakeFirst();
}

/** Account and address that belong to a subject of an identity provider. */
export function accountOfSubject(
  control: Control,
  provider: string,
  subject: string,
): Promise<{ id: string; email: string; name: string } | undefined> {
  return control
    .selectFrom('auth_accounts as a')
    .innerJoin('auth_users as u', 'u.id', 'a.userId')
    .select(['u.id', 'u.email', 'u.name'])
    .where('a.providerId', '=', provider)
    .where('a.accountId', '=', subject)
    .executeTakeFirst();
}

/** Ties a subject to an account. False when the account is tied to another subject of that provider. */
export async function tieSubject(
  control: Control,
  tie: { provider: string; subject: string; account: string },
  now: string,
): Promise<boolean> {
  const other = await control
    .selectFrom('auth_accounts')
    .select('accountId')
    .where('providerId', '=', tie.provider)
    .where('userId', '=', tie.account)
    .executeTakeFirst();
  if (other) return other.accountId === tie.subject;
  await control
    .insertInto('auth_accounts')
    .values({
      id: `${tie.account}-${tie.provider}`,
      accountId: tie.subject,
      providerId: tie.provider,
      userId: tie.account,
      password: null,
      updatedAt: now,
    })
    .execute();
  return true;
}

/** Ends all that an organisation's identity provider opened or began. */
export async function endSso(control: Control, organisation: string): Promise<void> {
  await control.deleteFrom('auth_sessions').where('organisation', '=', organisation).execute();
  await control.deleteFrom('auth_sso_flows').where('organisation', '=', organisation).execute();
}

/** Ends sessions: those bound to the organisation, or all when `organisation` is left out. */
export async function endSessions(control: Control, email: string, organisation?: string): Promise<void> {
  let query = control
    .deleteFrom('auth_sessions')
    .where('userId', 'in', (q) => q.selectFrom('auth_users').select('id').where('email', '=', email));
  if (organisation !== undefined) query = query.where('organisation', '=', organisation);
  await query.execute();
}

export async function insertSetUpLink(
  control: Control,
  link: { token: string; expires_at: string },
  now: string,
): Promise<void> {
  await control.deleteFrom('auth_set_up_links').where('expires_at', '<=', now).execute();
  await control.insertInto('auth_set_up_links').values(link).execute();
}

/** True once for a link that holds; then all others are worth nothing either. */
export async function redeemSetUpLink(control: Control, token: string, now: string): Promise<boolean> {
  const redeemed = await control
    .deleteFrom('auth_set_up_links')
    .where('token', '=', token)
    .where('expires_at', '>', now)
    .executeTakeFirst();
  if (redeemed.numDeletedRows === 0n) return false;
  await control.deleteFrom('auth_set_up_links').execute();
  return true;
}

/** True for a code that this account did not use before. */
export async function useCode(
  control: Control,
  code: { account: string; code: string; used_at: string },
): Promise<boolean> {
  const made = await control
    .insertInto('auth_used_codes')
    .values(code)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Forgets codes used before that time: nobody could use them any more. */
export async function forgetCodes(control: Control, before: string): Promise<void> {
  await control.deleteFrom('auth_used_codes').where('used_at', '<', before).execute();
}

/** Counts an attempt, beginning anew when the last count began before `since`. How many there are, and since when. */
export async function countAttempt(
  control: Control,
  attempt: string,
  { now, since }: { now: string; since: string },
): Promise<{ count: number; since: string }> {
  return control
    .insertInto('auth_attempts')
    .values({ attempt, count: 1, since: now })
    .onConflict((c) =>
      c.column('attempt').doUpdateSet({
        count: sql<number>`case when auth_attempts.since < ${since} then 1 else auth_attempts.count + 1 end`,
        since: sql<string>`case when auth_attempts.since < ${since} then ${now} else auth_attempts.since end`,
      }),
    )
    .returning(['count', 'since'])
    .executeTakeFirstOrThrow();
}

/** Forgets these, and all that began before `since`. */
export async function forgetAttempts(
  control: Control,
  attempts: readonly string[],
  since: string,
): Promise<void> {
  await control
    .deleteFrom('auth_attempts')
    .where((where) => where.or([where('attempt', 'in', attempts), where('since', '<', since)]))
    .execute();
}

export interface SsoFlow {
  readonly state: string;
  readonly organisation: string;
  /** Version of the organisation's settings that it began with. */
  readonly settings: number;
  readonly verifier: string;
  readonly nonce: string;
  readonly target: string;
  /** The account that its owner ties to the subject; null: somebody signs in. */
  readonly account: string | null;
  readonly expires_at: string;
}

export async function insertSsoFlow(control: Control, flow: SsoFlow, now: string): Promise<void> {
  await control.deleteFrom('auth_sso_flows').where('expires_at', '<=', now).execute();
  await control.insertInto('auth_sso_flows').values(flow).execute();
}

/** The flow of that state, once. */
export function takeSsoFlow(control: Control, state: string, now: string): Promise<SsoFlow | undefined> {
  return control
    .deleteFrom('auth_sso_flows')
    .where('state', '=', state)
    .where('expires_at', '>', now)
    .returningAll()
    .executeTakeFirst();
}
