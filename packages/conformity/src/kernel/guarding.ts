/** How the places that keep assets are guarded, as read from their settings by a machine. */
import type { Asset } from '@custos/core';
import type { CheckContext } from './check-context.ts';
import { eachCurrent, isCalled } from './coverage.ts';
import type { Found } from './evidence-index.ts';

type Guard = Found<'asset-control'>;

/** The newest settings of every place that keeps the asset; leaves a reason when none is known. */
export function guardsOf(c: CheckContext, asset: Asset): Guard[] {
  return eachCurrent(
    c,
    'asset-control',
    {
      where: (content) => isCalled(asset, content.asset),
      maxAge: 'access.review_days',
      what: `the guard settings of ${asset.id}`,
      step: 'read them from the registry, repository or store (`custos observe asset-control FILE`)',
    },
    (content) => content.location,
  );
}

function place({ content }: Guard): string {
  return `${content.asset} at ${content.location}`;
}

/** Strong sign-in, for people or workloads. */
export function expectStrongAuthentication(c: CheckContext, guard: Guard): boolean {
  const { authentication } = guard.content;
  return c.expect(
    authentication === 'mfa' || authentication === 'workload_identity',
    'WEAK_AUTHENTICATION',
    `${place(guard)} is reached with authentication ${authentication}; mfa or workload_identity is required.`,
  );
}

/** Nobody gets in who was not approved, and not the public. */
export function expectRestricted(c: CheckContext, guard: Guard): void {
  const { accessControl, publiclyReachable, principals, approvedPrincipals } = guard.content;
  c.expect(accessControl, 'NO_ACCESS_CONTROL', `${place(guard)} has no access control.`);
  c.expect(!publiclyReachable, 'PUBLICLY_REACHABLE', `${place(guard)} can be reached by the public.`);
  c.none(
    principals.filter((principal) => !approvedPrincipals.includes(principal)),
    'PRINCIPAL_NOT_APPROVED',
    `${place(guard)} is open to principals who were not approved`,
  );
}

export function expectEncrypted(c: CheckContext, guard: Guard): boolean {
  return c.expect(
    guard.content.encryptedAtRest,
    'NOT_ENCRYPTED',
    `${place(guard)} is not encrypted at rest.`,
  );
}

/** Kept under versions that can't be rewritten. */
export function expectVersioned(c: CheckContext, guard: Guard): boolean {
  return c.expect(
    guard.content.versioned && guard.content.immutableReference,
    'NOT_VERSIONED',
    `${place(guard)} is ${guard.content.versioned ? 'referred to by a name that can move' : 'not versioned'}.`,
  );
}
