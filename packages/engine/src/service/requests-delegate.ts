/** Delegation: who is asked by name lets another person in the same role decide in their place, for a time. */
import { randomUUID } from 'node:crypto';
import { CustosError, DAY, type DeciderRole, type Instant, millis } from '@custos/core';
import { insertDelegation, revokeDelegation } from '@custos/store';
import type { ServiceContext, SystemRef } from './context.ts';
import { holds, rolesOn } from './requests-facts.ts';

/** A delegation lasts so many days at most; longer, the role itself is given. */
const LONGEST_DELEGATION_DAYS = 90;

export interface NewDelegation {
  readonly by: string;
  readonly to: string;
  readonly role: DeciderRole;
  readonly reason: string;
  /** Default now. */
  readonly startsAt?: Instant | undefined;
  readonly endsAt: Instant;
}

/** @returns its id @throws CustosError INVALID, ROLE when one of both does not hold the role */
export async function delegate(
  context: ServiceContext,
  ref: SystemRef,
  { by, to, role, reason, startsAt, endsAt }: NewDelegation,
): Promise<string> {
  const now = context.clock.now();
  const begin = startsAt ?? now;
  if (to === by) throw new CustosError('INVALID', 'Delegate to somebody else than yourself.');
  if (millis(endsAt) <= Math.max(millis(begin), millis(now)))
    throw new CustosError('INVALID', 'The delegation would have ended before it begins, or is past.');
  if (millis(endsAt) - millis(begin) > LONGEST_DELEGATION_DAYS * DAY)
    throw new CustosError(
      'INVALID',
      `A delegation lasts ${LONGEST_DELEGATION_DAYS} days at most. For longer, have the role assigned.`,
    );
  const delegation = randomUUID();
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const detail = { delegation, to, role, reason, startsAt: begin, endsAt };
  await ledger.recordWith(
    [{ kind: 'act', act: { type: 'delegation.made', actor: by, detail } }],
    async (control) => {
      const roles = await rolesOn(control, ref.system);
      for (const person of [by, to])
        if (!holds(roles, person, role))
          throw new CustosError(
            person === by ? 'ROLE' : 'INVALID',
            `${person === by ? 'You do' : `${person} does`} not hold the role ${role} on ${ref.system}; one delegates within a role.`,
          );
      await insertDelegation(control, {
        ...ref,
        delegation,
        role,
        from_person: by,
        to_person: to,
        reason,
        starts_at: begin,
        ends_at: endsAt,
        revoked_at: null,
      });
    },
  );
  return delegation;
}

/** @throws CustosError NOT_FOUND when it is none of theirs, or revoked already */
export async function endDelegation(
  context: ServiceContext,
  { delegation, ...ref }: SystemRef & { delegation: string },
  by: string,
): Promise<void> {
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = { type: 'delegation.revoked', actor: by, detail: { delegation } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    const of = { system: ref.system, delegation, person: by, now: context.clock.now() };
    if (!(await revokeDelegation(control, of)))
      throw new CustosError('NOT_FOUND', 'You made no such delegation, or it was revoked already.');
  });
}
