/** 5.2.2-1: access control was evaluated in all areas, its findings are closed, and the measures named are really on. */
import type { Content } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import { keptAssets } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectStrongAuthentication, guardsOf } from '../../kernel/guarding.ts';

type Area = Content<'access-review'>['areas'][number];

/** Where access to an AI system has to be controlled. */
export const ACCESS_AREAS: readonly Area[] = [
  'apis',
  'models',
  'data',
  'training_pipelines',
  'processing_pipelines',
];

function accessReview(c: CheckContext): Found<'access-review'> | undefined {
  const found = c.newest('access-review', {
    from: c.duty.roles,
    maxAge: 'access.review_days',
    what: 'an evaluation of the access-control framework',
    step: 'evaluate it and record the result (`custos observe access-review FILE`)',
  });
  if (found)
    c.expect(
      c.recent(found.content.reviewedAt, 'access.review_days'),
      'REVIEW_OVERDUE',
      `Access control was last evaluated on ${found.content.reviewedAt}; ${c.setting('access.review_days')} days are allowed.`,
    );
  return found;
}

export const checks = provisionChecks('5.2.2-1', {
  a: [
    ['access-review', 'asset-control', 'scan-result'],
    (c) => {
      const review = accessReview(c);
      if (!review) return;
      const { areas, openItems } = review.content;
      c.none(
        ACCESS_AREAS.filter((area) => !areas.includes(area)),
        'AREA_NOT_EVALUATED',
        'The evaluation of access control leaves out',
      );
      c.expect(openItems === 0, 'ITEMS_OPEN', `${openItems} items of the evaluation are open.`);
      for (const asset of keptAssets(c))
        for (const guard of guardsOf(c, asset)) {
          expectStrongAuthentication(c, guard);
          c.expect(
            guard.content.accessControl,
            'NO_ACCESS_CONTROL',
            `${asset.id} at ${guard.content.location} is open by default.`,
          );
        }
    },
  ],
  b: [
    ['access-review', 'control-status'],
    (c) => {
      const review = accessReview(c);
      if (!review) return;
      const { measures } = review.content;
      c.none(
        ACCESS_AREAS.filter((area) => !measures.some((item) => item.area === area)),
        'NO_MEASURE',
        'No measure is named for',
      );
      controlsActive(
        c,
        measures.map((item) => item.measure),
      );
    },
  ],
});
