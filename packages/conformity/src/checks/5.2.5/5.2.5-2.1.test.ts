import { aRun } from '../../testing/release-evidence.ts';
import { aged, changed, daysAgo, dutyCase, observe, onDigest, PEOPLE, saidBy } from '../../testing/world.ts';

const TESTER = 'tester@lab.example';
const evidence = () => [
  aRun('security_assessment', {}, { role: 'auditor', actor: TESTER }),
  observe(
    'tester-declaration',
    {
      testers: [
        {
          person: TESTER,
          organisation: 'Lab',
          reportsTo: 'head-of-lab',
          competence: 'Certified penetration tester for language models',
          competenceUntil: daysAgo(-100),
        },
      ],
      buildTeam: { organisation: 'Shop', reportsTo: 'cto', members: [PEOPLE.developer] },
      noConflict: true,
    },
    { role: 'system_operator' },
  ),
];

dutyCase('5.2.5-2.1/a', {
  passes: evidence,
  loses: {
    'a conflict of interest': [changed('tester-declaration', (d) => ({ ...d, noConflict: false })), 'fail'],
    'the tester builds too': [
      changed('tester-declaration', (d) => ({ ...d, buildTeam: { ...d.buildTeam, members: [TESTER] } })),
      'fail',
    ],
    'same line': [
      changed('tester-declaration', (d) => ({
        ...d,
        buildTeam: { organisation: 'Lab', reportsTo: 'head-of-lab', members: [] },
      })),
      'fail',
    ],
    'somebody else ran the test': [saidBy('test-run', 'developer', PEOPLE.developer), 'inconclusive'],
    'they tested another version': [onDigest('test-run'), 'inconclusive'],
  },
});

dutyCase('5.2.5-2.1/b', {
  passes: evidence,
  loses: {
    'the proof lapsed': [
      changed('tester-declaration', (d) => ({
        ...d,
        testers: d.testers.map((t) => ({ ...t, competenceUntil: daysAgo(1) })),
      })),
      'fail',
    ],
    'no skills named': [
      changed('tester-declaration', (d) => ({
        ...d,
        testers: d.testers.map((t) => ({ ...t, competence: 'good' })),
      })),
      'fail',
    ],
    'declaration is old': [aged('tester-declaration', 500), 'inconclusive'],
  },
});
