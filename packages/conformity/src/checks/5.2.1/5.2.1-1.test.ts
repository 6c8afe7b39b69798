import {
  aged,
  changed,
  dutyCase,
  observe,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { adequate, confirmedInventory } from './testing-evidence.ts';

const extra = {
  id: 'dataset:shadow',
  kind: 'dataset' as const,
  name: 'shadow',
  locations: [{ path: 'tmp/shadow.csv' }],
};

const scan = (more: Parameters<typeof scanContent>[0] = {}, age = 2) =>
  observe('scan-result', scanContent(more), { age });

const unread = {
  scanner: 'notebooks',
  code: 'UNREADABLE',
  message: 'no access',
  location: { path: 'a.ipynb' },
};

dutyCase('5.2.1-1/a', {
  passes: () => [scan({ unknowns: [unread] }), confirmedInventory(), adequate('5.2.1-1/a')],
  loses: {
    'the scan finds what nobody registered': [
      plus(scan({ assets: [...scanContent().assets, extra] }, 1)),
      'fail',
    ],
    'an entry has no location': [
      changed('inventory-registration', (c) => ({
        ...c,
        assets: c.assets.map((asset) => ({ ...asset, location: '' })),
      })),
      'fail',
    ],
    'another version is registered': [
      changed('inventory-registration', (c) => ({
        ...c,
        assets: c.assets.map((asset) => ({ ...asset, version: '0' })),
      })),
      'fail',
    ],
    'the confirmed inventory is empty': [
      changed('inventory-registration', (c) => ({ ...c, assets: [] })),
      'inconclusive',
    ],
    'the scan finds nothing': [plus(scan({ assets: [], edges: [] }, 1)), 'inconclusive'],
    'the scan is old': [aged('scan-result', 40), 'inconclusive'],
    'confirmed by the wrong role': [
      saidBy('inventory-registration', 'organisation', PEOPLE.organisation),
      'inconclusive',
    ],
    'nobody looked at what could not be read': [without('adequacy-attestation'), 'inconclusive'],
    'the look at it is older than the scan': [aged('adequacy-attestation', 10), 'inconclusive'],
    'an asset declared is not registered': [
      plus(
        observe('system-declaration', {
          id: 'support-bot',
          name: 'Support bot',
          purpose: 'Answers questions of customers about orders',
          phase: 'deployment',
          use: {
            inputs: ['text'],
            outputs: ['text'],
            tools: [],
            users: [],
            exposure: 'public',
            prohibited: [],
          },
          roles: {
            developer: [PEOPLE.developer],
            system_operator: [],
            data_custodian: [],
            organisation: [],
            auditor: [],
          },
          features: {},
          thresholds: {},
          assets: [{ id: 'service:crm', owner: PEOPLE.developer }],
        }),
      ),
      'fail',
    ],
  },
});

dutyCase('5.2.1-1/b', {
  passes: () => [scan(), confirmedInventory()],
  loses: {
    'a connection is not recorded': [
      changed('inventory-registration', (c) => ({
        ...c,
        assets: c.assets.map((asset) =>
          asset.id === 'prompt:system' ? { ...asset, dependsOn: ['dataset:tickets'] } : asset,
        ),
      })),
      'fail',
    ],
    'a dependency leads nowhere': [
      changed('inventory-registration', (c) => ({
        ...c,
        assets: c.assets.map((asset) => ({ ...asset, dependsOn: [...asset.dependsOn, 'service:gone'] })),
      })),
      'fail',
    ],
    'an asset stands alone': [
      changed('inventory-registration', (c) => ({
        assets: [
          ...c.assets,
          {
            id: extra.id,
            owner: PEOPLE.developer,
            class: 'internal',
            version: '1',
            location: 'tmp',
            dependsOn: [],
          },
        ],
      })),
      'inconclusive',
    ],
    'the confirmed inventory is gone': [without('inventory-registration'), 'inconclusive'],
    'the confirmation is old': [aged('inventory-registration', 400), 'inconclusive'],
    'a newer scan finds a connection': [
      plus(
        scan(
          {
            edges: [
              ...scanContent().edges,
              { from: 'tool:order_lookup', to: 'endpoint:api.example.org', kind: 'calls' },
            ],
          },
          1,
        ),
      ),
      'fail',
    ],
  },
});
