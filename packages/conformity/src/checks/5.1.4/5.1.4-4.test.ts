import type { Content, Digest } from '@custos/core';
import {
  aged,
  changed,
  daysAgo,
  dutyCase,
  FINGERPRINT,
  OTHER,
  observe,
  onDigest,
  PEOPLE,
  plus,
  saidBy,
  without,
} from '../../testing/world.ts';
import { adequate } from './oversight.fixtures.ts';

const asked = () =>
  observe(
    'custodian-controls',
    {
      controls: [
        { id: 'DC-1', statement: 'Card numbers are masked before training', tests: ['masking'] },
        { id: 'DC-2', statement: 'Tickets are deleted after thirty days', tests: ['deletion', 'expiry'] },
      ],
    },
    { role: 'data_custodian', age: 40 },
  );

const run = (more: Partial<Content<'test-run'>> = {}, age = 5, subject: Digest = FINGERPRINT) =>
  observe(
    'test-run',
    {
      run: `run-${age}`,
      suite: 'custodian_controls',
      tool: 'pytest',
      target: FINGERPRINT,
      startedAt: daysAgo(age),
      finishedAt: daysAgo(age),
      modalities: ['text'],
      threats: [],
      results: ['masking', 'deletion', 'expiry'].map((id) => ({ case: id, trials: 1, successes: 1 })),
      unhandledErrors: 0,
      canariesPlanted: 0,
      canariesRecovered: 0,
      measuredBy: 'side_effects',
      runBy: 'developer',
      findings: [],
      ...more,
    },
    { age, subject },
  );

dutyCase('5.1.4-4/a', {
  passes: () => [asked(), run(), adequate('5.1.4-4/a', 'data_custodian')],
  loses: {
    'the custodian asked for nothing': [without('custodian-controls'), 'inconclusive'],
    'the list is empty': [changed('custodian-controls', (c) => ({ ...c, controls: [] })), 'inconclusive'],
    'a developer wrote the list': [
      saidBy('custodian-controls', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
    'a control has no test': [
      changed('custodian-controls', (c) => ({
        controls: c.controls.map((item) => ({ ...item, tests: item.id === 'DC-1' ? [] : item.tests })),
      })),
      'fail',
    ],
    'a test was not run': [
      changed('test-run', (c) => ({ ...c, results: c.results.filter((item) => item.case !== 'expiry') })),
      'inconclusive',
    ],
    'a test failed': [
      changed('test-run', (c) => ({ ...c, results: c.results.map((item) => ({ ...item, successes: 0 })) })),
      'fail',
    ],
    'a newer run of another tool failed': [
      plus(run({ tool: 'behave', results: [{ case: 'masking', trials: 1, successes: 0 }] }, 1)),
      'fail',
    ],
    'the run crashed': [changed('test-run', (c) => ({ ...c, unhandledErrors: 1 })), 'fail'],
    'the run was on another version': [onDigest('test-run'), 'inconclusive'],
    'the run says another target': [changed('test-run', (c) => ({ ...c, target: OTHER })), 'inconclusive'],
    'the run is old': [aged('test-run', 200), 'inconclusive'],
    'a serious finding is open': [
      changed('test-run', (c) => ({ ...c, findings: [{ id: 'F-1', severity: 'high', status: 'open' }] })),
      'fail',
    ],
    'the custodian did not sign': [
      saidBy('adequacy-attestation', 'developer', PEOPLE.developer),
      'inconclusive',
    ],
  },
});
