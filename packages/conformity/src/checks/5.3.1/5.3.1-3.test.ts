import { adequate, aProbe } from '../../testing/release-evidence.ts';
import { aged, changed, daysAgo, dutyCase, observe, PEOPLE, saidBy, without } from '../../testing/world.ts';

const drill = () =>
  observe('drill', {
    drill: 'incident_plan',
    scenario: 'leak of answers',
    at: daysAgo(9),
    succeeded: true,
    minutes: 30,
    limitMinutes: 60,
    seeded: 0,
    caught: 0,
    openFindings: 0,
  });
const incident = () =>
  observe('incident', {
    id: 'INC-1',
    openedAt: daysAgo(20),
    closedAt: daysAgo(19),
    aiRelated: true,
    userGuidance: 'Check every order number against your invoice',
    affectedEntityContact: 'help@example.org',
  });
const base = () => [aProbe('report_channel', 'affected_entity'), adequate('5.3.1-3/a', 'developer')];

dutyCase('5.3.1-3/a', {
  passes: () => [...base(), incident()],
  loses: {
    'users were left alone': [changed('incident', ({ userGuidance: _, ...rest }) => rest), 'fail'],
    'the contact path is dead': [changed('probe', (p) => ({ ...p, held: false })), 'fail'],
    'the contact path is untested': [without('probe'), 'inconclusive'],
    'no incident and no exercise': [without('incident'), 'inconclusive'],
  },
});
dutyCase('5.3.1-3/a', {
  passes: () => [...base(), drill()],
  loses: {
    'the exercise failed': [changed('drill', (d) => ({ ...d, succeeded: false })), 'fail'],
    'the exercise is old': [aged('drill', 500), 'inconclusive'],
  },
});

dutyCase('5.3.1-3/b', {
  passes: () => [
    observe('contract-register', { active: 40, withIncidentClause: 39, templateHasClause: true }),
    observe(
      'plan',
      {
        kind: 'incident',
        version: '1',
        owner: PEOPLE.system_operator,
        revisedAt: daysAgo(9),
        nextReviewAt: daysAgo(-90),
        scenarios: [],
        history: [],
        releases: [],
        contacts: ['help@example.org'],
      },
      { role: 'system_operator' },
    ),
  ],
  loses: {
    'few contracts have it': [changed('contract-register', (r) => ({ ...r, withIncidentClause: 5 })), 'fail'],
    'no contracts': [
      changed('contract-register', (r) => ({ ...r, active: 0, withIncidentClause: 0 })),
      'inconclusive',
    ],
    'not in the template': [
      changed('contract-register', (r) => ({ ...r, templateHasClause: false })),
      'fail',
    ],
    'no plan': [without('plan'), 'inconclusive'],
    'plan overdue': [changed('plan', (p) => ({ ...p, nextReviewAt: daysAgo(1) })), 'fail'],
    'plan by a custodian': [saidBy('plan', 'data_custodian', PEOPLE.data_custodian), 'inconclusive'],
  },
});
