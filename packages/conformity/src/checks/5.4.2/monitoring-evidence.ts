/** Evidence of the monitoring provisions' cases. */
import type { Content, Evidence } from '@custos/core';
import { daysAgo, OTHER, observe } from '../../testing/world.ts';

type Summary = Content<'monitoring-summary'>;

const MODELS = ['model:org/base-7b'];

/** A good summary of one scope; `more` replaces fields. */
export function monitoring(scope: Summary['scope'], more: Partial<Summary> = {}, age = 1): Evidence {
  return observe(
    'monitoring-summary',
    {
      scope,
      from: daysAgo(30),
      until: daysAgo(1),
      assetsMonitored: MODELS,
      rules: [{ id: `${scope}-rule`, enabled: true, provenBySeed: true }],
      longestGapDays: 0.5,
      findingsPastDue: 0,
      alerts: [
        { id: 'ALERT-1', raisedAt: daysAgo(10), triagedAt: daysAgo(9), disposition: 'A planned change' },
      ],
      baseline: OTHER,
      detects: ['sudden', 'gradual', 'poisoning', 'breach', 'unexpected_behaviour'],
      states: [],
      ...more,
    },
    { age },
  );
}
