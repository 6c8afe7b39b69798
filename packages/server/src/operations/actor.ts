/** In whose name and role somebody speaks. */
import { allows, type Held } from '@custos/contract';
import type { Actor, Role } from '@custos/core';
import type { Sender } from '@custos/engine';
import type { Principal } from '../http/handler.ts';
import { Refusal } from '../http/problem.ts';

/** The roles of the standard, the organisation's and the auditor's. */
function rolesOf({ organisation, system }: Held): Role[] {
  return [
    ...system,
    ...(organisation === 'administrator' ? (['organisation'] as const) : []),
    ...(organisation === 'auditor' ? (['auditor'] as const) : []),
  ];
}

/** Nobody speaks in a role that they do not hold, nor for somebody else. @throws Refusal NOT_ALLOWED */
export function actorIn(who: Principal, role: Role): Actor {
  if (rolesOf(who.held).includes(role)) return { id: who.person, role };
  throw new Refusal('NOT_ALLOWED', `You do not hold the role ${role} on this system.`, { code: 'ROLE' });
}

/** Who hands evidence in. An API key carries no right to decide, whoever made it. */
export function senderOf({ person, held, key }: Principal): Sender {
  return { person, roles: rolesOf(held), decides: allows(held, 'decision.make'), key };
}
