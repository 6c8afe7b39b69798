/** 5.1.3-1.1: every new or changed setting goes through the threat and risk process; changes outside it are found. */
import { type Content, DAY, type Digest, hexOf, millis, type PredicateName } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectRecordedBy } from '../../kernel/recording.ts';

type Change = Found<'lifecycle-event'>;

const CHANGES: readonly Content<'lifecycle-event'>['event'][] = [
  'prompt_change',
  'configuration_change',
  'permission_change',
  'infrastructure_change',
  'model_registered',
  'rollback',
];

function isNamedBy(found: Found<PredicateName>, digest: Digest): boolean {
  return (
    found.id === digest ||
    found.evidence.statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest))
  );
}

/** A change that matters must have led to a look at the threat model, not to a reference to an old one. */
function expectThreatReview(c: CheckContext, change: Change, review: Found<'change-review'>): void {
  const digest = review.content.threatModel;
  const id = change.content.id;
  if (
    !c.expect(
      digest !== undefined,
      'NO_THREAT_MODEL',
      `The review of ${id} names no threat model although the change affects security.`,
    ) ||
    digest === undefined
  )
    return;
  const model = c.past('threat-model', { from: c.duty.roles }).find((found) => isNamedBy(found, digest));
  if (!model) {
    c.unclear(
      'THREAT_MODEL_UNKNOWN',
      `The review of ${id} names threat model ${digest}, which is not recorded. Next: \`custos observe threat-model FILE\`.`,
    );
    return;
  }
  c.use(model);
  const earliest = millis(change.content.at) - c.interval('change.review_days');
  c.expect(
    millis(model.content.reviewedAt) >= earliest,
    'THREAT_MODEL_OLDER',
    `${id} of ${change.content.at} rests on a threat model reviewed on ${model.content.reviewedAt}, long before the change.`,
  );
}

function expectInTime(c: CheckContext, change: Change, review: Found<'change-review'>): void {
  const late =
    millis(review.content.decidedAt) - millis(change.content.at) - c.interval('change.review_days');
  if (!c.recent(change.content.at, 'risk.review_days')) return;
  if (late > 0)
    c.fail(
      'REVIEW_LATE',
      `${change.content.id} was reviewed ${Math.ceil(late / DAY)} days later than ${c.setting('change.review_days')} days after the change.`,
    );
  else expectRecordedBy(c, review, change.content.at, `The review of ${change.content.id}`);
}

function expectReviewed(c: CheckContext, change: Change, review: Found<'change-review'> | undefined): void {
  const { id, at, securityRelevant } = change.content;
  if (review) {
    c.use(review);
    expectInTime(c, change, review);
    if (securityRelevant === true || review.content.securityEffect) expectThreatReview(c, change, review);
    return;
  }
  const limit = securityRelevant === undefined ? 'unclassified_change.days' : 'change.review_days';
  if (c.recent(at, limit)) return;
  c.fail(
    securityRelevant === undefined ? 'CHANGE_UNCLASSIFIED' : 'CHANGE_NOT_REVIEWED',
    `${id} of ${at} has ${securityRelevant === undefined ? 'not been classified' : 'had no threat and risk review'} within ${c.setting(limit)} days.`,
  );
}

/** What runs must come from a recorded change or be what the inventory holds. */
function expectNoDrift(c: CheckContext, changes: readonly Change[]): void {
  const recorded = new Set(
    changes.flatMap((change) => change.content.outputs.map((output) => output.digest.sha256)),
  );
  for (const state of c.known('runtime-state', {
    key: (content) => `${content.environment} ${content.asset}`,
  })) {
    const { asset, running, environment } = state.content;
    const held = c.assets().find((item) => item.id === asset)?.digest === running;
    if (held || recorded.has(hexOf(running))) c.use(state);
    else
      c.fail(
        'CHANGE_NOT_RECORDED',
        `${asset} runs in ${environment} as ${running}, which no recorded change produced.`,
      );
  }
}

export const checks = provisionChecks('5.1.3-1.1', {
  a: [
    ['lifecycle-event', 'change-review', 'threat-model', 'runtime-state', 'scan-result'],
    (c) => {
      const changes = c.every(
        'lifecycle-event',
        {
          where: (content) => CHANGES.includes(content.event),
          what: 'a recorded change of prompts, configuration, permissions, infrastructure or models',
          step: 'connect the change log (`custos observe lifecycle-event FILE`)',
        },
        (content) => content.id,
      );
      if (changes.length === 0) return;
      const reviews = new Map(
        c
          .past('change-review', { from: c.duty.roles, key: (content) => content.change })
          .map((review) => [review.content.change, review]),
      );
      for (const change of changes) expectReviewed(c, change, reviews.get(change.content.id));
      expectNoDrift(c, changes);
    },
  ],
});
