/** What the person holds in an organisation and on its systems: what the console leaves out, the service refuses. */
import { allows, getMe, type Permission, type SystemRole } from '@custos/contract';
import type { Role } from '@custos/core';
import { useSuspenseQuery } from '@tanstack/react-query';
import { read } from './client.ts';

/** @param system absent: in the organisation only */
export function useStandingOn(organisation: string, system?: string) {
  const { data: me } = useSuspenseQuery(read(getMe, {}));
  const member = me.organisations.find(({ id }) => id === organisation);
  const roles: readonly SystemRole[] = (system === undefined ? undefined : member?.systems[system]) ?? [];
  const speaks: Role[] = [
    ...roles,
    ...(member?.role === 'administrator' ? (['organisation'] as const) : []),
    ...(member?.role === 'auditor' ? (['auditor'] as const) : []),
  ];
  return {
    person: me.person,
    /** Roles in which the person may speak. */
    speaks,
    may: (permission: Permission) => allows({ organisation: member?.role, system: roles }, permission),
  };
}
