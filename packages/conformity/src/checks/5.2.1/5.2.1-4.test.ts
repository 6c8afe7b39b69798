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
import { classified, guard } from './testing-evidence.ts';

const canary = (held = true, age = 5) =>
  observe(
    'probe',
    { probe: 'dlp_canary', target: 'mail', held, detail: 'marked record sent by mail' },
    { age },
  );

dutyCase('5.2.1-4/a', {
  passes: () => [
    classified(),
    guard('dataset:tickets'),
    canary(),
    observe('monitoring-summary', {
      scope: 'anomalies',
      from: daysAgo(30),
      until: daysAgo(1),
      assetsMonitored: ['dataset:tickets'],
      rules: [{ id: 'bulk-read', enabled: true, provenBySeed: true }],
      longestGapDays: 0,
      findingsPastDue: 0,
      alerts: [{ id: 'A-1', raisedAt: daysAgo(1) }],
      detects: ['breach'],
      states: [],
    }),
    observe(
      'policy',
      {
        kind: 'acceptable_use',
        version: '2',
        inForceFrom: daysAgo(100),
        appliesTo: 'End-users',
        sections: ['protection of data'],
        approvedBy: PEOPLE.organisation,
      },
      { role: 'organisation' },
    ),
  ],
  loses: {
    'data is not classified': [without('data-classification'), 'inconclusive'],
    'classified by the wrong role': [
      saidBy('data-classification', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'the store became public': [plus(guard('dataset:tickets', { publiclyReachable: true }, 0)), 'fail'],
    'the store is not encrypted': [
      changed('asset-control', (c) => ({ ...c, encryptedAtRest: false })),
      'fail',
    ],
    'somebody else has access': [
      changed('asset-control', (c) => ({ ...c, principals: ['everyone'] })),
      'fail',
    ],
    'nobody read the settings': [without('asset-control'), 'inconclusive'],
    'a canary got out': [plus(canary(false, 1)), 'fail'],
    'the canary was sent from another version': [onDigest('probe'), 'inconclusive'],
    'the probe is old': [aged('probe', 100), 'inconclusive'],
    'an alert waits': [
      changed('monitoring-summary', (c) => ({ ...c, alerts: [{ id: 'A-2', raisedAt: daysAgo(8) }] })),
      'fail',
    ],
    'access is not watched': [changed('monitoring-summary', (c) => ({ ...c, assetsMonitored: [] })), 'fail'],
    'users are not bound': [without('policy'), 'inconclusive'],
    'a credential stands in the source': [
      plus(
        observe(
          'scan-result',
          scanContent({
            findings: [
              {
                rule: 'secrets/aws-key',
                severity: 'high',
                confidence: 0.9,
                message: 'a key-shaped string',
                location: { path: 'app.py', line: 12 },
              },
            ],
          }),
        ),
      ),
      'fail',
    ],
    'there is no dataset in the inventory': [
      plus(observe('scan-result', scanContent({ assets: scanContent().assets.slice(0, 1), edges: [] }))),
      'inconclusive',
    ],
  },
});
