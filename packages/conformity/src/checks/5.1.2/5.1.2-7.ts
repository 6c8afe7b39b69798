/** 5.1.2-7: every external provider in the inventory was judged, for the services in use, and shows that it follows the standard. */
import { type Asset, type Digest, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import { isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { saysSomething } from '../../kernel/settled-text.ts';
import { isAbout } from '../../kernel/subjects.ts';

type Assessment = Found<'provider-assessment'>;

interface Provided {
  readonly provider: string;
  readonly assets: readonly Asset[];
}

/** Kinds that somebody else runs or makes for the system; packages are judged as components. */
const RUN_BY_OTHERS: readonly Asset['kind'][] = ['model', 'endpoint', 'service', 'agent', 'dataset'];

/** Providers with what they provide; a reason is left for what nobody is named for. */
function providers(c: CheckContext): Provided[] {
  const external = c.assets(...RUN_BY_OTHERS).filter((asset) => asset.origin === 'external');
  const nameless = external.filter((asset) => asset.provider === undefined && asset.kind !== 'dataset');
  if (nameless.length > 0)
    c.unclear(
      'PROVIDER_UNKNOWN',
      `Nobody is named as provider of ${list(nameless.map((asset) => asset.id))}. Next: pin them to a provider in the source and scan again.`,
    );
  const byProvider = new Map<string, Asset[]>();
  for (const asset of external)
    if (asset.provider !== undefined)
      byProvider.set(asset.provider, [...(byProvider.get(asset.provider) ?? []), asset]);
  if (byProvider.size === 0)
    c.unclear(
      'NO_PROVIDER',
      'An external provider is declared, but the inventory names none. Next: scan the whole source, or declare features.external_provider_used: false.',
    );
  return [...byProvider]
    .map(([provider, assets]) => ({ provider, assets }))
    .sort((a, b) => (a.provider < b.provider ? -1 : 1));
}

function assessmentOf(c: CheckContext, provider: string): Assessment | undefined {
  return c.newest('provider-assessment', {
    where: (content) => content.provider === provider,
    from: c.duty.roles,
    maxAge: 'provider.diligence_days',
    what: `an assessment of provider ${provider}`,
    step: 'assess it and record the conclusion (`custos observe provider-assessment FILE`)',
  });
}

/** What is used and not in the list of services. */
function notIn(assets: readonly Asset[], services: readonly string[]): string[] {
  return assets
    .filter((asset) => !services.some((service) => isCalled(asset, service)))
    .map((asset) => asset.id);
}

function expectDiligence(c: CheckContext, { provider, assets }: Provided, { content }: Assessment): void {
  c.expect(
    content.conclusion !== 'rejected',
    'PROVIDER_REJECTED',
    `Provider ${provider} was rejected and is in use: ${content.rationale}.`,
  );
  c.expect(
    saysSomething(content.rationale),
    'NO_RATIONALE',
    `The assessment of ${provider} does not say what it rests on.`,
  );
  c.none(
    notIn(assets, content.services),
    'SERVICE_NOT_ASSESSED',
    `The assessment of ${provider} leaves out what is used`,
  );
}

/** The provider's own evidence is kept here, in date and about the digest that the assessment names. */
function expectEvidence(c: CheckContext, provider: string, digest: Digest): void {
  const matches = (found: Found<'assurance' | 'third-party-attestation'>) =>
    found.id === digest || isAbout(found, digest);
  const assurance = c.past('assurance', {
    where: (content, found) => content.party === provider && matches(found),
    from: c.duty.roles,
  })[0];
  const found =
    assurance ?? c.past('third-party-attestation', { where: (_content, item) => matches(item) })[0];
  if (!found || !c.recent(found.observedAt, 'assurance.max_age_days')) {
    c.unclear(
      'NO_PROVIDER_EVIDENCE',
      `The evidence ${digest} that ${provider} adheres to the standard is not here or too old. Next: record it as \`assurance\` or \`third-party-attestation\` with that digest as subject.`,
    );
    return;
  }
  c.use(found);
  if (!assurance) return;
  const { validUntil } = assurance.content;
  if (
    c.expect(
      millis(validUntil) >= c.now,
      'PROVIDER_EVIDENCE_ENDED',
      `The evidence of ${provider} ended on ${validUntil}.`,
    )
  )
    c.holdsUntil(millis(validUntil));
}

function expectAdherence(c: CheckContext, { provider, assets }: Provided, { content }: Assessment): void {
  const { adheresToStandard, adherenceEvidence, adherenceScope } = content;
  if (adheresToStandard === 'no') {
    c.fail('NOT_ADHERING', `Provider ${provider} does not adhere to the standard.`);
    return;
  }
  if (adheresToStandard === 'unknown' || adherenceEvidence === undefined) {
    c.unclear(
      'ADHERENCE_UNKNOWN',
      `Nothing shows that ${provider} adheres to the standard. Next: ask for its conformance statement or map what it publishes, and name the digest in the assessment.`,
    );
    return;
  }
  c.none(notIn(assets, adherenceScope), 'OUT_OF_SCOPE', `The evidence of ${provider} does not cover`);
  expectEvidence(c, provider, adherenceEvidence);
}

export const checks = provisionChecks('5.1.2-7', {
  a: [
    ['scan-result', 'provider-assessment'],
    (c) => {
      for (const provided of providers(c)) {
        const assessment = assessmentOf(c, provided.provider);
        if (assessment) expectDiligence(c, provided, assessment);
      }
    },
  ],
  b: [
    ['scan-result', 'provider-assessment', 'assurance', 'third-party-attestation'],
    (c) => {
      for (const provided of providers(c)) {
        const assessment = assessmentOf(c, provided.provider);
        if (assessment) expectAdherence(c, provided, assessment);
      }
    },
  ],
});
