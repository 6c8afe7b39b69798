/** 5.2.1-2: what the organisation keeps is tracked, authenticated, versioned and secured, read from the tools that do it. */
import { type Asset, hexOf } from '@custos/core';
import { approvedFor } from '../../kernel/approved-inventory.ts';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { isCalled, keptAssets } from '../../kernel/coverage.ts';
import {
  expectRestricted,
  expectStrongAuthentication,
  expectVersioned,
  guardsOf,
} from '../../kernel/guarding.ts';

/** The version in use has a history: some recorded event produced it. */
function expectTracked(c: CheckContext, asset: Asset): void {
  const events = c.every('lifecycle-event', {
    where: (content) => isCalled(asset, content.asset),
    what: `the history of ${asset.id}`,
    step: `connect the registry or repository that keeps it (\`custos observe lifecycle-event FILE\`)`,
  });
  if (events.length === 0) return;
  const { digest } = asset;
  if (digest)
    c.expect(
      events.some(({ content }) => content.outputs.some((output) => output.digest.sha256 === hexOf(digest))),
      'VERSION_NOT_TRACKED',
      `No recorded event produced ${asset.id} as it is in use (${digest}).`,
    );
  const running = c.latest('runtime-state', {
    where: (content) => isCalled(asset, content.asset) && content.environment === 'production',
  });
  if (!running || !digest) return;
  c.use(running);
  c.expect(
    running.content.running === digest,
    'RUNS_ANOTHER_VERSION',
    `${asset.id} runs as ${running.content.running}; the version that is tracked is ${digest}.`,
  );
}

/** Models are verified each time they are loaded, everything else at least on release or receipt. */
function expectAuthenticated(c: CheckContext, asset: Asset): void {
  if (!asset.digest) {
    c.unclear(
      'NO_DIGEST',
      `${asset.id} has no digest to verify a signature over. Next: keep its content where the scan can hash it.`,
    );
    return;
  }
  const atLoad = asset.kind === 'model';
  const found = c.newest('signature-verification', {
    where: (content) => isCalled(asset, content.asset) && (!atLoad || content.at === 'load'),
    subject: asset.digest,
    maxAge: 'test.max_age_days',
    what: `a signature verification of ${asset.id}${atLoad ? ' at load' : ''}`,
    step: `sign it (\`custos sign\`) and verify it${atLoad ? ' where it is loaded (`custos verify MODEL --key FILE --at load`)' : ' (`custos verify`, or `custos observe signature-verification FILE`)'}`,
  });
  if (found)
    c.expect(
      found.content.valid,
      'SIGNATURE_INVALID',
      `The signature of ${found.content.signer} over ${asset.id} does not verify.`,
    );
}

export const checks = provisionChecks('5.2.1-2', {
  a: [
    ['scan-result', 'inventory-registration', 'asset-decision', 'lifecycle-event', 'runtime-state'],
    (c) => {
      const approved = approvedFor(c);
      if (!approved) return;
      const kept = keptAssets(c);
      c.none(
        kept.map((asset) => asset.id).filter((id) => !approved.entries.has(id)),
        'NOT_REGISTERED',
        'Kept, but not in the confirmed inventory',
      );
      for (const asset of kept) expectTracked(c, asset);
    },
  ],
  b: [
    ['scan-result', 'signature-verification'],
    (c) => {
      for (const asset of keptAssets(c)) expectAuthenticated(c, asset);
    },
  ],
  c: [
    ['scan-result', 'asset-control'],
    (c) => {
      c.none(
        c
          .assets('model', 'dataset', 'prompt', 'configuration', 'component')
          .filter((asset) => asset.version === undefined && asset.digest === undefined)
          .map((asset) => asset.id),
        'NO_VERSION',
        'Neither a version nor a digest is known of',
      );
      c.none(
        c
          .assets()
          .filter((asset) => asset.properties?.floating === true)
          .map((asset) => asset.id),
        'FLOATING_REFERENCE',
        'The reference can change without notice (pin it)',
      );
      for (const asset of keptAssets(c)) for (const guard of guardsOf(c, asset)) expectVersioned(c, guard);
    },
  ],
  d: [
    ['scan-result', 'asset-control'],
    (c) => {
      for (const asset of keptAssets(c))
        for (const guard of guardsOf(c, asset)) {
          expectStrongAuthentication(c, guard);
          expectRestricted(c, guard);
        }
    },
  ],
});
