/** The roles of the standard, the organisation's and the auditor's, in which somebody may speak. */
import type { Held } from '@custos/contract';
import type { Role } from '@custos/core';

export function rolesOf({ organisation, system }: Held): Role[] {
  return [
    ...system,
    ...(organisation === 'administrator' ? (['organisation'] as const) : []),
    ...(organisation === 'auditor' ? (['auditor'] as const) : []),
  ];
}
