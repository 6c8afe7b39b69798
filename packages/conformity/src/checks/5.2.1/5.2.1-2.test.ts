import { type Content, hexOf } from '@custos/core';
import {
  aged,
  changed,
  dutyCase,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  PROMPT_DIGEST,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { confirmedInventory, guard, history, KEPT } from './testing-evidence.ts';

const nothingKept = plus(observe('scan-result', scanContent({ assets: [], edges: [] }), { age: 0 }));

dutyCase('5.2.1-2/a', {
  passes: () => [
    confirmedInventory(),
    ...KEPT.map(([kind, asset, digest], i) => history(`H-${i}`, asset, kind, digest)),
    observe('runtime-state', {
      asset: 'prompt:system',
      kind: 'prompt',
      running: PROMPT_DIGEST,
      environment: 'production',
    }),
  ],
  loses: {
    'no history': [without('lifecycle-event'), 'inconclusive'],
    'the version in use has no history': [
      changed('lifecycle-event', (c) => ({
        ...c,
        outputs: [{ name: c.asset, digest: { sha256: hexOf(OTHER) } }],
      })),
      'fail',
    ],
    'something else runs': [changed('runtime-state', (c) => ({ ...c, running: OTHER })), 'fail'],
    'an asset is not registered': [
      changed('inventory-registration', (c) => ({ assets: c.assets.slice(1) })),
      'fail',
    ],
    'confirmed by the wrong role': [
      saidBy('inventory-registration', 'organisation', PEOPLE.organisation),
      'inconclusive',
    ],
    'nothing is in the inventory': [nothingKept, 'inconclusive'],
  },
});

const signature = (
  [kind, asset, digest]: (typeof KEPT)[number],
  more: Partial<Content<'signature-verification'>> = {},
  age = 3,
) =>
  observe(
    'signature-verification',
    {
      asset,
      method: 'openssf-model-signing',
      signer: 'release@example.org',
      valid: true,
      at: kind === 'model' ? 'load' : 'release',
      ...more,
    },
    { subject: digest, age },
  );

dutyCase('5.2.1-2/b', {
  passes: () => KEPT.map((item) => signature(item)),
  loses: {
    'nothing was verified': [without('signature-verification'), 'inconclusive'],
    'the newest verification fails': [
      plus(...KEPT.map((item) => signature(item, { valid: false }, 1))),
      'fail',
    ],
    'the model was not verified at load': [
      changed('signature-verification', (c) => ({ ...c, at: 'release' })),
      'inconclusive',
    ],
    'verified on other digests': [onDigest('signature-verification'), 'inconclusive'],
    'verified long ago': [aged('signature-verification', 200), 'inconclusive'],
    'nothing is in the inventory': [nothingKept, 'inconclusive'],
  },
});

const guards = () => KEPT.map(([, asset]) => guard(asset));

dutyCase('5.2.1-2/c', {
  passes: guards,
  loses: {
    'nobody read the settings': [without('asset-control'), 'inconclusive'],
    'a store has no versions': [changed('asset-control', (c) => ({ ...c, versioned: false })), 'fail'],
    'the references can move': [
      changed('asset-control', (c) => ({ ...c, immutableReference: false })),
      'fail',
    ],
    'a second place without versions': [
      plus(guard('model:org/base-7b', { location: 'nfs://share', versioned: false })),
      'fail',
    ],
    'an asset without any version': [
      plus(
        observe(
          'scan-result',
          scanContent({
            assets: [
              ...scanContent().assets,
              { id: 'component:pypi/torch', kind: 'component', name: 'pypi/torch', locations: [] },
            ],
          }),
        ),
      ),
      'fail',
    ],
    'the settings were read long ago': [aged('asset-control', 100), 'inconclusive'],
    'nothing is in the inventory': [nothingKept, 'inconclusive'],
  },
});

dutyCase('5.2.1-2/d', {
  passes: guards,
  loses: {
    'a password is enough': [changed('asset-control', (c) => ({ ...c, authentication: 'password' })), 'fail'],
    'the store is public': [changed('asset-control', (c) => ({ ...c, publiclyReachable: true })), 'fail'],
    'no access control': [changed('asset-control', (c) => ({ ...c, accessControl: false })), 'fail'],
    'somebody else has access': [
      changed('asset-control', (c) => ({ ...c, principals: [...c.principals, 'everyone'] })),
      'fail',
    ],
    'newly opened': [plus(guard('prompt:system', { accessControl: false }, 0)), 'fail'],
    'typed in by a person': [
      () =>
        KEPT.map(([, asset]) =>
          observe(
            'asset-control',
            {
              asset,
              location: 's3://assets',
              versioned: true,
              immutableReference: true,
              authentication: 'mfa',
              accessControl: true,
              encryptedAtRest: true,
              publiclyReachable: false,
              principals: [],
              approvedPrincipals: [],
            },
            { producer: 'custos-attest' },
          ),
        ),
      'inconclusive',
    ],
    'read long ago': [aged('asset-control', 100), 'inconclusive'],
  },
});
