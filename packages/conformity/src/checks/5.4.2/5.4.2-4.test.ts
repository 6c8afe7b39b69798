import { aged, changed, daysAgo, dutyCase, observe, onDigest, without } from '../../testing/world.ts';
import { monitoring } from './monitoring-evidence.ts';

const alarm = () =>
  observe('drill', {
    drill: 'alarm',
    scenario: 'accuracy drops by 5 points',
    at: daysAgo(20),
    succeeded: true,
    minutes: 30,
    limitMinutes: 60,
    seeded: 4,
    caught: 4,
    openFindings: 0,
  });

dutyCase('5.4.2-4/a', {
  passes: () => [monitoring('performance'), alarm()],
  loses: {
    'the series has a gap of a month': [
      changed('monitoring-summary', (c) => ({ ...c, longestGapDays: 30 })),
      'fail',
    ],
    'gradual change is not looked for': [
      changed('monitoring-summary', (c) => ({ ...c, detects: ['sudden'] })),
      'fail',
    ],
    'an alarm has no disposition': [
      changed('monitoring-summary', (c) => ({
        ...c,
        alerts: [{ id: 'A', raisedAt: daysAgo(20), triagedAt: daysAgo(19) }],
      })),
      'fail',
    ],
    'the alarm missed a degradation': [changed('drill', (c) => ({ ...c, caught: 3 })), 'fail'],
    'the alarm was never tested': [without('drill'), 'inconclusive'],
    'the test is old': [aged('drill', 300), 'inconclusive'],
    'the test was of another version': [onDigest('drill'), 'inconclusive'],
  },
});
