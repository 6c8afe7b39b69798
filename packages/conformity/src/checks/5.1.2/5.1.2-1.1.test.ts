import type { Content } from '@custos/core';
import { expect, test } from 'vitest';
import {
  aged,
  assessDuty,
  DATASET_DIGEST,
  daysAgo,
  declaration,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { approvalOf, assessment } from './design-evidence.ts';

const SECOND = 'custodian2@example.org';

const classified = (dataset = 'dataset:tickets', actor: string = PEOPLE.data_custodian) =>
  observe(
    'data-classification',
    { dataset, sensitivity: 'internal', personalData: true },
    { role: 'data_custodian', actor, age: 50, subject: DATASET_DIGEST },
  );

const byCustodian = (
  record = assessment(),
  more: Partial<Content<'approval'>> = {},
  age = 180,
  actor: string = PEOPLE.data_custodian,
) => approvalOf(record, more, { role: 'data_custodian', actor, age });

/** The case with another assessment, approved by the custodian. */
const assessed = (more: Parameters<typeof assessment>[0]) => () => {
  const record = assessment(more);
  return [classified(), record, byCustodian(record)];
};

const newer = assessment({ datasets: [], decidedAt: daysAgo(4) }, { age: 3 });

dutyCase('5.1.2-1.1/a', {
  passes: () => [classified(), assessment(), byCustodian()],
  loses: {
    'nothing was assessed': [without('design-assessment'), 'inconclusive'],
    'the custodian did not approve': [without('approval'), 'inconclusive'],
    'only the operator approved': [
      saidBy('approval', 'system_operator', PEOPLE.system_operator),
      'inconclusive',
    ],
    'somebody claims to be the custodian': [
      saidBy('approval', 'data_custodian', 'x@example.org'),
      'inconclusive',
    ],
    'the approval is of another record': [onDigest('approval'), 'inconclusive'],
    'the custodian rejected it later': [plus(byCustodian(assessment(), { decision: 'rejected' }, 3)), 'fail'],
    'the custodian was not there': [
      assessed({ participants: [{ person: PEOPLE.developer, role: 'developer' }] }),
      'fail',
    ],
    'the custodian was there in another role': [
      assessed({ participants: [{ person: PEOPLE.data_custodian, role: 'developer' }] }),
      'fail',
    ],
    'a dataset in use was not discussed': [assessed({ datasets: ['orders'] }), 'fail'],
    'nobody is known as custodian of the dataset': [without('data-classification'), 'inconclusive'],
    'a dataset has another custodian now': [
      plus(
        observe(
          'system-declaration',
          declaration(
            {},
            { roles: { ...declaration().roles, data_custodian: [PEOPLE.data_custodian, SECOND] } },
          ),
          { age: 3 },
        ),
        observe(
          'data-classification',
          { dataset: 'tickets', sensitivity: 'internal', personalData: true },
          { role: 'data_custodian', actor: SECOND, age: 5, subject: DATASET_DIGEST },
        ),
      ),
      'fail',
    ],
    'the inventory holds no dataset': [
      plus(observe('scan-result', scanContent({ assets: [] }), { age: 1 })),
      'inconclusive',
    ],
    'the assessment is too old': [aged('design-assessment', 300), 'inconclusive'],
    'a newer assessment dropped the dataset': [plus(newer, byCustodian(newer, {}, 2)), 'fail'],
  },
});

test('5.1.2-1.1/a: each of two custodians approves', () => {
  const roles = { ...declaration().roles, data_custodian: [PEOPLE.data_custodian, SECOND] };
  const scan = scanContent();
  const tickets = scan.assets.find((asset) => asset.id === 'dataset:tickets');
  if (!tickets) throw new Error('the world has no dataset:tickets');
  const record = assessment({
    datasets: ['tickets', 'orders'],
    participants: [PEOPLE.data_custodian, SECOND].map((person) => ({ person, role: 'data_custodian' })),
  });
  const evidence = [
    observe('system-declaration', declaration({}, { roles }), { age: 3 }),
    observe('scan-result', {
      ...scan,
      assets: [...scan.assets, { ...tickets, id: 'dataset:orders', name: 'orders' }],
    }),
    classified(),
    classified('orders', SECOND),
    record,
  ];
  const [one, other] = [byCustodian(record), byCustodian(record, {}, 170, SECOND)];
  expect(assessDuty('5.1.2-1.1/a', [...evidence, one]).verdict).toBe('inconclusive');
  expect(assessDuty('5.1.2-1.1/a', [...evidence, other]).verdict).toBe('inconclusive');
  const both = assessDuty('5.1.2-1.1/a', [...evidence, one, other]);
  expect(both.verdict, both.text).toBe('pass');
});
