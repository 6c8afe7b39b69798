import { aNotice, aProbe, aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';

const MODEL = 'org/base-7b';
const OLD = { id: 'v1', model: MODEL, availableFrom: daysAgo(300), retiredAt: daysAgo(-70) };
const NEW = {
  id: 'v2',
  model: MODEL,
  availableFrom: daysAgo(30),
  previewFrom: daysAgo(50),
  migrationNotes: 'https://example.org/interfaces/v1-to-v2',
};
const versions = (age = 1) => observe('api-versions', { versions: [NEW, OLD] }, { age });
const told = () =>
  aNotice(
    'model_update',
    { audience: 'system_operator', about: ['v2'], publishedAt: daysAgo(49) },
    { role: 'developer' },
  );

dutyCase('5.4.1-3/a', {
  passes: () => [versions(), told(), aRelease({ id: 'REL-2', version: 'v2', releasedAt: daysAgo(30) })],
  loses: {
    'no list of versions': [without('api-versions'), 'inconclusive'],
    'the list is old': [aged('api-versions', 45), 'inconclusive'],
    'the old version is gone too early': [
      changed('api-versions', () => ({ versions: [NEW, { ...OLD, retiredAt: daysAgo(10) }] })),
      'fail',
    ],
    'no preview': [
      changed('api-versions', () => {
        const { previewFrom: _, ...rest } = NEW;
        return { versions: [rest, OLD] };
      }),
      'fail',
    ],
    'a short preview': [
      changed('api-versions', () => ({ versions: [{ ...NEW, previewFrom: daysAgo(33) }, OLD] })),
      'fail',
    ],
    'no notes': [
      changed('api-versions', () => ({ versions: [{ ...NEW, migrationNotes: 'see us' }, OLD] })),
      'fail',
    ],
    'the list is of another model': [
      changed('api-versions', (a) => ({ versions: a.versions.map((v) => ({ ...v, model: 'other' })) })),
      'inconclusive',
    ],
    'nobody was told': [without('notice'), 'inconclusive'],
    'told too late': [changed('notice', (n) => ({ ...n, publishedAt: daysAgo(31) })), 'fail'],
    'told by somebody else': [saidBy('notice', 'end_user', PEOPLE.auditor), 'inconclusive'],
    'most operators were left out': [
      plus(
        observe('downstream-register', {
          operators: Array.from({ length: 200 }, (_, n) => `operator-${n}`),
          custodians: [],
          users: 0,
        }),
      ),
      'fail',
    ],
    'a model change without a version': [
      changed('release', (r) => ({ ...r, version: '9.9' })),
      'inconclusive',
    ],
    'a third version is announced without a preview': [
      plus(
        observe(
          'api-versions',
          { versions: [NEW, OLD, { id: 'v3', model: MODEL, availableFrom: daysAgo(-3) }] },
          { age: 0.5 },
        ),
      ),
      'fail',
    ],
  },
});
dutyCase('5.4.1-3/a', {
  passes: () => [
    observe('api-versions', { versions: [{ id: 'v1', model: MODEL, availableFrom: daysAgo(90) }] }),
    aProbe('user_notice', 'system_operator'),
  ],
  loses: {
    'nothing is on offer': [changed('api-versions', () => ({ versions: [] })), 'inconclusive'],
    'the channel is broken': [changed('probe', (p) => ({ ...p, held: false })), 'fail'],
  },
});
