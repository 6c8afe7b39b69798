/** 5.2.1-1: nothing is found that the inventory does not know, and what depends on what is recorded. */
import { millis, type RegisteredAsset } from '@custos/core';
import { type ApprovedInventory, approvedFor, notAi, stateOf } from '../../kernel/approved-inventory.ts';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

function currentScan(c: CheckContext): Found<'scan-result'> | undefined {
  return c.newest('scan-result', {
    maxAge: 'inventory.max_age_days',
    what: 'a scan of the system',
    step: 'run `custos assess`',
  });
}

function expectComplete(
  c: CheckContext,
  entries: readonly RegisteredAsset[],
  hashed: ReadonlySet<string>,
): void {
  for (const entry of entries) {
    const missing = [
      ...(['owner', 'class', 'location'] as const).filter((field) => entry[field].trim() === ''),
      ...(entry.version === undefined && !hashed.has(entry.id) ? ['version'] : []),
    ];
    c.none(missing, 'ENTRY_INCOMPLETE', `The inventory's entry for ${entry.id} does not state`);
  }
}

/** What scan and logs could not read may hide assets; somebody responsible must have looked at it since. */
function expectScopeStated(
  c: CheckContext,
  scan: Found<'scan-result'>,
  used: readonly Found<'ai-usage'>[],
): void {
  const unread = used.reduce((sum, { content }) => sum + content.notUnderstood, scan.content.unknowns.length);
  if (unread === 0) return;
  const statement = c.adequacy();
  const newest = Math.max(...[scan, ...used].map((found) => millis(found.observedAt)));
  if (statement && millis(statement.observedAt) < newest)
    c.unclear(
      'NOT_READ',
      `${unread} places of the source or lines of logs could not be read, and the statement on the scope is older. Next: look at them, then \`custos attest ${c.duty.id}\`.`,
    );
}

/** What logs showed within the age that a scan may have. Logs are optional; what they show is not. */
function recentUsage(c: CheckContext): Found<'ai-usage'>[] {
  const since = c.now - c.interval('inventory.max_age_days');
  return c.past('ai-usage').filter((found) => millis(found.content.until) >= since);
}

/** Services that logs show in use are assets too. */
function expectUsageKnown(
  c: CheckContext,
  { entries, rejected }: ApprovedInventory,
  used: readonly Found<'ai-usage'>[],
): void {
  for (const found of used) c.use(found);
  const services = used.flatMap((found) => found.content.services);
  const decisions = c.known('asset-decision', { from: c.duty.roles, key: (content) => content.asset.id });
  const unknown = services
    .map((service) => service.asset)
    .filter((id) => !entries.has(id) && !rejected.has(id));
  const dismissed = notAi(
    unknown.map((id) => ({ id })),
    decisions,
    undefined,
  );
  for (const decision of dismissed.values()) c.use(decision);
  c.none(
    unknown.filter((id) => !dismissed.has(id)),
    'USED_NOT_REGISTERED',
    'Called according to logs, but not in the confirmed inventory',
  );
  c.none(
    services
      .filter(({ asset, lastSeen }) => millis(lastSeen) > millis(rejected.get(asset) ?? lastSeen))
      .map((service) => service.asset),
    'REJECTED_IN_USE',
    'Rejected, and called after that according to logs',
  );
}

export const checks = provisionChecks('5.2.1-1', {
  a: [
    ['scan-result', 'inventory-registration', 'asset-decision', 'ai-usage', 'adequacy-attestation'],
    (c) => {
      const scan = currentScan(c);
      const approved = approvedFor(c);
      if (!scan || !approved) return;
      const assets = inventory(c);
      if (assets.length === 0) return;
      for (const { decision } of c.dismissed()) c.use(decision);
      const { entries: known, rejected } = approved;
      const expected = new Set([
        ...assets.map((asset) => asset.id),
        ...c.system.assets.map((asset) => asset.id),
      ]);
      c.none(
        [...expected].filter((id) => !known.has(id) && !rejected.has(id)).sort(),
        'NOT_REGISTERED',
        'Found or declared, but not in the confirmed inventory',
      );
      c.none(
        assets.filter((asset) => stateOf(asset, approved) === 'rejected').map((asset) => asset.id),
        'REJECTED_IN_USE',
        'Rejected, and still found',
      );
      c.none(
        assets.filter((asset) => stateOf(asset, approved) === 'changed').map((asset) => asset.id),
        'VERSION_DIFFERS',
        'Another version or content was approved than the scan found of',
      );
      const used = recentUsage(c);
      expectUsageKnown(c, approved, used);
      expectComplete(
        c,
        [...known.values()],
        new Set(assets.filter((asset) => asset.digest ?? asset.version).map((asset) => asset.id)),
      );
      expectScopeStated(c, scan, used);
    },
  ],
  b: [
    ['scan-result', 'inventory-registration', 'asset-decision'],
    (c) => {
      const approved = approvedFor(c);
      if (!currentScan(c) || !approved || inventory(c).length === 0) return;
      const entries = [...approved.entries.values()];
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
