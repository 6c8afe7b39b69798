import type { Content } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { adequate, control, register, risk } from '../5.1.3/testing-evidence.ts';

const permissions = (target: string, more: Partial<Content<'permission-set'>> = {}, age = 5) =>
  observe(
    'permission-set',
    {
      identity: 'bot-workload',
      target,
      granted: ['orders:read'],
      needed: ['orders:read', 'orders:list'],
      unusedDays: { 'orders:read': 2 },
      risk: 'R-1',
      ...more,
    },
    { age },
  );

const both = () => [permissions('tool:order_lookup'), permissions('endpoint:api.example.org')];

const refused = (held = true, age = 6) =>
  observe(
    'probe',
    { probe: 'out_of_scope_call', target: 'bot-workload', held, detail: 'orders:delete answered 403' },
    { age },
  );

const set = (more: Partial<Content<'permission-set'>>) =>
  changed('permission-set', (c) => ({ ...c, ...more }));

dutyCase('5.1.2-6/a', {
  passes: () => [...both(), refused(), adequate('5.1.2-6/a')],
  loses: {
    'permissions were not measured': [without('permission-set'), 'inconclusive'],
    'one target was not measured': [
      (evidence) => [...without('permission-set')(evidence), permissions('tool:order_lookup')],
      'inconclusive',
    ],
    'the measurement is old': [aged('permission-set', 100), 'inconclusive'],
    'more is granted than needed': [
      plus(
        permissions(
          'tool:order_lookup',
          { granted: ['orders:read', 'orders:delete'], unusedDays: { 'orders:read': 1, 'orders:delete': 1 } },
          1,
        ),
      ),
      'fail',
    ],
    'a wildcard that is called needed': [
      set({ granted: ['orders:*'], needed: ['orders:*'], unusedDays: { 'orders:*': 1 } }),
      'fail',
    ],
    administrator: [set({ granted: ['Admin'], needed: ['Admin'], unusedDays: { Admin: 1 } }), 'fail'],
    'a grant is not used': [set({ unusedDays: { 'orders:read': 120 } }), 'fail'],
    'use is unknown': [set({ unusedDays: {} }), 'inconclusive'],
    'a call out of scope got through': [plus(refused(false, 1)), 'fail'],
    'no call was tried': [without('probe'), 'inconclusive'],
    'tried on another version': [onDigest('probe'), 'inconclusive'],
    'tried as another identity': [changed('probe', (c) => ({ ...c, target: 'tester' })), 'inconclusive'],
    'the inventory is empty': [
      plus(observe('scan-result', scanContent({ assets: [], edges: [] }), { age: 1 })),
      'inconclusive',
    ],
    'no justification': [without('adequacy-attestation'), 'inconclusive'],
  },
});

const linked = () =>
  register([risk({ assets: ['tool:order_lookup', 'endpoint:api.example.org'], controls: ['scoped-token'] })]);

const permissionChange = (age: number) =>
  observe('lifecycle-event', {
    event: 'permission_change',
    id: `PC-${age}`,
    at: daysAgo(age),
    by: PEOPLE.system_operator,
    asset: 'tool:order_lookup',
    kind: 'tool',
    inputs: [],
    outputs: [],
  });

const reviewedBefore = changed('risk-register', (c) => ({ ...c, reviewedAt: daysAgo(100) }));

dutyCase('5.1.2-6/b', {
  passes: () => [...both(), linked(), control('scoped-token'), permissionChange(3)],
  loses: {
    'no risk is linked': [changed('permission-set', ({ risk: _, ...c }) => c), 'fail'],
    'the linked risk does not exist': [set({ risk: 'R-99' }), 'fail'],
    'the risk is about something else': [
      changed('risk-register', (c) => ({
        ...c,
        risks: c.risks.map((item) => ({ ...item, assets: ['model:org/base-7b'] })),
      })),
      'fail',
    ],
    'the risk is not treated': [
      changed('risk-register', (c) => ({
        ...c,
        risks: c.risks.map((item) => ({ ...item, treatment: 'unresolved' as const })),
      })),
      'fail',
    ],
    'accepted by nobody entitled': [
      changed('risk-register', (c) => ({
        ...c,
        risks: c.risks.map((item) => ({
          ...item,
          treatment: 'accept' as const,
          acceptedBy: 'user@example.org',
        })),
      })),
      'fail',
    ],
    'its control is off': [changed('control-status', (c) => ({ ...c, active: false })), 'fail'],
    'its control was not measured': [without('control-status'), 'inconclusive'],
    'permissions changed and nobody looked': [
      (evidence) => [...reviewedBefore(evidence), permissionChange(40)],
      'fail',
    ],
    'the register comes from the wrong role': [
      saidBy('risk-register', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'no register': [without('risk-register'), 'inconclusive'],
    'permissions were not measured': [without('permission-set'), 'inconclusive'],
  },
});
