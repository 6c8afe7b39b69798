import type { Content } from '@custos/core';
import { expect, test } from 'vitest';
import { aRun } from '../../testing/release-evidence.ts';
import {
  aged,
  assessDuty,
  changed,
  daysAgo,
  declaration,
  dutyCase,
  OTHER,
  observe,
  onDigest,
  plus,
  saidBy,
  scanContent,
  without,
} from '../../testing/world.ts';
import { modelOfThreats, threat } from '../5.1.3/testing-evidence.ts';

type Results = Content<'test-run'>['results'];

const attacks = (more: Partial<Content<'test-run'>> = {}, age = 15) =>
  aRun(
    'adversarial',
    {
      measuredBy: 'side_effects',
      threats: ['T-prompt_injection'],
      results: [
        { case: 'direct injection', trials: 200, successes: 2 },
        { case: 'injection by ticket', trials: 200, successes: 1 },
      ],
      ...more,
    },
    { age },
  );
const leakage = () =>
  aRun('leakage', { threats: ['T-extraction'], results: [{ case: 'all', trials: 900, successes: 0 }] });
const threats = () =>
  modelOfThreats({
    threats: [
      threat('prompt_injection'),
      threat('extraction', { decision: 'accepted' }),
      threat('poisoning', { decision: 'not_relevant' }),
    ],
  });
const results = (...list: Results) => changed('test-run', (run) => ({ ...run, results: list }));
const serious = changed('test-run', (run) => ({
  ...run,
  findings: [{ id: 'F-1', severity: 'high', status: 'open' }],
}));
const images = plus(
  observe(
    'system-declaration',
    declaration({}, { use: { ...declaration().use, inputs: ['text', 'image'] } }),
    { age: 3 },
  ),
);

dutyCase('5.1.2-2/a', {
  passes: () => [attacks(), leakage(), threats()],
  loses: {
    'nothing ran': [without('test-run'), 'inconclusive'],
    'another version was tested': [onDigest('test-run'), 'inconclusive'],
    'the target is another version': [
      changed('test-run', (run) => ({ ...run, target: OTHER })),
      'inconclusive',
    ],
    'the runs are old': [aged('test-run', 200), 'inconclusive'],
    'imported anew but finished long ago': [
      changed('test-run', (run) => ({ ...run, finishedAt: daysAgo(200) })),
      'inconclusive',
    ],
    'too many attacks succeed': [results({ case: 'all', trials: 400, successes: 60 }), 'fail'],
    'too few attacks to tell': [results({ case: 'all', trials: 20, successes: 0 }), 'inconclusive'],
    'more successes than attacks': [results({ case: 'all', trials: 4, successes: 5 }), 'inconclusive'],
    'a weak case hides in the mean': [
      results({ case: 'easy', trials: 2000, successes: 0 }, { case: 'weak', trials: 20, successes: 8 }),
      'fail',
    ],
    'a weak case is split into single trials': [
      results(
        { case: 'easy', trials: 2000, successes: 0 },
        ...Array.from({ length: 8 }, () => ({ case: 'weak', trials: 4, successes: 1 })),
      ),
      'fail',
    ],
    'a weak run hides behind a large one': [
      plus(
        attacks({
          run: 'weak',
          tool: 'other-tool',
          results: Array.from({ length: 20 }, (_, i) => ({ case: `c${i}`, trials: 5, successes: 1 })),
        }),
        attacks({
          run: 'large',
          tool: 'third-tool',
          results: [{ case: 'all', trials: 9000, successes: 0 }],
        }),
      ),
      'fail',
    ],
    'a newer run of the tool went badly': [
      plus(attacks({ results: [{ case: 'all', trials: 100, successes: 40 }] }, 2)),
      'fail',
    ],
    'tools were judged from words': [
      changed('test-run', (run) => ({ ...run, measuredBy: 'output' })),
      'inconclusive',
    ],
    'an accepted threat has no test': [
      (evidence) => evidence.filter((item) => item.id !== leakage().id),
      'inconclusive',
    ],
    'a threat was tested on another version only': [
      (evidence) => [
        ...evidence.filter((item) => item.id !== leakage().id),
        aRun('leakage', { threats: ['T-extraction'], target: OTHER }),
      ],
      'inconclusive',
    ],
    'no threat model': [without('threat-model'), 'inconclusive'],
    'the threat model is old': [aged('threat-model', 200), 'inconclusive'],
    'the threat model comes from a user': [
      saidBy('threat-model', 'end_user', 'x@example.org'),
      'inconclusive',
    ],
    'the threat model names nothing': [
      changed('threat-model', (model) => ({ ...model, threats: [] })),
      'inconclusive',
    ],
    'an input was not attacked': [images, 'inconclusive'],
    'a serious finding is open': [serious, 'fail'],
  },
});

test('5.1.2-2/a: without tools, judging outputs is enough; small runs count together', () => {
  const plain = [
    observe('system-declaration', declaration({}, { use: { ...declaration().use, tools: [] } }), { age: 3 }),
    leakage(),
    threats(),
    ...[1, 2, 3].map((i) =>
      attacks({
        tool: `tool-${i}`,
        measuredBy: 'output',
        results: [{ case: 'all', trials: 50, successes: 0 }],
      }),
    ),
  ];
  const scan = scanContent();
  const scanWithout = (kind: string) =>
    observe('scan-result', { ...scan, assets: scan.assets.filter((asset) => asset.kind !== kind) });
  const result = assessDuty('5.1.2-2/a', [...plain, scanWithout('tool')]);
  expect(result.verdict, result.text).toBe('pass');
  expect(assessDuty('5.1.2-2/a', [...plain, scanWithout('endpoint')]).codes).toContain('MEASURED_FROM_TEXT');
});

dutyCase('5.1.2-2/b', {
  passes: () => [aRun('malformed_input', { measuredBy: 'exception' })],
  loses: {
    'nothing ran': [without('test-run'), 'inconclusive'],
    'another version was tested': [onDigest('test-run'), 'inconclusive'],
    'the run is old': [aged('test-run', 200), 'inconclusive'],
    'an error was not handled': [changed('test-run', (run) => ({ ...run, unhandledErrors: 1 })), 'fail'],
    'one input was not handled': [results({ case: 'nul bytes', trials: 500, successes: 499 }), 'fail'],
    'more passed than there were': [
      results({ case: 'a', trials: 5, successes: 9 }, { case: 'b', trials: 5, successes: 1 }),
      'inconclusive',
    ],
    'an input was not tried': [images, 'inconclusive'],
    'a newer run broke': [plus(aRun('malformed_input', { unhandledErrors: 3 }, { age: 2 })), 'fail'],
    'a serious finding is open': [serious, 'fail'],
  },
});

dutyCase('5.1.2-2/c', {
  passes: () => [
    aRun('fault_injection', {
      safeState: 'answers are switched off and a person takes over',
      results: [
        { case: 'model endpoint down', trials: 3, successes: 3 },
        { case: 'tool times out', trials: 3, successes: 3 },
      ],
    }),
  ],
  loses: {
    'nothing ran': [without('test-run'), 'inconclusive'],
    'another version was tested': [onDigest('test-run'), 'inconclusive'],
    'the run is old': [aged('test-run', 200), 'inconclusive'],
    'no state was declared safe': [
      changed('test-run', (run) => ({ ...run, safeState: ' ' })),
      'inconclusive',
    ],
    'a failure ended elsewhere': [results({ case: 'tool times out', trials: 3, successes: 2 }), 'fail'],
    'it crashed': [changed('test-run', (run) => ({ ...run, unhandledErrors: 1 })), 'fail'],
    'more passed than there were': [results({ case: 'a', trials: 1, successes: 2 }), 'inconclusive'],
    'a newer run missed the state': [
      plus(
        aRun(
          'fault_injection',
          { safeState: 'off', results: [{ case: 'disk full', trials: 2, successes: 0 }] },
          { age: 1 },
        ),
      ),
      'fail',
    ],
    'a serious finding is open': [serious, 'fail'],
  },
});
