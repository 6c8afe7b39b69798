/** 5.2.1-1: nothing is found that the inventory does not know, and what depends on what is recorded. */
import { type Content, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

type Registered = Content<'inventory-registration'>['assets'][number];

const REGISTER_STEP =
  'confirm the inventory with owners and classes (`custos observe inventory-registration FILE`)';

function currentScan(c: CheckContext): Found<'scan-result'> | undefined {
  return c.newest('scan-result', {
    maxAge: 'inventory.max_age_days',
    what: 'a scan of the system',
    step: 'run `custos assess`',
  });
}

function registration(c: CheckContext): Found<'inventory-registration'> | undefined {
  const found = c.newest('inventory-registration', {
    from: c.duty.roles,
    maxAge: 'documentation.review_days',
    what: 'a confirmed inventory',
    step: REGISTER_STEP,
  });
  if (found && found.content.assets.length === 0) {
    c.unclear('NO_ASSETS', `The confirmed inventory is empty. Next: ${REGISTER_STEP}.`);
    return undefined;
  }
  return found;
}

function expectComplete(c: CheckContext, entries: readonly Registered[], hashed: ReadonlySet<string>): void {
  for (const entry of entries) {
    const missing = [
      ...(['owner', 'class', 'location'] as const).filter((field) => entry[field].trim() === ''),
      ...(entry.version === undefined && !hashed.has(entry.id) ? ['version'] : []),
    ];
    c.none(missing, 'ENTRY_INCOMPLETE', `The inventory's entry for ${entry.id} does not state`);
  }
}

/** What a scan could not read may hide assets; somebody responsible must have looked at it since. */
function expectScopeStated(c: CheckContext, scan: Found<'scan-result'>): void {
  const unread = scan.content.unknowns.length;
  if (unread === 0) return;
  const statement = c.adequacy();
  if (statement && millis(statement.observedAt) < millis(scan.observedAt))
    c.unclear(
      'NOT_READ',
      `The scan could not read ${unread} places, and the statement on its scope is older. Next: look at them, then \`custos attest ${c.duty.id}\`.`,
    );
}

export const checks = provisionChecks('5.2.1-1', {
  a: [
    ['scan-result', 'inventory-registration', 'adequacy-attestation'],
    (c) => {
      const scan = currentScan(c);
      const register = registration(c);
      if (!scan || !register) return;
      const assets = inventory(c);
      if (assets.length === 0) return;
      const entries = register.content.assets;
      const known = new Map(entries.map((entry) => [entry.id, entry]));
      const expected = new Set([
        ...assets.map((asset) => asset.id),
        ...c.system.assets.map((asset) => asset.id),
      ]);
      c.none(
        [...expected].filter((id) => !known.has(id)).sort(),
        'NOT_REGISTERED',
        'Found or declared, but not in the confirmed inventory',
      );
      c.none(
        assets
          .filter(({ id, version }) => {
            const entry = known.get(id);
            return entry?.version !== undefined && version !== undefined && entry.version !== version;
          })
          .map((asset) => asset.id),
        'VERSION_DIFFERS',
        'The confirmed inventory holds another version than the scan found of',
      );
      expectComplete(
        c,
        entries,
        new Set(assets.filter((asset) => asset.digest ?? asset.version).map((asset) => asset.id)),
      );
      expectScopeStated(c, scan);
    },
  ],
  b: [
    ['scan-result', 'inventory-registration'],
    (c) => {
      const register = registration(c);
      if (!currentScan(c) || !register || inventory(c).length === 0) return;
      const entries = register.content.assets;
      const dependencies = new Map(entries.map((entry) => [entry.id, new Set(entry.dependsOn)]));
      c.none(
        c
          .edges()
          .filter(({ from, to }) => !dependencies.get(from)?.has(to))
          .map(({ from, to }) => `${from} -> ${to}`),
        'DEPENDENCY_NOT_RECORDED',
        'Connections that the scan found are not in the confirmed inventory (dependsOn)',
      );
      c.none(
        entries.flatMap((entry) =>
          entry.dependsOn.filter((id) => !dependencies.has(id)).map((id) => `${entry.id} -> ${id}`),
        ),
        'DEPENDENCY_UNKNOWN',
        'Dependencies lead to assets that are not in the inventory',
      );
      const connected = new Set(
        entries.flatMap((entry) => (entry.dependsOn.length > 0 ? [entry.id, ...entry.dependsOn] : [])),
      );
      const orphans = entries.map((entry) => entry.id).filter((id) => !connected.has(id));
      if (orphans.length > 0)
        c.unclear(
          'ORPHAN',
          `Nothing is recorded that these depend on or that depends on them: ${orphans.slice(0, 5).join(', ')}${orphans.length > 5 ? ` and ${orphans.length - 5} more` : ''}. Next: record dependsOn, or take them out of the inventory.`,
        );
    },
  ],
});
