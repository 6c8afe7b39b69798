import { changed, daysAgo, dutyCase, plus, without } from '../../testing/world.ts';
import { bulletin } from './training.fixtures.ts';

dutyCase('5.1.1-2.1/a', {
  passes: () => [bulletin()],
  loses: {
    'nothing was sent': [without('bulletin'), 'inconclusive'],
    'one channel only': [changed('bulletin', (c) => ({ ...c, channels: c.channels.slice(0, 1) })), 'fail'],
    'two messages on one channel': [
      changed('bulletin', (c) => ({ ...c, channels: c.channels.map((x) => ({ ...x, kind: 'email' })) })),
      'fail',
    ],
    'the second channel came too late': [
      changed('bulletin', (c) => ({
        ...c,
        channels: c.channels.map((x, i) => (i === 1 ? { ...x, sentAt: daysAgo(2) } : x)),
      })),
      'fail',
    ],
    'few were reached': [changed('bulletin', (c) => ({ ...c, reach: 0.4 })), 'fail'],
    'reach was measured long after': [
      changed('bulletin', (c) => ({ ...c, reachMeasuredAt: daysAgo(1) })),
      'inconclusive',
    ],
    'a later bulletin reached nobody': [
      plus(bulletin({ id: 'B-2', sentAt: daysAgo(20), reach: 0.1, reachMeasuredAt: daysAgo(5) })),
      'fail',
    ],
    'the only bulletin is still on its way': [
      changed('bulletin', (c) => ({ ...c, sentAt: daysAgo(2), reach: 0.5 })),
      'inconclusive',
    ],
  },
});
