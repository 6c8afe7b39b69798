/**
 * Who may do what: one table, read by the server at every request and by the console to leave out what would be refused.
 * A permission is held through a role in the organisation, or through a role on the very system that the operation names.
 * Whatever is not listed is refused.
 */
import { SystemRole } from '@custos/core';
import { z } from 'zod';

/** Roles in an organisation. An `auditor` reads everything, changes nothing but findings; a `contributor` sees the systems on which they hold a role. */
export const OrganisationRole = z.enum(['administrator', 'auditor', 'contributor', 'viewer']);
export type OrganisationRole = z.infer<typeof OrganisationRole>;

export { SystemRole };

interface Holders {
  readonly organisation: readonly OrganisationRole[];
  readonly system?: readonly SystemRole[];
}

const EVERY_SYSTEM_ROLE = SystemRole.options;

export const PERMISSIONS = {
  /** Be a member at all: one's own account, the catalogue, what one may see. */
  'organisation.read': { organisation: ['administrator', 'auditor', 'contributor', 'viewer'] },
  'organisation.manage': { organisation: ['administrator'] },
  'members.read': { organisation: ['administrator', 'auditor', 'contributor', 'viewer'] },
  'members.manage': { organisation: ['administrator'] },
  /** Keep members and groups as a directory has them (SCIM); the one permission for which a key is given to a directory. */
  'members.provision': { organisation: ['administrator'] },
  'systems.create': { organisation: ['administrator', 'contributor'] },
  'system.read': { organisation: ['administrator', 'auditor', 'viewer'], system: EVERY_SYSTEM_ROLE },
  /** Declare what the system is and is for. */
  'system.declare': { organisation: [], system: ['developer', 'system_operator'] },
  /** Say who holds which role on the system. */
  'system.assign': { organisation: ['administrator'] },
  'evidence.read': { organisation: ['administrator', 'auditor', 'viewer'], system: EVERY_SYSTEM_ROLE },
  'evidence.record': { organisation: [], system: EVERY_SYSTEM_ROLE },
  /** Decide on discovered assets: those whose word 5.2.1-1 counts. */
  'inventory.decide': { organisation: [], system: ['developer', 'system_operator'] },
  /** What concerns all systems: staff, training, policies, tolerance; and the ledger that keeps it. */
  'organisation-evidence.read': { organisation: ['administrator', 'auditor'] },
  'organisation-evidence.record': { organisation: ['administrator'] },
  /** Decide in one's own role: approve, reject, attest, waive, accept a risk. Administrators speak for the organisation. */
  'decision.make': { organisation: ['administrator'], system: EVERY_SYSTEM_ROLE },
  'request.make': { organisation: ['administrator'], system: EVERY_SYSTEM_ROLE },
  'finding.raise': { organisation: ['auditor'] },
  'ledger.read': { organisation: ['administrator', 'auditor'], system: EVERY_SYSTEM_ROLE },
  /** The evidence pack: it holds the organisation's ledger too, so it takes the right to read that. */
  'pack.read': { organisation: ['administrator', 'auditor'] },
  'settings.manage': { organisation: ['administrator'] },
  'training.read': { organisation: ['administrator', 'auditor'] },
  'training.manage': { organisation: ['administrator'] },
  /** Read confidential reports of risks, and who made them. */
  'risk.handle': { organisation: ['administrator'] },
  'publication.manage': { organisation: ['administrator'], system: ['developer', 'system_operator'] },
} as const satisfies Record<string, Holders>;

export type Permission = keyof typeof PERMISSIONS;

/** What somebody holds: in the organisation, and on the system in question where there is one. */
export interface Held {
  readonly organisation: OrganisationRole | undefined;
  readonly system: readonly SystemRole[];
  /** What an API key is for: nothing else is allowed, whatever the roles. Absent: no key. */
  readonly scope?: readonly Permission[];
}

/**
 * True when one of the roles held carries the permission.
 * @example allows({ organisation: 'contributor', system: ['developer'] }, 'system.declare') // true
 */
export function allows(held: Held, permission: Permission): boolean {
  if (held.organisation === undefined) return false;
  if (held.scope && !held.scope.includes(permission)) return false;
  const holders: Holders = PERMISSIONS[permission];
  return (
    holders.organisation.includes(held.organisation) ||
    (holders.system ?? []).some((role) => held.system.includes(role))
  );
}

export const Permission = z.enum(Object.keys(PERMISSIONS) as [Permission, ...Permission[]]);

/** Permissions that no API key carries: people decide and judge themselves, also who somebody is or may be. */
export const PEOPLE_ONLY: readonly Permission[] = [
  'members.manage',
  'settings.manage',
  'organisation.manage',
  'system.assign',
  'decision.make',
  'inventory.decide',
  'finding.raise',
];
