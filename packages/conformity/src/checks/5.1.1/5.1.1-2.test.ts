import { aged, changed, daysAgo, dutyCase, observe, PEOPLE, plus, without } from '../../testing/world.ts';
import { bulletin, STAFF, staff, threat } from './training.fixtures.ts';

const policy = (version = '3') =>
  observe('policy', {
    kind: 'awareness',
    version,
    inForceFrom: daysAgo(200),
    appliesTo: 'all staff',
    sections: ['duty to stay informed'],
    approvedBy: PEOPLE.organisation,
  });

const acknowledged = (person: string) =>
  observe('acknowledgement', { person, policy: 'awareness', version: '3', at: daysAgo(100) });

dutyCase('5.1.1-2/a', {
  passes: () => [policy(), staff(), ...STAFF.map(acknowledged)],
  loses: {
    'the policy is withdrawn': [without('policy'), 'inconclusive'],
    'the policy is old': [aged('policy', 400), 'inconclusive'],
    'it is not in force yet': [changed('policy', (c) => ({ ...c, inForceFrom: daysAgo(-3) })), 'fail'],
    'somebody else approved it': [
      changed('policy', (c) => ({ ...c, approvedBy: PEOPLE.developer })),
      'inconclusive',
    ],
    'a newer version nobody has acknowledged': [
      (evidence) => [
        ...evidence,
        observe(
          'policy',
          {
            kind: 'awareness',
            version: '4',
            inForceFrom: daysAgo(0.5),
            appliesTo: 'all staff',
            sections: [],
            approvedBy: PEOPLE.organisation,
          },
          { age: 0.25 },
        ),
      ],
      'fail',
    ],
    'a person on the register has not acknowledged': [
      changed('staff-register', (c) => ({
        ...c,
        people: [
          ...c.people,
          {
            person: 'x@example.org',
            roles: ['staff'],
            active: true,
            joinedAt: daysAgo(90),
            commitsCode: false,
          },
        ],
      })),
      'fail',
    ],
  },
});

dutyCase('5.1.1-2/b', {
  passes: () => [bulletin(), threat(35)],
  loses: {
    'no bulletin': [without('bulletin'), 'inconclusive'],
    'the last bulletin is old': [
      changed('bulletin', (c) => ({ ...c, sentAt: daysAgo(120) })),
      'inconclusive',
    ],
    'the known mitigation is left out': [changed('bulletin', ({ mitigation: _, ...c }) => c), 'fail'],
    'the mitigation says nothing': [changed('bulletin', (c) => ({ ...c, mitigation: 'see wiki' })), 'fail'],
    'a threat with a known mitigation is told to nobody': [plus(threat(40, { id: 'THREAT-2' })), 'fail'],
  },
});
