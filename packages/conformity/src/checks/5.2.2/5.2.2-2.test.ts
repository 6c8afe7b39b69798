import type { Content } from '@custos/core';
import {
  aged,
  changed,
  dutyCase,
  observe,
  onDigest,
  plus,
  scanContent,
  without,
} from '../../testing/world.ts';

const API = 'endpoint:chat-api';

const scan = () =>
  observe(
    'scan-result',
    scanContent({
      assets: [
        ...scanContent().assets,
        {
          id: API,
          kind: 'endpoint',
          name: 'chat-api',
          origin: 'own',
          properties: { servesApi: true },
          locations: [],
        },
      ],
    }),
  );

const probe = (kind: Content<'probe'>['probe'], more: Partial<Content<'probe'>> = {}, age = 5) =>
  observe('probe', { probe: kind, target: API, held: true, detail: 'sent from outside', ...more }, { age });

const burst = (more: Partial<Content<'probe'>> = {}) => probe('burst', { measured: 58, limit: 60, ...more });
const others = () => [probe('unauthenticated_call'), probe('extraction_pattern'), probe('raw_scores')];
const withBurst = (more: Partial<Content<'probe'>>) => () => [scan(), ...others(), burst(more)];

dutyCase('5.2.2-2/a', {
  passes: () => [scan(), ...others(), burst()],
  loses: {
    'never probed': [without('probe'), 'inconclusive'],
    'probed on another version': [onDigest('probe'), 'inconclusive'],
    'probed long ago': [aged('probe', 100), 'inconclusive'],
    'only one probe': [() => [scan(), burst()], 'inconclusive'],
    'a newer call without authentication is served': [
      plus(probe('unauthenticated_call', { held: false }, 1)),
      'fail',
    ],
    'throttled later than declared': [withBurst({ measured: 500 }), 'fail'],
    'no limit is declared': [() => [scan(), ...others(), probe('burst')], 'inconclusive'],
    'extraction is not noticed': [plus(probe('extraction_pattern', { held: false }, 1)), 'fail'],
    'raw scores are shown without a reason': [plus(probe('raw_scores', { held: false }, 1)), 'fail'],
    'the probes were of another API': [
      changed('probe', (c) => ({ ...c, target: 'endpoint:x' })),
      'inconclusive',
    ],
    'no API is known': [without('scan-result'), 'inconclusive'],
  },
});

dutyCase('5.2.2-2/a', {
  passes: () => [
    scan(),
    probe('unauthenticated_call'),
    probe('extraction_pattern'),
    probe('raw_scores', { held: false }),
    burst(),
    observe(
      'justification',
      { component: API, rationale: 'Customers calibrate with scores', controls: ['score-rounding'] },
      { role: 'developer' },
    ),
  ],
  loses: {
    'the reason for raw scores is withdrawn': [without('justification'), 'fail'],
    'no control goes with the reason': [changed('justification', (c) => ({ ...c, controls: [] })), 'fail'],
  },
});
