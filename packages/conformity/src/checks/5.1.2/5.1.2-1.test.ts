import { type Evidence, predicateType } from '@custos/core';
import { expect, test } from 'vitest';
import { aRelease } from '../../testing/release-evidence.ts';
import {
  aged,
  assessDuty,
  changed,
  daysAgo,
  declaration,
  dutyCase,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  unsigned,
  without,
} from '../../testing/world.ts';
import { control, register, risk } from '../5.1.3/testing-evidence.ts';
import { approvalOf, assessment, decidedInTime, event } from './design-evidence.ts';

const REPLACED = (['design-assessment', 'approval', 'lifecycle-event'] as const).map(predicateType);

/** The case with another assessment, approved like the one it replaces. */
const assessed = (more: Parameters<typeof assessment>[0]) => (evidence: Evidence[]) => [
  ...evidence.filter((item) => !REPLACED.includes(item.statement.predicateType)),
  ...decidedInTime(more),
];

dutyCase('5.1.2-1/a', {
  passes: () => decidedInTime(),
  loses: {
    'nothing was assessed': [without('design-assessment'), 'inconclusive'],
    'nobody approved it': [without('approval'), 'inconclusive'],
    'the approval is of another record': [onDigest('approval'), 'inconclusive'],
    'the approval does not verify': [unsigned('approval'), 'inconclusive'],
    'approved by somebody without the role': [
      saidBy('approval', 'developer', 'x@example.org'),
      'inconclusive',
    ],
    'approved by the custodian only': [
      saidBy('approval', 'data_custodian', PEOPLE.data_custodian),
      'inconclusive',
    ],
    'later rejected': [plus(approvalOf(assessment(), { decision: 'rejected' }, { age: 20 })), 'fail'],
    'approved before it was written': [aged('approval', 20), 'fail'],
    'a model was registered before the approval': [plus(event('model_registered', 195)), 'fail'],
    'a deployment came before the decision': [plus(event('deployment', 300)), 'fail'],
    'a release came before the decision': [plus(aRelease({ releasedAt: daysAgo(250) })), 'fail'],
    'telemetry saw it deployed before': [
      plus(
        observe('deployment-status', {
          environment: 'production',
          release: 'REL-0',
          deployedAt: daysAgo(400),
          share: 1,
        }),
      ),
      'fail',
    ],
    'deployed without any record of building': [without('lifecycle-event'), 'inconclusive'],
    'the assessment is too old': [aged('design-assessment', 300), 'inconclusive'],
    'recorded anew but decided long ago': [assessed({ decidedAt: daysAgo(500) }), 'inconclusive'],
    'the need is padding': [assessed({ need: 'We need AI, AI, AI, AI, AI' }), 'fail'],
    'alternatives are padding': [assessed({ alternatives: 'none none none none none none' }), 'fail'],
    'a new assessment is not approved': [
      plus(assessment({ decidedAt: daysAgo(3) }, { age: 2 })),
      'inconclusive',
    ],
  },
});

test('5.1.2-1/a: a review years later keeps the pass, and needs its own approval', () => {
  const first = assessment({ decidedAt: daysAgo(900) }, { age: 899 });
  const review = assessment({ decidedAt: daysAgo(30) }, { age: 29 });
  const history = [first, approvalOf(first, {}, { age: 890 }), event('training_run', 800), review];
  expect(assessDuty('5.1.2-1/a', history).verdict).toBe('inconclusive');
  const approved = assessDuty('5.1.2-1/a', [...history, approvalOf(review, {}, { age: 20 })]);
  expect(approved.verdict, approved.text).toBe('pass');
  const late = assessDuty('5.1.2-1/a', [...history.slice(2), approvalOf(review, {}, { age: 20 })]);
  expect(late.codes).toContain('DECIDED_AFTERWARDS');
});

test('5.1.2-1/a: a system that is only designed has nothing to be older than', () => {
  const evidence = decidedInTime().slice(0, 2);
  const designed = observe('system-declaration', declaration({}, { phase: 'design' }), { age: 3 });
  expect(assessDuty('5.1.2-1/a', evidence).codes).toContain('NOTHING_BUILT');
  expect(assessDuty('5.1.2-1/a', [...evidence, designed]).verdict).toBe('pass');
});

dutyCase('5.1.2-1/b', {
  passes: () => [...decidedInTime(), register()],
  loses: {
    'no risk was looked for': [assessed({ risks: [] }), 'fail'],
    'the register does not hold the risk': [
      changed('risk-register', (c) => ({ ...c, risks: [risk({ id: 'R-9' })] })),
      'fail',
    ],
    'a newer register dropped the risk': [
      plus(
        observe(
          'risk-register',
          { risks: [risk({ id: 'R-2' })], tolerance: 3, reviewedAt: daysAgo(2) },
          { role: 'developer' },
        ),
      ),
      'fail',
    ],
    'no register': [without('risk-register'), 'inconclusive'],
    'the register is old': [aged('risk-register', 300), 'inconclusive'],
    'the register comes from a user': [saidBy('risk-register', 'end_user', 'x@example.org'), 'inconclusive'],
    'the risk is not described': [
      assessed({
        risks: [
          {
            id: 'R-1',
            description: 'injection, injection, injection',
            mitigation: 'filter, filter, filter, filter',
          },
        ],
      }),
      'fail',
    ],
    'assessed only after training': [plus(event('training_run', 250)), 'fail'],
    'nobody approved it': [without('approval'), 'inconclusive'],
  },
});

dutyCase('5.1.2-1/c', {
  passes: () => [...decidedInTime(), register(), control('input-guard')],
  loses: {
    'the mitigation is padding': [
      assessed({
        risks: [
          {
            id: 'R-1',
            description: 'An attacker steers the answers by a ticket',
            mitigation: 'filter, filter, filter, filter',
          },
        ],
      }),
      'fail',
    ],
    'the control was never measured': [without('control-status'), 'inconclusive'],
    'the control was switched off since': [plus(control('input-guard', { active: false }, 0.5)), 'fail'],
    'the control was measured long ago': [aged('control-status', 60), 'inconclusive'],
    'the register names no control': [
      changed('risk-register', (c) => ({ ...c, risks: [risk({ controls: [] })] })),
      'fail',
    ],
    'the risk is unresolved': [
      changed('risk-register', (c) => ({ ...c, risks: [risk({ treatment: 'unresolved' })] })),
      'fail',
    ],
    'accepted by nobody entitled': [
      changed('risk-register', (c) => ({
        ...c,
        risks: [risk({ treatment: 'accept', acceptedBy: PEOPLE.developer })],
      })),
      'fail',
    ],
    'the acceptance has ended': [
      changed('risk-register', (c) => ({
        ...c,
        risks: [risk({ treatment: 'accept', acceptedBy: PEOPLE.organisation, dueAt: daysAgo(1) })],
      })),
      'fail',
    ],
    'the register does not hold the risk': [
      changed('risk-register', (c) => ({ ...c, risks: [risk({ id: 'R-9' })] })),
      'fail',
    ],
  },
});

test('5.1.2-1/c: a signed acceptance with an end stands for controls', () => {
  const accepted = register([risk({ treatment: 'accept', acceptedBy: PEOPLE.organisation, controls: [] })]);
  const result = assessDuty('5.1.2-1/c', [...decidedInTime(), accepted]);
  expect(result.verdict, result.text).toBe('pass');
});

test('5.1.2-1/c: before anything is built, dated plans for controls are enough', () => {
  const designed = observe('system-declaration', declaration({}, { phase: 'design' }), { age: 3 });
  const evidence = [...decidedInTime().slice(0, 2), designed];
  expect(assessDuty('5.1.2-1/c', [...evidence, register()]).verdict).toBe('pass');
  const overdue = register([risk({ dueAt: daysAgo(1) })]);
  expect(assessDuty('5.1.2-1/c', [...evidence, overdue]).verdict).toBe('inconclusive');
});
