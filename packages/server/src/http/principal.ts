/** Who calls, and what they hold where the path leads. */
import {
  allows,
  type Held,
  type Operation,
  OrganisationRole,
  PEOPLE_ONLY,
  Permission,
  SystemRole,
  viaOf,
} from '@custos/contract';
import {
  findSystem,
  type KeyRow,
  keyOf,
  memberships,
  signInSettings,
  systemRoles,
  touchKey,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import { APIError } from 'better-auth/api';
import { z } from 'zod';
import { LONGEST_SESSION, Method } from '../identity/auth.ts';
import type { Service } from '../service.ts';
import { NOBODY, type Principal } from './handler.ts';
import { Refusal } from './problem.ts';

type Identity = Omit<Principal, 'held' | 'key'> & { readonly key?: KeyRow };

/** The library tells of any trouble with the database in one way. @throws Refusal UNAVAILABLE */
async function sessionOf(service: Service, headers: Headers) {
  try {
    return await service.auth.api.getSession({ headers });
  } catch (error) {
    if (error instanceof APIError && error.status === 'INTERNAL_SERVER_ERROR')
      throw new Refusal('UNAVAILABLE', 'Who you are can not be looked up right now. Try again later.');
    throw error;
  }
}

/** By session cookie, or by API key in `Authorization: Bearer`. */
export async function identify(service: Service, headers: Headers): Promise<Identity | undefined> {
  const authorization = headers.get('authorization');
  if (authorization !== null) return byKey(service, authorization);
  const found = await sessionOf(service, headers);
  if (!found) return undefined;
  const { session, user } = found;
  if (Date.now() - session.createdAt.getTime() > LONGEST_SESSION) return undefined;
  return {
    person: user.email.toLowerCase(),
    name: user.name,
    via: 'session',
    only: session.organisation ?? undefined,
    session: {
      id: session.id,
      account: user.id,
      method: Method.catch('password').parse(session.method),
      since: session.createdAt,
    },
  };
}

/** The last use of a key is written down once a minute at most. */
const TOUCH = 60_000;

async function byKey(service: Service, authorization: string): Promise<Identity | undefined> {
  const secret = /^Bearer (custos_[\w-]{43})$/.exec(authorization)?.[1];
  if (secret === undefined) return undefined;
  const { database, clock } = service.context;
  const now = clock.now();
  const token = sha256(secret);
  const key = await database.bySecret(token, (control) => keyOf(control, token, now));
  if (!key) return undefined;
  if (key.last_used_at === null || Date.parse(now) - Date.parse(key.last_used_at) > TOUCH)
    await database.within(key.organisation, (control) => touchKey(control, key.key, now));
  return {
    person: key.person,
    name: key.name,
    via: 'key',
    only: key.organisation,
    session: undefined,
    key,
  };
}

const InPath = z.object({ organisation: z.string().optional(), system: z.string().optional() });

/**
 * Deny by default: whoever is not let through here never reaches a handler. What one may not even see is not found.
 * @throws Refusal NOT_SIGNED_IN, NOT_FOUND, NOT_ALLOWED
 */
export async function authorise(
  service: Service,
  op: Operation,
  identity: Identity | undefined,
  params: unknown,
): Promise<Principal> {
  if (op.access === 'public') return NOBODY;
  if (!identity) throw new Refusal('NOT_SIGNED_IN', 'Sign in first, or send an API key.');
  const { key, ...principal } = identity;
  if (op.access === 'account') {
    refuseKey(op, key);
    return { ...principal, key: key?.key, held: NOBODY.held };
  }
  const { organisation, system } = InPath.parse(params ?? {});
  if (organisation === undefined) throw new Refusal('NOT_FOUND', 'There is nothing here.');
  const { held, exists, secondFactor } =
    identity.only === undefined || identity.only === organisation
      ? await heldIn(service, identity, organisation, system)
      : NOTHING;
  if (held.organisation === undefined)
    throw new Refusal('NOT_FOUND', `There is no organisation "${organisation}", or you are no member of it.`);
  if (system !== undefined && !(exists && allows(held, 'system.read') && opens(key, system)))
    throw new Refusal('NOT_FOUND', `There is no system "${system}", or you hold no role on it.`);
  refuseKey(op, key);
  if (secondFactor && principal.session?.method === 'password')
    throw new Refusal(
      'NOT_ALLOWED',
      'The organisation asks for a second factor. Add a passkey or an authenticator app to your account, and sign in with it.',
      { code: 'SECOND_FACTOR_REQUIRED' },
    );
  const scoped: Held = key ? { ...held, scope: scopeOf(key) } : held;
  if (key && key.system !== null && system === undefined)
    throw new Refusal('NOT_ALLOWED', `This API key is for the system "${key.system}" only.`, {
      code: 'KEY_SCOPE',
    });
  if (!allows(held, op.access))
    throw new Refusal(
      'NOT_ALLOWED',
      `Your roles do not carry the permission ${op.access}. Ask an administrator.`,
    );
  if (!allows(scoped, op.access))
    throw new Refusal('NOT_ALLOWED', `This API key was not made for ${op.access}. Make another one.`, {
      code: 'KEY_SCOPE',
    });
  return { ...principal, key: key?.key, held: scoped };
}

function refuseKey(op: Operation, key: KeyRow | undefined): void {
  if (key && viaOf(op) === 'session')
    throw new Refusal('NOT_ALLOWED', 'An API key can not do this. Sign in to the console.', {
      code: 'KEY_REFUSED',
    });
}

function opens(key: KeyRow | undefined, system: string): boolean {
  return !key || key.system === null || key.system === system;
}

/** What is not known any more, or never for keys, is left out. */
function scopeOf(key: KeyRow): Permission[] {
  return key.permissions
    .map((name) => Permission.safeParse(name))
    .flatMap(({ data }) => (data && !PEOPLE_ONLY.includes(data) ? [data] : []));
}

interface Found {
  readonly held: Held;
  readonly exists: boolean;
  /** The organisation asks for one. */
  readonly secondFactor: boolean;
}
const NOTHING: Found = { held: NOBODY.held, exists: false, secondFactor: false };

/** Asked anew at every request, so that who is removed is out at once. */
function heldIn(
  service: Service,
  { person, via, only }: Identity,
  organisation: string,
  system: string | undefined,
): Promise<Found> {
  return service.context.database.within(organisation, async (control) => {
    const [member] = await memberships(control, person);
    // Who was merely named, or came by the organisation's directory, comes in by its single sign-on alone.
    if (!member || !(member.joined || via === 'key' || only === organisation)) return NOTHING;
    const secondFactor = via === 'session' && (await signInSettings(control)).second_factor;
    const held = { organisation: OrganisationRole.parse(member.role), system: [] };
    if (system === undefined) return { held, exists: false, secondFactor };
    const exists = (await findSystem(control, system)) !== undefined;
    const roles = await systemRoles(control, { person, system });
    return {
      held: { ...held, system: roles.map(({ role }) => SystemRole.parse(role)) },
      exists,
      secondFactor,
    };
  });
}
