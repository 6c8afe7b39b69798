/** 5.2.2-6: the contract with every cloud operator supports what this standard asks of the system. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';

/** Provisions that can't be met on a cloud without its operator: data, access, incidents, updates, logs, disposal. */
export const CLOUD_PROVISIONS = ['5.2.1-4', '5.2.2-1', '5.2.2-5', '5.4.1-1', '5.4.2-1', '5.5.1-1'] as const;

function cloudProviders(c: CheckContext): string[] {
  const clouds = c
    .assets()
    .filter(
      (asset) =>
        asset.properties?.cloud === true || (asset.kind === 'endpoint' && asset.origin === 'external'),
    );
  return [...new Set(clouds.map((asset) => asset.provider ?? asset.name))].sort();
}

function expectContract(c: CheckContext, provider: string): void {
  const found = c.newest('cloud-contract', {
    where: (content) => content.provider === provider,
    from: [...c.duty.roles, 'organisation'],
    maxAge: 'contract.review_days',
    what: `a review of the contract with ${provider}`,
    step: 'map its clauses to provisions (`custos observe cloud-contract FILE`)',
  });
  if (!found) return;
  const { clauses, gaps, expiresAt } = found.content;
  if (
    c.expect(
      millis(expiresAt) >= c.now,
      'CONTRACT_ENDED',
      `The contract with ${provider} ended on ${expiresAt}.`,
    )
  )
    c.holdsUntil(millis(expiresAt));
  c.none(gaps, 'CONTRACT_GAP', `The contract with ${provider} has gaps`);
  const mapped = new Set(clauses.filter((item) => item.clause.trim() !== '').map((item) => item.provision));
  c.none(
    CLOUD_PROVISIONS.filter((provision) => !mapped.has(provision)),
    'CLAUSE_MISSING',
    `No clause of the contract with ${provider} supports provisions`,
  );
}

export const checks = provisionChecks('5.2.2-6', {
  a: [
    ['scan-result', 'cloud-contract', 'adequacy-attestation'],
    (c) => {
      const providers = cloudProviders(c);
      if (providers.length === 0) {
        c.unclear(
          'NO_PROVIDER',
          'A cloud service is used, but the inventory holds no cloud provider. Next: scan the deployment configuration, or declare features.cloud_service_used: false.',
        );
        return;
      }
      for (const provider of providers) expectContract(c, provider);
      c.adequacy();
    },
  ],
});
