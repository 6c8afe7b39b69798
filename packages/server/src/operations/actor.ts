/** In whose name and role somebody speaks. */
import type { Actor, Role } from '@custos/core';
import type { Principal } from '../http/handler.ts';
import { Refusal } from '../http/problem.ts';
import { rolesOf } from './roles.ts';

/** Nobody speaks in a role that they do not hold, nor for somebody else. @throws Refusal NOT_ALLOWED */
export function actorIn(who: Principal, role: Role): Actor {
  if (rolesOf(who.held).includes(role)) return { id: who.person, role };
  throw new Refusal('NOT_ALLOWED', `You do not hold the role ${role} on this system.`, { code: 'ROLE' });
}
