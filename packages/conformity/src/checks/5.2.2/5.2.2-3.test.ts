import type { Content } from '@custos/core';
import {
  aged,
  changed,
  DATASET_DIGEST,
  dutyCase,
  MODEL_DIGEST,
  observe,
  plus,
  without,
} from '../../testing/world.ts';

type Environment = Content<'environment-layout'>['environments'][number];

const environment = (name: Environment['name'], more: Partial<Environment> = {}): Environment => ({
  name,
  account: `account-${name}`,
  principals: [`role-${name}`],
  routesTo: [],
  datasets: [],
  ...more,
});

const layout = () =>
  observe('environment-layout', {
    environments: [
      environment('development'),
      environment('tuning', { datasets: [DATASET_DIGEST] }),
      environment('production'),
    ],
  });

const inProduction = (more: Partial<Environment>) =>
  changed('environment-layout', (c) => ({
    environments: c.environments.map((item) => (item.name === 'production' ? { ...item, ...more } : item)),
  }));

dutyCase('5.2.2-3/a', {
  passes: () => [layout()],
  loses: {
    'the layout is unknown': [without('environment-layout'), 'inconclusive'],
    'the layout is old': [aged('environment-layout', 100), 'inconclusive'],
    'no environment for tuning': [
      changed('environment-layout', (c) => ({
        environments: c.environments.filter((item) => item.name !== 'tuning'),
      })),
      'fail',
    ],
    'production shares an account': [inProduction({ account: 'account-development' }), 'fail'],
    'a newer layout lost production': [
      plus(
        observe(
          'environment-layout',
          { environments: [environment('development'), environment('tuning')] },
          { age: 0 },
        ),
      ),
      'fail',
    ],
  },
});

const permissions = (more: Partial<Content<'permission-set'>> = {}, age = 3) =>
  observe(
    'permission-set',
    {
      identity: 'tuning-job',
      target: 's3://training',
      granted: ['read'],
      needed: ['read'],
      unusedDays: { read: 2 },
      ...more,
    },
    { age },
  );

dutyCase('5.2.2-3/b', {
  passes: () => [layout(), permissions()],
  loses: {
    'somebody acts in two environments': [inProduction({ principals: ['role-development'] }), 'fail'],
    'there is a route': [inProduction({ routesTo: ['tuning'] }), 'fail'],
    'more was granted since': [plus(permissions({ granted: ['read', 'write'] }, 1)), 'fail'],
    'a permission is unused': [
      changed('permission-set', (c) => ({ ...c, unusedDays: { read: 200 } })),
      'fail',
    ],
    'another identity was looked at long ago': [
      plus(permissions({ identity: 'old-job' }, 200)),
      'inconclusive',
    ],
    'permissions are unknown': [without('permission-set'), 'inconclusive'],
    'permissions were read long ago': [aged('permission-set', 100), 'inconclusive'],
    'only one environment is known': [
      changed('environment-layout', (c) => ({ environments: c.environments.slice(0, 1) })),
      'inconclusive',
    ],
  },
});

const provenance = (dataset = 'dataset:tickets') =>
  observe('data-provenance', {
    dataset,
    visibility: 'non_public',
    acquisition: 'Collected from our own support desk',
    rows: 100,
    rowsWithSource: 100,
    rowsWithTime: 100,
    sources: [{ uri: 'desk://tickets' }],
    usedIn: [{ model: 'model:org/base-7b', digest: MODEL_DIGEST, purpose: 'fine-tuning of the answers' }],
  });

dutyCase('5.2.2-3/c', {
  passes: () => [layout(), provenance()],
  loses: {
    'the data lie in production by digest': [inProduction({ datasets: [DATASET_DIGEST] }), 'fail'],
    'the data lie in production by name': [inProduction({ datasets: ['dataset:tickets'] }), 'fail'],
    'other data were not found anywhere': [plus(provenance('dataset:calls')), 'inconclusive'],
    'the origin is unknown': [without('data-provenance'), 'inconclusive'],
    'the layout is old': [aged('environment-layout', 100), 'inconclusive'],
  },
});
