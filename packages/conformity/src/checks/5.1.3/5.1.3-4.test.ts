import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { adequate, register, risk, tolerance } from './testing-evidence.ts';

const monitoring = () =>
  observe('monitoring-summary', {
    scope: 'infrastructure',
    from: daysAgo(30),
    until: daysAgo(1),
    assetsMonitored: scanContent().assets.map((asset) => asset.id),
    rules: [{ id: 'open-port', enabled: true, provenBySeed: true }],
    longestGapDays: 0.2,
    findingsPastDue: 0,
    alerts: [{ id: 'A-1', raisedAt: daysAgo(6), triagedAt: daysAgo(5), disposition: 'benign' }],
    detects: ['breach'],
    states: [],
  });

dutyCase('5.1.3-4/a', {
  passes: () => [monitoring()],
  loses: {
    'an asset is not monitored': [
      changed('monitoring-summary', (c) => ({ ...c, assetsMonitored: c.assetsMonitored.slice(1) })),
      'fail',
    ],
    'nothing is in the inventory': [
      plus(observe('scan-result', scanContent({ assets: [], edges: [] }))),
      'inconclusive',
    ],
    'monitoring was silent': [changed('monitoring-summary', (c) => ({ ...c, longestGapDays: 5 })), 'fail'],
    'findings are overdue': [changed('monitoring-summary', (c) => ({ ...c, findingsPastDue: 1 })), 'fail'],
    'an alert waits': [
      changed('monitoring-summary', (c) => ({ ...c, alerts: [{ id: 'A-2', raisedAt: daysAgo(9) }] })),
      'fail',
    ],
    'no rule was proven': [
      changed('monitoring-summary', (c) => ({
        ...c,
        rules: c.rules.map((rule) => ({ ...rule, provenBySeed: false })),
      })),
      'inconclusive',
    ],
    'a rule is off': [
      changed('monitoring-summary', (c) => ({
        ...c,
        rules: [...c.rules, { id: 'root-login', enabled: false, provenBySeed: false }],
      })),
      'fail',
    ],
    'the summary is of another version': [onDigest('monitoring-summary'), 'inconclusive'],
    'the data end long ago': [
      changed('monitoring-summary', (c) => ({ ...c, until: daysAgo(60) })),
      'inconclusive',
    ],
    'the summary is stale': [aged('monitoring-summary', 40), 'inconclusive'],
  },
});

dutyCase('5.1.3-4/b', {
  passes: () => [
    monitoring(),
    register([risk({ residual: 5, acceptedBy: PEOPLE.organisation })]),
    tolerance(),
    adequate('5.1.3-4/b'),
  ],
  loses: {
    'monitoring stopped': [without('monitoring-summary'), 'inconclusive'],
    'residual risk is acknowledged by nobody': [
      changed('risk-register', (c) => ({ ...c, risks: [risk({ residual: 5 })] })),
      'fail',
    ],
    'the review is overdue': [changed('risk-register', (c) => ({ ...c, reviewedAt: daysAgo(400) })), 'fail'],
    'the appetite differs': [changed('risk-tolerance', (c) => ({ ...c, tolerance: 1 })), 'fail'],
    'acknowledged before the review': [aged('adequacy-attestation', 20), 'inconclusive'],
    'acknowledged by the wrong role': [
      saidBy('adequacy-attestation', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
  },
});
