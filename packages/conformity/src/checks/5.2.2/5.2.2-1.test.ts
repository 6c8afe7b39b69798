import type { Content } from '@custos/core';
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
import { ACCESS_AREAS } from './5.2.2-1.ts';

const review = () =>
  observe(
    'access-review',
    {
      framework: 'Role-based access, default deny',
      areas: [...ACCESS_AREAS],
      measures: ACCESS_AREAS.map((area) => ({ area, measure: `guard-${area}` })),
      openItems: 0,
      reviewedAt: daysAgo(20),
    },
    { role: 'system_operator', age: 20 },
  );

const guard = (asset: string, more: Partial<Content<'asset-control'>> = {}, age = 2) =>
  observe(
    'asset-control',
    {
      asset,
      location: 'registry.example.org',
      versioned: true,
      immutableReference: true,
      authentication: 'workload_identity',
      accessControl: true,
      encryptedAtRest: true,
      publiclyReachable: false,
      principals: [],
      approvedPrincipals: [],
      ...more,
    },
    { age },
  );

const guards = () => ['model:org/base-7b', 'dataset:tickets', 'prompt:system'].map((asset) => guard(asset));

dutyCase('5.2.2-1/a', {
  passes: () => [review(), ...guards()],
  loses: {
    'never evaluated': [without('access-review'), 'inconclusive'],
    'evaluated long ago': [changed('access-review', (c) => ({ ...c, reviewedAt: daysAgo(200) })), 'fail'],
    'recorded long ago': [aged('access-review', 100), 'inconclusive'],
    'pipelines are left out': [
      changed('access-review', (c) => ({ ...c, areas: ['apis', 'models', 'data'] })),
      'fail',
    ],
    'items are open': [changed('access-review', (c) => ({ ...c, openItems: 3 })), 'fail'],
    'evaluated by the wrong role': [
      saidBy('access-review', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'a store opened since': [plus(guard('prompt:system', { authentication: 'none' }, 0)), 'fail'],
    'open by default': [changed('asset-control', (c) => ({ ...c, accessControl: false })), 'fail'],
    'the baseline was not measured': [without('asset-control'), 'inconclusive'],
  },
});

const status = (area: string, active = true, age = 1) =>
  observe(
    'control-status',
    {
      control: `guard-${area}`,
      kind: 'technical',
      assets: [],
      risks: [],
      active,
      verifiedAt: daysAgo(age),
      method: 'policy as code, evaluated',
    },
    { age },
  );

dutyCase('5.2.2-1/b', {
  passes: () => [review(), ...ACCESS_AREAS.map((area) => status(area))],
  loses: {
    'an area has no measure': [
      changed('access-review', (c) => ({ ...c, measures: c.measures.slice(1) })),
      'fail',
    ],
    'a measure was switched off': [plus(status('models', false, 0)), 'fail'],
    'measures were never checked': [without('control-status'), 'inconclusive'],
    'measures were checked long ago': [aged('control-status', 60), 'inconclusive'],
    'named by the wrong role': [saidBy('access-review', 'organisation', PEOPLE.organisation), 'inconclusive'],
  },
});
