import type { Content, Evidence } from '@custos/core';
import { describe, expect, test } from 'vitest';
import {
  aged,
  assessDuty,
  changed,
  daysAgo,
  dutyCase,
  OTHER,
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

/** A decision of a developer on one asset; by default younger than the confirmed inventory. */
const decided = (
  content: Content<'asset-decision'>,
  age = 3,
  role: 'developer' | 'organisation' = 'developer',
) => observe('asset-decision', content, { role, age });
const rejected = decided({
  decision: 'rejected',
  asset: { id: 'dataset:tickets' },
  reason: 'Holds names of customers, and nobody agreed',
});
const notAi = {
  decision: 'not_ai' as const,
  asset: { id: extra.id },
  reason: 'A table of currencies that no model ever reads',
};
const used = (asset: string, lastDay = 1, notUnderstood = 0) =>
  observe('ai-usage', {
    log: 'squid',
    from: daysAgo(5),
    until: daysAgo(1),
    services: [{ asset, requests: 12, users: 2, firstSeen: daysAgo(5), lastSeen: daysAgo(lastDay) }],
    lines: 1_000,
    notUnderstood,
  });

dutyCase('5.2.1-1/a', {
  passes: () => [scan({ unknowns: [unread] }), confirmedInventory(), adequate('5.2.1-1/a')],
  loses: {
    'an asset was rejected and is still there': [plus(rejected), 'fail'],
    'a log shows a service that nobody registered': [plus(used('endpoint:api.unknown.example')), 'fail'],
    'another content is registered': [
      changed('inventory-registration', (c) => ({
        ...c,
        assets: c.assets.map((asset) =>
          asset.id === 'dataset:tickets' ? { ...asset, digest: OTHER } : asset,
        ),
      })),
      'fail',
    ],
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

describe('decisions on single assets', () => {
  const verdict = (...more: Evidence[]) =>
    assessDuty('5.2.1-1/a', [
      scan({ assets: [...scanContent().assets, extra] }),
      confirmedInventory(),
      ...more,
    ]);
  const entry = {
    id: extra.id,
    owner: PEOPLE.developer,
    class: 'internal',
    version: '1',
    location: 'tmp',
    dependsOn: [],
  };
  const reason = 'Looked at together with the data team';

  test('approve, or take out, what the inventory lacks', () => {
    expect(verdict().verdict).toBe('fail');
    expect(verdict(decided({ decision: 'approved', asset: entry, reason })).verdict).toBe('pass');
    expect(verdict(decided(notAi)).verdict).toBe('pass');
  });

  test('count only by those responsible, and only when younger than the whole', () => {
    expect(verdict(decided(notAi, 3, 'organisation')).verdict).toBe('fail');
    expect(verdict(decided({ decision: 'approved', asset: entry, reason }, 30)).verdict).toBe('fail');
  });

  test('are an inventory by themselves, until they are old', () => {
    const { assets } = scanContent();
    const each = (age: number) =>
      assets.map((asset) =>
        decided(
          {
            decision: 'approved',
            asset: { ...entry, id: asset.id, version: asset.version ?? '1' },
            reason,
          },
          age,
        ),
      );
    expect(assessDuty('5.2.1-1/a', [scan(), ...each(3)]).verdict).toBe('pass');
    expect(assessDuty('5.2.1-1/a', [scan(), ...each(500)]).text).toContain('STALE');
  });

  test('a rejected service may have been called before the rejection, not after', () => {
    const reject = decided({ decision: 'rejected', asset: { id: 'endpoint:api.unknown.example' }, reason });
    const known = [scan(), confirmedInventory(), reject];
    expect(assessDuty('5.2.1-1/a', [...known, used('endpoint:api.unknown.example', 4)]).verdict).toBe('pass');
    expect(assessDuty('5.2.1-1/a', [...known, used('endpoint:api.unknown.example', 2)]).text).toContain(
      'REJECTED_IN_USE',
    );
  });
});

describe('logs', () => {
  const known = 'endpoint:api.example.org';
  const entry = {
    id: known,
    owner: PEOPLE.developer,
    class: 'internal',
    version: '1',
    location: 'log',
    dependsOn: [],
  };
  const base = [
    scan(),
    confirmedInventory(),
    decided({ decision: 'approved', asset: entry, reason: 'Looked at together with the data team' }),
  ];

  test('count each, also two of one form', () => {
    expect(assessDuty('5.2.1-1/a', [...base, used(known)]).verdict).toBe('pass');
    const two = [...base, used('endpoint:api.unknown.example', 2), used(known)];
    expect(assessDuty('5.2.1-1/a', two).text).toContain('USED_NOT_REGISTERED');
  });

  test('that were not understood need somebody to look', () => {
    const unread = [...base, used(known, 1, 7)];
    expect(assessDuty('5.2.1-1/a', unread).verdict).toBe('inconclusive');
    expect(assessDuty('5.2.1-1/a', [...unread, adequate('5.2.1-1/a')]).verdict).toBe('pass');
    const older = adequate('5.2.1-1/a', 'developer', 1.5);
    expect(assessDuty('5.2.1-1/a', [...unread, older]).verdict).toBe('inconclusive');
  });
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

test('a commit as version of one’s own source is no change of what was approved', () => {
  const moved = (version: string) =>
    scan({ assets: scanContent().assets.map((asset) => ({ ...asset, version })) });
  const verdicts = ['git-0123456789ab', '9.9.9'].map(
    (version) => assessDuty('5.2.1-1/a', [moved(version), confirmedInventory()]).verdict,
  );
  expect(verdicts[1]).toBe('fail');
  expect(verdicts[0]).not.toBe('fail');
});
