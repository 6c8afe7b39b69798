import { adequate } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
  observe,
  PEOPLE,
  PROMPT_DIGEST,
  saidBy,
  without,
} from '../../testing/world.ts';

dutyCase('5.2.4-1.1/a', {
  passes: () => [
    observe(
      'model-card',
      {
        dataSources: ['dataset:tickets'],
        scope: 'Questions about orders of the shop, in English only',
        limitations: ['It does not know orders older than a year'],
        guardrails: [{ name: 'prompt:system', digest: PROMPT_DIGEST }],
        retention: '30 days',
        reviewEveryDays: 90,
        failureModes: ['It may invent an order number that looks right'],
        reviewedAt: daysAgo(10),
      },
      { role: 'developer' },
    ),
    observe('runtime-state', {
      asset: 'prompt:system',
      kind: 'prompt',
      running: PROMPT_DIGEST,
      environment: 'production',
    }),
    adequate('5.2.4-1.1/a', 'developer'),
  ],
  loses: {
    'no card': [without('model-card'), 'inconclusive'],
    'trivial limitations': [changed('model-card', (m) => ({ ...m, limitations: ['none'] })), 'fail'],
    'no guardrails': [changed('model-card', (m) => ({ ...m, guardrails: [] })), 'fail'],
    'lineage differs': [changed('model-card', (m) => ({ ...m, dataSources: ['web'] })), 'fail'],
    'card names unknown data': [
      changed('model-card', (m) => ({ ...m, dataSources: [...m.dataSources, 'dataset:x'] })),
      'fail',
    ],
    'another guardrail runs': [changed('runtime-state', (s) => ({ ...s, running: OTHER })), 'fail'],
    'measurement is old': [aged('runtime-state', 60), 'inconclusive'],
    'review overdue': [changed('model-card', (m) => ({ ...m, reviewedAt: daysAgo(200) })), 'fail'],
    'truth stated by somebody else': [
      saidBy('adequacy-attestation', 'system_operator', PEOPLE.system_operator),
      'inconclusive',
    ],
  },
});
