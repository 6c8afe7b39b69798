import { aged, changed, daysAgo, dutyCase, onDigest, plus, without } from '../../testing/world.ts';
import { monitoring } from './monitoring-evidence.ts';

dutyCase('5.4.2-2/a', {
  passes: () => [monitoring('outputs')],
  loses: {
    'the rule never fired on a seed': [
      changed('monitoring-summary', (c) => ({
        ...c,
        rules: [{ id: 'r', enabled: true, provenBySeed: false }],
      })),
      'inconclusive',
    ],
    'a rule is off': [
      changed('monitoring-summary', (c) => ({
        ...c,
        rules: [{ id: 'r', enabled: false, provenBySeed: true }],
      })),
      'fail',
    ],
    'an alert was never judged': [
      changed('monitoring-summary', (c) => ({ ...c, alerts: [{ id: 'A', raisedAt: daysAgo(20) }] })),
      'fail',
    ],
    'the model is not analysed': [
      changed('monitoring-summary', (c) => ({ ...c, assetsMonitored: [] })),
      'fail',
    ],
    'no baseline': [changed('monitoring-summary', ({ baseline: _, ...rest }) => rest), 'inconclusive'],
    'another version': [onDigest('monitoring-summary'), 'inconclusive'],
  },
});

dutyCase('5.4.2-2/b', {
  passes: () => [monitoring('anomalies'), monitoring('drift')],
  loses: {
    'drift is not analysed': [(evidence) => evidence.slice(0, 1), 'inconclusive'],
    'nothing looks for poisoning': [
      changed('monitoring-summary', (c) => ({
        ...c,
        detects: ['gradual', 'breach', 'unexpected_behaviour'],
      })),
      'fail',
    ],
    'data are old': [aged('monitoring-summary', 60), 'inconclusive'],
    'a newer summary shows overdue findings': [
      plus(monitoring('drift', { findingsPastDue: 2 }, 0.5)),
      'fail',
    ],
    'nothing recorded': [without('monitoring-summary'), 'inconclusive'],
  },
});
