import { adequate, aPage } from '../../testing/release-evidence.ts';
import { aged, changed, daysAgo, dutyCase, observe, PROMPT_DIGEST, without } from '../../testing/world.ts';

for (const [letter, section] of [
  ['a', 'appropriate use'],
  ['b', 'limitations'],
  ['c', 'failure modes'],
] as const)
  dutyCase(`5.3.1-2.1/${letter}`, {
    passes: () => [
      aPage('user_guidance', {
        sections: [
          'Appropriate use',
          'Limitations',
          'Failure modes',
          'Legal advice',
          'Old orders',
          'Invented numbers',
        ],
      }),
      observe(
        'model-card',
        {
          dataSources: ['dataset:tickets'],
          scope: 'Questions about orders',
          limitations: ['Old orders'],
          guardrails: [{ name: 'prompt:system', digest: PROMPT_DIGEST }],
          retention: '30 days',
          reviewEveryDays: 90,
          failureModes: ['Invented numbers'],
          reviewedAt: daysAgo(10),
        },
        { role: 'developer' },
      ),
      adequate(`5.3.1-2.1/${letter}`, 'system_operator'),
    ],
    loses: {
      'the section is missing': [
        changed('publication', (p) => ({
          ...p,
          sections: p.sections.filter((s) => s.toLowerCase() !== section),
        })),
        'fail',
      ],
      'a known fact is missing': [
        changed('publication', (p) => ({ ...p, sections: p.sections.slice(0, 3) })),
        'fail',
      ],
      'no card to compare with': [without('model-card'), 'inconclusive'],
      'card is old': [aged('model-card', 500), 'inconclusive'],
      'nobody stands for accuracy': [without('adequacy-attestation'), 'inconclusive'],
    },
  });
