/** 5.1.2-5: the use fits the sensitivity of each dataset and the controls that guard it, by the Data Custodian's word. */
import { type Asset, type Content, millis, type SystemDeclaration } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { type CheckContext, hasEnded } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { digestInUse, isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectEncrypted, expectRestricted, guardsOf } from '../../kernel/guarding.ts';
import { type ClassifiedAsset, classifiedDatasets } from '../5.2.1/sensitivity.ts';

type Classification = Content<'data-classification'>;
type Decision = Found<'data-use-decision'>;
type Fit = 'fits' | 'with_controls' | 'never';

/** Which exposure data of a sensitivity bears. */
const FIT: Record<Classification['sensitivity'], Record<SystemDeclaration['use']['exposure'], Fit>> = {
  public: { internal: 'fits', partners: 'fits', public: 'fits' },
  internal: { internal: 'fits', partners: 'with_controls', public: 'with_controls' },
  confidential: { internal: 'with_controls', partners: 'with_controls', public: 'never' },
  restricted: { internal: 'with_controls', partners: 'never', public: 'never' },
};

/** How the declared exposure goes with a classification; personal data never goes without controls. */
function fitOf(c: CheckContext, classification: Classification): Fit {
  const fit = FIT[classification.sensitivity][c.system.use.exposure];
  return fit === 'fits' && classification.personalData ? 'with_controls' : fit;
}

/** The custodian's decision on this version of the dataset for this system. */
function decisionOn(c: CheckContext, asset: Asset): Decision | undefined {
  return c.newest('data-use-decision', {
    where: (content) => isCalled(asset, content.dataset) && content.use === c.system.id,
    from: ['data_custodian'],
    subject: digestInUse(c, asset),
    maxAge: 'custodian.approval_days',
    what: `a decision on the use of ${asset.id} by ${c.system.id}`,
    step: `decide as Data Custodian on the dataset version in use (\`custos observe data-use-decision FILE\`, use: ${c.system.id})`,
  });
}

/** The decision rests on the classification in force, not on an earlier, different one. */
function expectInformed(c: CheckContext, { asset, classification }: ClassifiedAsset, decision: Decision) {
  const before = c
    .past('data-classification', {
      where: (content) => isCalled(asset, content.dataset),
      from: ['data_custodian'],
    })
    .find((found) => millis(found.observedAt) <= millis(decision.observedAt));
  if (
    before?.content.sensitivity !== classification.content.sensitivity ||
    before.content.personalData !== classification.content.personalData ||
    hasEnded(before.evidence, millis(decision.observedAt))
  )
    c.unclear(
      'DECIDED_BEFORE_CLASSIFIED',
      `The use of ${asset.id} was decided on ${decision.observedAt}, before it was classified as it is now. Next: decide again as Data Custodian.`,
    );
}

function expectAllowed(c: CheckContext, { asset }: ClassifiedAsset, { content }: Decision): void {
  c.expect(
    content.decision !== 'refused',
    'USE_REFUSED',
    `The Data Custodian refused the use of ${asset.id}: ${content.reason}.`,
  );
  if (content.exposure !== c.system.use.exposure)
    c.unclear(
      'OTHER_EXPOSURE',
      `The use of ${asset.id} was decided for exposure ${content.exposure}; custos.yaml declares ${c.system.use.exposure}. Next: decide for that.`,
    );
}

function expectFit(c: CheckContext, { asset, classification }: ClassifiedAsset, { content }: Decision): void {
  const fit = fitOf(c, classification.content);
  const pair = `${asset.id} (${classification.content.sensitivity}${classification.content.personalData ? ', personal data' : ''}) at exposure ${c.system.use.exposure}`;
  c.expect(fit !== 'never', 'TOO_SENSITIVE', `${pair} is more than such data bears.`);
  c.expect(
    fit !== 'with_controls' || content.requiredControls.length > 0,
    'NO_CONTROL_REQUIRED',
    `${pair} needs controls, but the decision requires none.`,
  );
}

export const checks = provisionChecks('5.1.2-5', {
  a: [
    ['scan-result', 'data-classification', 'data-use-decision'],
    (c) => {
      for (const dataset of classifiedDatasets(c)) {
        const decision = decisionOn(c, dataset.asset);
        if (!decision) continue;
        expectInformed(c, dataset, decision);
        expectAllowed(c, dataset, decision);
        expectFit(c, dataset, decision);
      }
    },
  ],
  b: [
    ['scan-result', 'data-classification', 'data-use-decision', 'control-status', 'asset-control'],
    (c) => {
      for (const dataset of classifiedDatasets(c)) {
        const decision = decisionOn(c, dataset.asset);
        if (!decision) continue;
        expectAllowed(c, dataset, decision);
        expectFit(c, dataset, decision);
        controlsActive(c, decision.content.requiredControls);
        const { sensitivity, personalData } = dataset.classification.content;
        if (sensitivity === 'public' && !personalData) continue;
        for (const guard of guardsOf(c, dataset.asset)) {
          expectRestricted(c, guard);
          expectEncrypted(c, guard);
        }
      }
    },
  ],
});
