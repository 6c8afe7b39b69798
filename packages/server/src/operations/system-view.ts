/** How systems are shown. */
import { Counts, DeclarationBody, Phase, SystemRole } from '@custos/contract';
import { CustosError, isDigest } from '@custos/core';
import { findSystem, type SystemRow, systemRoles } from '@custos/store';
import type { Service } from '../service.ts';

export function summaryOf(row: SystemRow) {
  const { evaluated_at: evaluatedAt, counts, next_expiry: nextExpiry } = row;
  return {
    id: row.system,
    name: row.name,
    phase: Phase.parse(row.phase),
    purpose: row.purpose,
    createdAt: row.created_at,
    ...(evaluatedAt !== null && counts !== null
      ? {
          assessment: {
            evaluatedAt,
            fingerprint: isDigest(row.fingerprint) ? row.fingerprint : null,
            counts: Counts.parse(JSON.parse(counts)),
            ...(nextExpiry === null ? {} : { nextExpiry }),
          },
        }
      : {}),
  };
}

/** @throws CustosError NOT_FOUND */
export async function detailOf(
  service: Service,
  { organisation, system }: { organisation: string; system: string },
) {
  return service.context.database.within(organisation, async (control) => {
    const row = await findSystem(control, system);
    if (!row) throw new CustosError('NOT_FOUND', `There is no system "${system}".`);
    const roles = await systemRoles(control, { system });
    return {
      version: row.version,
      detail: {
        ...summaryOf(row),
        declaration: DeclarationBody.parse(JSON.parse(row.declaration)),
        roles: roles.map(({ person, role }) => ({ person, role: SystemRole.parse(role) })),
      },
    };
  });
}
