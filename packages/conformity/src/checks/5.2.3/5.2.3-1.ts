/** 5.2.3-1: releases with provenance and bill of materials, signed artefacts, pinned references, inspected content. */
import { type Content, type Digest, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { type FoundRelease, releasesInForce } from '../../kernel/releases.ts';
import { digestsOf } from '../../kernel/subjects.ts';

export const checks = provisionChecks('5.2.3-1', {
  a: [
    ['release', 'signature-verification', 'inspection', 'scan-result'],
    (c) => {
      const releases = releasesInForce(c);
      expectProvenance(c, releases);
      const artefacts = new Set(releases.flatMap(({ content }) => digestsOf(content.artefacts)));
      for (const digest of [...artefacts].sort()) expectSigned(c, digest);
      expectPinned(c);
      expectInspected(c);
    },
  ],
});

function expectProvenance(c: CheckContext, releases: readonly FoundRelease[]): void {
  const lacking = (test: (release: Content<'release'>) => boolean) =>
    releases.filter(({ content }) => test(content)).map(({ content }) => content.id);
  c.none(
    lacking((release) => release.provenance === undefined),
    'NO_PROVENANCE',
    'Released without build provenance',
  );
  c.none(
    lacking((release) => release.bom === undefined),
    'NO_BOM',
    'Released without a bill of materials',
  );
  c.none(
    lacking((release) => digestsOf(release.artefacts).length !== Math.max(1, release.artefacts.length)),
    'NO_ARTEFACT_DIGEST',
    'Released without naming every artefact by SHA-256',
  );
}

function expectSigned(c: CheckContext, digest: Digest): void {
  const signature = c.newest('signature-verification', {
    subject: digest,
    what: `a verified signature of artefact ${digest}`,
    step: 'sign the artefact and verify it (`custos sign`, `custos verify --at release`, or `custos observe signature-verification FILE`)',
  });
  if (signature)
    c.expect(
      signature.content.valid,
      'SIGNATURE_INVALID',
      `The signature of ${signature.content.asset} by ${signature.content.signer} is not valid.`,
    );
}

function expectPinned(c: CheckContext): void {
  const floating = c.assets().filter((asset) => asset.properties?.floating === true);
  c.none(
    floating.map((asset) => asset.id),
    'FLOATING_REFERENCE',
    'References that can change without notice',
  );
}

/** Each model file is inspected by digest; the dependency set by an inspection whose subject is the fingerprint. */
function expectInspected(c: CheckContext): void {
  const models = c.assets('model').flatMap(({ id, digest }) => (digest ? [{ id, digest }] : []));
  const targets: { id: string; digest: Digest | undefined }[] = [
    { id: 'the dependency set', digest: c.fingerprint },
    ...models,
  ];
  for (const { id, digest } of targets) {
    const found = c.newest('inspection', {
      subject: digest,
      maxAge: 'inventory.max_age_days',
      what: `an inspection of ${id}`,
      step: `inspect ${id} for unsafe content and known vulnerabilities and record \`inspection\` with subject ${digest ?? 'its digest'}`,
    });
    if (found) judge(c, found.content);
  }
}

function judge(c: CheckContext, inspection: Content<'inspection'>): void {
  if (inspection.verdict === 'not_inspected')
    c.unclear(
      'NOT_INSPECTED',
      `${inspection.asset} could not be inspected. Next: inspect it in a readable form.`,
    );
  c.expect(
    inspection.verdict !== 'unsafe' && inspection.verdict !== 'suspicious',
    'UNSAFE_CONTENT',
    `${inspection.asset} is ${inspection.verdict}; it must not be used.`,
  );
  c.expect(inspection.pinned !== false, 'NOT_PINNED', `${inspection.asset} is not pinned to exact versions.`);
  const serious = inspection.findings.filter(
    (item) =>
      (item.severity === 'high' || item.severity === 'critical') && !item.resolvedAt && !item.acceptedBy,
  );
  c.none(
    serious.filter((item) => !c.recent(item.openedAt, 'supply.finding_days')).map((item) => item.id),
    'FINDING_OVERDUE',
    `Serious findings in ${inspection.asset} open for more than ${c.setting('supply.finding_days')} days`,
  );
  c.none(
    inspection.findings
      .filter((item) => item.resolvedAt && millis(item.resolvedAt) > c.now)
      .map((item) => item.id),
    'TIME_ORDER',
    `Findings in ${inspection.asset} are resolved in the future`,
  );
}
