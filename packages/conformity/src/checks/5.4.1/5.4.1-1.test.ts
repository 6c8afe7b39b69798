import { aNotice, aProbe, aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  backdated,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  saidBy,
  without,
} from '../../testing/world.ts';

const inspection = () => observe('inspection', { asset: 'dependencies', verdict: 'clean', findings: [] });
const weakness = () =>
  observe('vulnerability', {
    id: 'CVE-1',
    severity: 'high',
    knownAt: daysAgo(60),
    fixPossible: true,
    fixedAt: daysAgo(45),
    deliveredAt: daysAgo(35),
  });

dutyCase('5.4.1-1/a', {
  passes: () => [inspection(), weakness()],
  loses: {
    'the vulnerability was written today and dated back': [backdated('vulnerability'), 'inconclusive'],
    'nobody looks': [without('inspection'), 'inconclusive'],
    'another version was inspected': [onDigest('inspection'), 'inconclusive'],
    'not fixed in time': [changed('vulnerability', ({ fixedAt: _, ...rest }) => rest), 'fail'],
    'called impossible without a reason': [
      changed('vulnerability', (v) => ({ ...v, fixPossible: false })),
      'fail',
    ],
    'an untracked finding': [
      changed('inspection', (i) => ({
        ...i,
        findings: [{ id: 'CVE-9', severity: 'low', openedAt: daysAgo(90) }],
      })),
      'fail',
    ],
  },
});
dutyCase('5.4.1-1/b', {
  passes: () => [
    inspection(),
    weakness(),
    aNotice(
      'security_update',
      { audience: 'system_operator', about: ['CVE-1'], publishedAt: daysAgo(44) },
      { role: 'developer' },
    ),
  ],
  loses: {
    'the notice was written today and dated back': [backdated('notice'), 'inconclusive'],
    'not told': [without('notice'), 'inconclusive'],
    'told late': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(5) })), 'fail'],
    'not received': [changed('notice', (n) => ({ ...n, delivered: 3 })), 'fail'],
    'told by somebody else': [saidBy('notice', 'system_operator', PEOPLE.system_operator), 'inconclusive'],
  },
});
dutyCase('5.4.1-1/b', {
  passes: () => [inspection(), aProbe('user_notice', 'system_operator')],
  loses: { 'the channel is broken': [changed('probe', (p) => ({ ...p, held: false })), 'fail'] },
});
dutyCase('5.4.1-1/c', {
  passes: () => [
    inspection(),
    weakness(),
    aRelease({ releasedAt: daysAgo(40) }),
    observe('deployment-status', {
      environment: 'production',
      release: 'REL-1',
      deployedAt: daysAgo(38),
      share: 0.97,
    }),
  ],
  loses: {
    'the vulnerability was written today and dated back': [backdated('vulnerability'), 'inconclusive'],
    'never delivered': [changed('vulnerability', ({ deliveredAt: _, ...rest }) => rest), 'fail'],
    'half still run the old one': [changed('deployment-status', (d) => ({ ...d, share: 0.5 })), 'fail'],
    'telemetry is old': [aged('deployment-status', 60), 'inconclusive'],
    'no telemetry': [without('deployment-status'), 'inconclusive'],
  },
});
