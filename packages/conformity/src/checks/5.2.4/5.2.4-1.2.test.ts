import { hexOf } from '@custos/core';
import { aRelease } from '../../testing/release-evidence.ts';
import { aged, changed, dutyCase, MODEL_DIGEST, observe, plus, without } from '../../testing/world.ts';

const hashes = () =>
  observe('published-hashes', {
    url: 'https://example.org/SHA256SUMS',
    algorithm: 'sha256',
    files: [{ name: 'model.safetensors', published: hexOf(MODEL_DIGEST), recomputed: hexOf(MODEL_DIGEST) }],
    signed: true,
    signatureVerified: true,
    independentChannel: true,
  });
const other = [{ name: 'model.safetensors', published: '00', recomputed: '11' }];

dutyCase('5.2.4-1.2/a', {
  passes: () => [hashes(), aRelease()],
  loses: {
    'nothing published': [without('published-hashes'), 'inconclusive'],
    'hash of another file': [changed('published-hashes', (h) => ({ ...h, files: other })), 'fail'],
    'nothing released': [without('release'), 'inconclusive'],
    'not checked for long': [aged('published-hashes', 500), 'inconclusive'],
    'a new release without hashes': [
      plus(aRelease({ id: 'REL-2', artefacts: [{ name: 'b', digest: { sha256: 'ab' } }] }, { age: 1 })),
      'fail',
    ],
  },
});

dutyCase('5.2.4-1.2/b', {
  passes: () => [hashes()],
  loses: {
    'a file differs': [changed('published-hashes', (h) => ({ ...h, files: other })), 'fail'],
    'nobody hashed again': [
      changed('published-hashes', (h) => ({ ...h, files: [{ name: 'm', published: '00' }] })),
      'inconclusive',
    ],
    'no files listed': [changed('published-hashes', (h) => ({ ...h, files: [] })), 'inconclusive'],
    'signature does not verify': [
      changed('published-hashes', (h) => ({ ...h, signatureVerified: false })),
      'fail',
    ],
  },
});
