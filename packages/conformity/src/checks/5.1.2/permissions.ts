/** What identities of the AI system may do on other systems, as measured, for every system that it reaches. */
import type { CheckContext } from '../../kernel/check-context.ts';
import { list } from '../../kernel/check-context.ts';
import { eachCurrent, inventory, isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

export type Permissions = Found<'permission-set'>;

/** For messages: who on what. */
export function nameOf({ content }: Permissions): string {
  return `${content.identity} on ${content.target}`;
}

/** The newest set of each identity and target; tools and services of the inventory without one leave a reason. */
export function permissionSets(c: CheckContext): Permissions[] {
  const step =
    'export the effective permissions of each identity of the system (`custos observe permission-set FILE`)';
  const sets = eachCurrent(
    c,
    'permission-set',
    { maxAge: 'access.review_days', what: 'measured permissions of the AI system', step },
    (content) => JSON.stringify([content.identity, content.target]),
  );
  const missing = inventory(c, 'tool', 'service', 'endpoint').filter(
    (asset) => !sets.some(({ content }) => isCalled(asset, content.target)),
  );
  if (sets.length > 0 && missing.length > 0)
    c.unclear(
      'PERMISSIONS_UNKNOWN',
      `What the system may do is not measured on ${list(missing.map((asset) => asset.id))}. Next: ${step}.`,
    );
  return sets;
}
