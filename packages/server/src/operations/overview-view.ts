/** What the operations across systems share. */
import { allows } from '@custos/contract';
import type { Instant, Specification } from '@custos/core';
import type { DutiesByRole } from '@custos/store';
import type { Principal } from '../http/handler.ts';

/** Without a role that reads every system, one sees those on which one holds a role. */
export function seenBy(who: Principal): { person: string | undefined } {
  return { person: allows(who.held, 'system.read') ? undefined : who.person };
}

/** `2026-01-31` of `2026-01-31T12:00:00Z` */
export function dayOf(at: Instant): string {
  return at.slice(0, 10);
}

export function dutiesByRole({ provisions }: Specification): DutiesByRole {
  const duties: Record<string, string[]> = {};
  for (const { id, roles } of provisions.flatMap((provision) => provision.duties))
    for (const role of roles) {
      duties[role] ??= [];
      duties[role].push(id);
    }
  return duties;
}
