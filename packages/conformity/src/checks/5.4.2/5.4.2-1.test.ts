import type { Content } from '@custos/core';
import { aged, changed, dutyCase, observe, onDigest, plus, saidBy, without } from '../../testing/world.ts';

type Summary = Content<'log-summary'>;

const FIELDS: Summary['sources'][number]['fields'] = [
  'actor',
  'time',
  'model',
  'version',
  'input_reference',
  'output_reference',
  'tool_call',
  'policy_decision',
  'outcome',
];

const logs = () =>
  observe('log-summary', {
    sources: ['model:org/base-7b', 'endpoint:api.example.org', 'tool:order_lookup'].map((asset) => ({
      asset,
      fields: FIELDS,
      systemActions: true,
      userActions: true,
    })),
    retentionDays: 365,
    chainVerified: true,
    clockSkewSeconds: 0.2,
    purposes: ['compliance', 'investigation', 'remediation'],
  });

const visible = (measured = 3) =>
  observe('probe', {
    probe: 'log_visibility',
    target: 'siem',
    held: true,
    detail: 'request r-17 was found',
    measured,
  });

const without1 = (change: (source: Summary['sources'][number]) => Summary['sources'][number]) =>
  changed('log-summary', (c) => ({
    ...c,
    sources: c.sources.map((source, i) => (i === 0 ? change(source) : source)),
  }));

dutyCase('5.4.2-1/a', {
  passes: () => [logs(), visible()],
  loses: {
    'a model logs no system actions': [without1((source) => ({ ...source, systemActions: false })), 'fail'],
    'the model version is not logged': [
      without1((source) => ({ ...source, fields: ['time', 'outcome'] })),
      'fail',
    ],
    'a tool is not logged': [
      changed('log-summary', (c) => ({
        ...c,
        sources: c.sources.filter((s) => !s.asset.startsWith('tool')),
      })),
      'fail',
    ],
    'logging was described, but nobody looked whether an action appears': [without('probe'), 'inconclusive'],
    'the summary is about another version': [onDigest('log-summary'), 'inconclusive'],
    'a newer probe finds nothing': [
      plus(
        observe(
          'probe',
          { probe: 'log_visibility', target: 'siem', held: false, detail: 'not found' },
          { age: 0.5 },
        ),
      ),
      'fail',
    ],
  },
});

dutyCase('5.4.2-1/b', {
  passes: () => [logs(), visible()],
  loses: {
    'user actions are not logged': [without1((source) => ({ ...source, userActions: false })), 'fail'],
    'the actor is not logged': [
      without1((source) => ({ ...source, fields: source.fields.filter((f) => f !== 'actor') })),
      'fail',
    ],
    'the summary is old': [aged('log-summary', 60), 'inconclusive'],
    'the action appears hours later': [changed('probe', (c) => ({ ...c, measured: 240 })), 'fail'],
  },
});

dutyCase('5.4.2-1/c', {
  passes: () => [
    logs(),
    visible(),
    observe(
      'adequacy-attestation',
      { duty: '5.4.2-1/c', statement: 'Our analysts used it in two investigations' },
      { role: 'system_operator' },
    ),
  ],
  loses: {
    'the chain does not verify': [changed('log-summary', (c) => ({ ...c, chainVerified: false })), 'fail'],
    'logs are kept a week': [changed('log-summary', (c) => ({ ...c, retentionDays: 7 })), 'fail'],
    'clocks differ': [changed('log-summary', (c) => ({ ...c, clockSkewSeconds: -40 })), 'fail'],
    'investigations are not served': [
      changed('log-summary', (c) => ({ ...c, purposes: ['compliance'] })),
      'fail',
    ],
    'stated by the Developer': [
      saidBy('adequacy-attestation', 'developer', 'dev@example.org'),
      'inconclusive',
    ],
  },
});
