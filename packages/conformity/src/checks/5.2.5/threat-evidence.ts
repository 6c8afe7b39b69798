/** A threat model with one relevant threat, for the tests of 5.2.5. */
import { daysAgo, observe } from '../../testing/world.ts';

export function threats(category = 'prompt_injection') {
  return observe(
    'threat-model',
    {
      assets: ['model:org/base-7b'],
      dataFlows: ['user to model'],
      catalogue: 'ATLAS',
      catalogueVersion: '5',
      catalogueLatest: '5',
      threats: [
        {
          id: 'T-1',
          category,
          asset: 'model:org/base-7b',
          references: [],
          decision: 'mitigated',
          reason: 'filtered',
        },
      ],
      reviewedAt: daysAgo(5),
    },
    { role: 'developer' },
  );
}
