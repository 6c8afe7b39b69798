/** Who calls, and what they hold where the path leads. */
import { allows, type Held, type Operation, OrganisationRole, SystemRole } from '@custos/contract';
import { findSystem, memberships, systemRoles } from '@custos/store';
import { z } from 'zod';
import type { Service } from '../service.ts';
import { NOBODY, type Principal } from './handler.ts';
import { Refusal } from './problem.ts';

interface Identity {
  readonly person: string;
  readonly name: string;
  readonly via: 'session' | 'key';
}

/** By session cookie, or by API key in `Authorization: Bearer`. */
export async function identify(service: Service, headers: Headers): Promise<Identity | undefined> {
  const authorization = headers.get('authorization');
  if (authorization !== null) return byKey(service, authorization);
  const session = await service.auth.api.getSession({ headers });
  return session
    ? { person: session.user.email.toLowerCase(), name: session.user.name, via: 'session' }
    : undefined;
}

async function byKey(service: Service, authorization: string): Promise<Identity | undefined> {
  const key = /^Bearer (\S{20,200})$/.exec(authorization)?.[1];
  if (key === undefined) return undefined;
  const { valid, key: found } = await service.auth.api.verifyApiKey({ body: { key } });
  if (!valid || !found) return undefined;
  const { internalAdapter } = await service.auth.$context;
  const user = await internalAdapter.findUserById(found.referenceId);
  return user ? { person: user.email.toLowerCase(), name: user.name, via: 'key' } : undefined;
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
  if (op.access === 'public') return identity ? { ...identity, held: NOBODY.held } : NOBODY;
  if (!identity) throw new Refusal('NOT_SIGNED_IN', 'Sign in first, or send an API key.');
  if (op.access === 'account') return { ...identity, held: NOBODY.held };
  const { organisation, system } = InPath.parse(params ?? {});
  if (organisation === undefined) throw new Refusal('NOT_FOUND', 'There is nothing here.');
  const { held, exists } = await heldIn(service, identity.person, organisation, system);
  if (held.organisation === undefined)
    throw new Refusal('NOT_FOUND', `There is no organisation "${organisation}", or you are no member of it.`);
  if (system !== undefined && !(exists && allows(held, 'system.read')))
    throw new Refusal('NOT_FOUND', `There is no system "${system}", or you hold no role on it.`);
  if (!allows(held, op.access))
    throw new Refusal(
      'NOT_ALLOWED',
      `Your roles do not carry the permission ${op.access}. Ask an administrator.`,
    );
  return { ...identity, held };
}

function heldIn(
  service: Service,
  person: string,
  organisation: string,
  system: string | undefined,
): Promise<{ held: Held; exists: boolean }> {
  return service.context.database.within(organisation, async (control) => {
    const [member] = await memberships(control, person);
    const held: Held = {
      organisation: member ? OrganisationRole.parse(member.role) : undefined,
      system: [],
    };
    if (!member || system === undefined) return { held, exists: false };
    const exists = (await findSystem(control, system)) !== undefined;
    const roles = await systemRoles(control, { person, system });
    return { held: { ...held, system: roles.map(({ role }) => SystemRole.parse(role)) }, exists };
  });
}
