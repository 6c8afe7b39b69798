import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { CLOUD_PROVISIONS } from './5.2.2-6.ts';

dutyCase('5.2.2-6/a', {
  passes: () => [
    observe(
      'cloud-contract',
      {
        provider: 'example',
        clauses: CLOUD_PROVISIONS.map((provision, i) => ({ clause: `§ ${i + 1}`, provision })),
        gaps: [],
        expiresAt: daysAgo(-200),
      },
      { role: 'system_operator', age: 30 },
    ),
    observe(
      'adequacy-attestation',
      { duty: '5.2.2-6/a', statement: 'Read with the legal department last week' },
      { role: 'system_operator' },
    ),
  ],
  loses: {
    'no contract was reviewed': [without('cloud-contract'), 'inconclusive'],
    'the contract has ended': [changed('cloud-contract', (c) => ({ ...c, expiresAt: daysAgo(1) })), 'fail'],
    'the review found gaps': [changed('cloud-contract', (c) => ({ ...c, gaps: ['no deletion'] })), 'fail'],
    'a provision has no clause': [
      changed('cloud-contract', (c) => ({ ...c, clauses: c.clauses.slice(1) })),
      'fail',
    ],
    'a new provider appears': [
      plus(
        observe(
          'scan-result',
          scanContent({
            assets: [
              ...scanContent().assets,
              {
                id: 'service:store',
                kind: 'service',
                name: 'store',
                provider: 'other',
                properties: { cloud: true },
                locations: [],
              },
            ],
          }),
        ),
      ),
      'inconclusive',
    ],
    'no provider is known': [
      plus(observe('scan-result', scanContent({ assets: scanContent().assets.slice(0, 3), edges: [] }))),
      'inconclusive',
    ],
    'reviewed by the wrong role': [
      saidBy('cloud-contract', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'reviewed long ago': [aged('cloud-contract', 400), 'inconclusive'],
    'nobody judged it': [without('adequacy-attestation'), 'inconclusive'],
  },
});
