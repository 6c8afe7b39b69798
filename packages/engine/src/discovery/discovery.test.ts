import { UNDECLARED } from '@custos/conformity';
import {
  type Asset,
  type Content,
  type Evidence,
  MANUAL_PRODUCER,
  type PredicateName,
  predicateType,
  type SystemDeclaration,
} from '@custos/core';
import { describe, expect, test } from 'vitest';
import { compareWithApproved } from './compare.ts';
import { difference } from './difference.ts';
import { decisionOn, selectAssets } from './triage.ts';

const NOW = '2026-06-01T12:00:00Z';
const DEV = 'dev@example.org';
const system: SystemDeclaration = { ...UNDECLARED, roles: { ...UNDECLARED.roles, developer: [DEV] } };
const subject = [{ name: 'bot', digest: { sha256: 'f1'.repeat(32) } }];

function asset(id: string, more: Partial<Asset> = {}): Asset {
  return {
    id,
    kind: 'component',
    name: id.slice(id.indexOf(':') + 1),
    locations: [{ path: 'a.txt' }],
    ...more,
  };
}

let count = 0;
function evidence<N extends PredicateName>(name: N, content: Content<N>, at = NOW, actor = DEV): Evidence {
  count += 1;
  return {
    id: `sha256:${String(count).padStart(64, '0')}`,
    statement: {
      _type: 'https://in-toto.io/Statement/v1',
      subject,
      predicateType: predicateType(name),
      predicate: {
        producer: { name: MANUAL_PRODUCER, version: '1' },
        actor: { id: actor, role: 'developer' },
        observedAt: at,
        validFrom: at,
        content,
      },
    },
    authenticity: { verified: true, keyId: 'k' },
  };
}

const entry = (id: string, more = {}) => ({
  id,
  owner: DEV,
  class: 'internal',
  location: 'a.txt',
  dependsOn: [],
  ...more,
});
const reason = 'Looked at together with the platform team';

function states(assets: Asset[], known: Evidence[], edges: [string, string][] = []) {
  const compared = compareWithApproved(
    { assets, edges: edges.map(([from, to]) => ({ from, to, kind: 'depends_on' })) },
    known,
    system,
    NOW,
  );
  return {
    states: Object.fromEntries(compared.assets.map((item) => [item.asset.id, item.state])),
    vanished: compared.vanished.map((item) => item.id),
    dismissed: compared.dismissed.map((item) => item.id),
    confirmed: compared.confirmed,
  };
}

describe('compared with the approved inventory', () => {
  const register = evidence(
    'inventory-registration',
    { assets: [entry('model:a', { version: '1' }), entry('dataset:gone'), entry('component:own/.')] },
    '2026-05-01T12:00:00Z',
  );

  test('each asset has one state', () => {
    const found = [asset('model:a', { version: '1' }), asset('model:new'), asset('component:own/.')];
    expect(states(found, [register])).toEqual({
      states: { 'model:a': 'approved', 'model:new': 'shadow', 'component:own/.': 'approved' },
      vanished: ['dataset:gone'],
      dismissed: [],
      confirmed: true,
    });
  });

  test('another version, other content or a new connection is a change', () => {
    expect(states([asset('model:a', { version: '2' })], [register]).states).toEqual({ 'model:a': 'changed' });
    const digest = `sha256:${'ab'.repeat(32)}` as const;
    const approval = evidence('asset-decision', {
      decision: 'approved',
      asset: entry('model:a', { digest }),
      reason,
    });
    expect(states([asset('model:a', { digest })], [register, approval]).states).toEqual({
      'model:a': 'approved',
    });
    const other = `sha256:${'cd'.repeat(32)}` as const;
    expect(states([asset('model:a', { digest: other })], [register, approval]).states).toEqual({
      'model:a': 'changed',
    });
    expect(states([asset('component:own/.')], [register], [['component:own/.', 'model:new']]).states).toEqual(
      { 'component:own/.': 'changed' },
    );
  });

  test('decisions of those responsible count, the newest last', () => {
    const reject = evidence('asset-decision', { decision: 'rejected', asset: { id: 'model:new' }, reason });
    const dismiss = evidence('asset-decision', { decision: 'not_ai', asset: { id: 'model:new' }, reason });
    const stranger = evidence(
      'asset-decision',
      { decision: 'not_ai', asset: { id: 'model:new' }, reason },
      NOW,
      'stranger@example.org',
    );
    expect(states([asset('model:new')], [reject]).states).toEqual({ 'model:new': 'rejected' });
    expect(states([asset('model:new')], [dismiss]).dismissed).toEqual(['model:new']);
    expect(states([asset('model:new')], [stranger]).states).toEqual({ 'model:new': 'shadow' });
  });

  test('nothing is confirmed before anybody decided', () => {
    expect(states([asset('model:new')], []).confirmed).toBe(false);
  });
});

describe('triage', () => {
  test('names assets with *, and helps with slips', () => {
    const found = [asset('component:pypi/torch'), asset('component:pypi/numpy'), asset('model:a.b')];
    expect(selectAssets(['component:pypi/*', 'component:pypi/torch'], found)).toHaveLength(2);
    expect(() => selectAssets(['model:aXb'], found)).toThrow('Did you mean model:a.b?');
  });

  test('binds an approval to what was found', () => {
    const digest = `sha256:${'ab'.repeat(32)}` as const;
    const statement = decisionOn(
      asset('model:a', { version: '3', digest, owner: 'owner@example.org' }),
      [{ from: 'model:a', to: 'dataset:b', kind: 'trained_on' }],
      { decision: 'approved', reason },
      { subject, actor: { id: DEV, role: 'developer' }, now: NOW },
    );
    expect(statement.predicate.content).toMatchObject({
      asset: { version: '3', digest, owner: 'owner@example.org', dependsOn: ['dataset:b'] },
    });
  });
});

describe('the difference of two scans', () => {
  const finding = {
    rule: 'secrets/key',
    severity: 'high' as const,
    confidence: 1,
    message: 'A key.',
    location: { path: 'a.env', line: 3 },
  };

  test('names assets and fields, not moved lines', () => {
    const before = { assets: [asset('model:a', { version: '1' }), asset('model:b')], findings: [finding] };
    const after = {
      assets: [
        asset('model:a', { version: '2', properties: { floating: true } }),
        asset('model:c', { locations: [] }),
      ],
      findings: [{ ...finding, location: { path: 'a.env', line: 9 } }, finding],
    };
    const found = difference(before, after);
    expect(found.added.map((one) => one.id)).toEqual(['model:c']);
    expect(found.removed.map((one) => one.id)).toEqual(['model:b']);
    expect(found.changed.map((one) => one.fields)).toEqual([['version', 'properties.floating']]);
    expect(found.newFindings).toHaveLength(1);
    expect(found.goneFindings).toHaveLength(0);
  });
});
