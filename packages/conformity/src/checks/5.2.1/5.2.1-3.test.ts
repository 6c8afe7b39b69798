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
  without,
} from '../../testing/world.ts';
import { adequate, exercise, PLAN_DIGEST, recoveryPlan } from './testing-evidence.ts';

const approval = (decision: 'approved' | 'rejected' = 'approved', age = 45) =>
  observe(
    'approval',
    { of: 'plan', target: 'disaster recovery 3', decision, reason: 'Walked through with the team' },
    { role: 'organisation', subject: PLAN_DIGEST, age },
  );

dutyCase('5.2.1-3/a', {
  passes: () => [recoveryPlan(), approval(), exercise()],
  loses: {
    'no plan': [without('plan'), 'inconclusive'],
    'the review is overdue': [changed('plan', (c) => ({ ...c, nextReviewAt: daysAgo(1) })), 'fail'],
    'another text was approved': [onDigest('approval'), 'inconclusive'],
    'the plan is newly rejected': [plus(approval('rejected', 1)), 'fail'],
    'approved by the wrong role': [saidBy('approval', 'developer', PEOPLE.developer), 'inconclusive'],
    'never exercised': [without('drill'), 'inconclusive'],
    'the last exercise failed': [plus(exercise({ succeeded: false }, 2)), 'fail'],
    'the exercise took too long': [changed('drill', (c) => ({ ...c, minutes: 500 })), 'fail'],
    'the exercise is old': [aged('drill', 400), 'inconclusive'],
    'a plan without scenarios': [changed('plan', (c) => ({ ...c, scenarios: [] })), 'fail'],
  },
});

dutyCase('5.2.1-3/b', {
  passes: () => [recoveryPlan(), exercise(), adequate('5.2.1-3/b', 'system_operator')],
  loses: {
    'a scenario is missing': [
      changed('plan', (c) => ({ ...c, scenarios: c.scenarios.filter((item) => item.id !== 'model_theft') })),
      'fail',
    ],
    'a scenario has no runbook': [
      changed('plan', (c) => ({ ...c, scenarios: c.scenarios.map(({ runbook: _, ...rest }) => rest) })),
      'fail',
    ],
    'only a fire was exercised': [changed('drill', (c) => ({ ...c, scenario: 'fire' })), 'inconclusive'],
    'recovery takes longer than promised': [
      changed('plan', (c) => ({ ...c, scenarios: c.scenarios.map((item) => ({ ...item, rtoMinutes: 30 })) })),
      'fail',
    ],
    'findings are open': [changed('drill', (c) => ({ ...c, openFindings: 2 })), 'fail'],
    'nobody judged realism': [without('adequacy-attestation'), 'inconclusive'],
    'judged by the wrong role': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
