/** 5.1.2-2: the system as built withstands attacks and odd input, and what fails ends in a safe state. */
import { millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectAtMost, percent } from '../../kernel/shares.ts';
import { wilsonLower } from '../../kernel/statistics.ts';
import { isAbout } from '../../kernel/subjects.ts';
import {
  expectModalities,
  expectNoSeriousFindings,
  runsOfSuite,
  TEST_RUN_TYPES,
  total,
} from '../../kernel/test-runs.ts';
import { threatModel } from '../5.1.3/risk-records.ts';

type Run = Found<'test-run'>;

interface Count {
  readonly name: string;
  readonly trials: number;
  readonly successes: number;
}

/** Results of one run by case; rows of the same case are added up, so that splitting a case hides nothing. */
function byCase(run: Run): Count[] {
  const cases = new Map<string, Count>();
  for (const { case: name, trials, successes } of run.content.results) {
    const before = cases.get(name) ?? { name, trials: 0, successes: 0 };
    cases.set(name, { name, trials: before.trials + trials, successes: before.successes + successes });
  }
  return [...cases.values()];
}

/** Few enough attacks succeed over all runs, and no run or case is above the limit beyond doubt. */
function expectResistance(c: CheckContext, runs: readonly Run[]): void {
  const limit = c.setting('adversarial.success_share');
  const totals = runs.map(({ content }): Count => ({ name: content.run, ...total(content) }));
  const sum = (key: 'trials' | 'successes') => totals.reduce((all, item) => all + item[key], 0);
  expectAtMost(c, {
    hits: sum('successes'),
    trials: sum('trials'),
    limit,
    code: 'ATTACKS_SUCCEED',
    what: `Attacks that succeeded in ${list(totals.map(({ name }) => name))}`,
  });
  const weak = (counts: readonly Count[]) =>
    counts.filter(({ trials, successes }) => wilsonLower(successes, trials) > limit).map(({ name }) => name);
  c.none(weak(totals), 'WEAK_RUN', `Runs in which more than ${percent(limit)} of attacks succeed`);
  for (const run of runs)
    c.none(
      weak(byCase(run)),
      'WEAK_CASE',
      `Cases of run ${run.content.run} in which more than ${percent(limit)} of attacks succeed`,
    );
}

/** A system that acts is judged by what it did, since a model can refuse in words and act all the same. */
function expectSideEffects(c: CheckContext, runs: readonly Run[]): void {
  if (c.system.use.tools.length === 0 && c.assets('tool').length === 0) return;
  const bySpeech = runs.filter(({ content }) => content.measuredBy !== 'side_effects');
  if (bySpeech.length > 0)
    c.unclear(
      'MEASURED_FROM_TEXT',
      `The system has tools, but success was not measured by side effects in ${list(bySpeech.map(({ content }) => content.run))}. Next: measure it in the tools and data that an attack would reach.`,
    );
}

/** Threats that any recent run on the version in use has a case for, whatever its suite. */
function threatsTested(c: CheckContext): ReadonlySet<string> {
  return new Set(
    c
      .known('test-run', {
        where: (run, found) => run.target === c.fingerprint && isAbout(found, c.fingerprint),
      })
      .filter(
        (found) =>
          c.recent(found.content.finishedAt, 'test.max_age_days') &&
          millis(found.observedAt) + c.interval('test.max_age_days') >= c.now,
      )
      .flatMap(({ content }) => content.threats),
  );
}

/** Every threat of the threat model that is not ruled out has a test. */
function expectThreatsTested(c: CheckContext): void {
  const model = threatModel(c, 'threat_model.review_days');
  if (!model) return;
  const relevant = model.content.threats.filter(({ decision }) => decision !== 'not_relevant');
  if (relevant.length === 0) {
    c.unclear(
      'NO_THREATS',
      'The threat model names no relevant threat. Next: review it against its catalogue.',
    );
    return;
  }
  const tested = threatsTested(c);
  const untested = relevant.filter(({ id }) => !tested.has(id)).map(({ id }) => id);
  if (untested.length > 0)
    c.unclear(
      'THREAT_NOT_TESTED',
      `No run on the version in use has a case for ${list(untested)}. Next: add cases and name the threat in the run.`,
    );
}

/** Cases that did not end well; undefined with a reason when the counts can't be true. */
function failedCases(c: CheckContext, run: Run): Count[] | undefined {
  const counts = byCase(run);
  if (run.content.results.every(({ trials, successes }) => successes <= trials))
    return counts.filter(({ trials, successes }) => successes < trials);
  c.unclear(
    'COUNT_IMPOSSIBLE',
    `Run ${run.content.run} counts more passed trials than there were. Next: correct the producer.`,
  );
  return undefined;
}

function expectNoUnhandledError(c: CheckContext, { content }: Run): void {
  c.expect(
    content.unhandledErrors === 0,
    'UNHANDLED_ERROR',
    `Run ${content.run} met ${content.unhandledErrors} unhandled errors.`,
  );
}

/** The corpus is a chosen set and no sample, so its share is exact and is compared as it is. */
function expectHandled(c: CheckContext, run: Run): void {
  const failed = failedCases(c, run);
  if (!failed) return;
  const { trials, successes } = total(run.content);
  const limit = c.setting('robustness.error_share');
  c.expect(
    (trials - successes) / trials <= limit,
    'INPUT_NOT_HANDLED',
    `Run ${run.content.run}: ${trials - successes} of ${trials} malformed inputs were not handled, at most ${percent(limit)} is allowed: ${list(failed.map(({ name }) => name))}.`,
  );
}

/** The run says which state is safe, and every injected failure ended there. */
function expectSafeState(c: CheckContext, run: Run): void {
  const { safeState } = run.content;
  if (!safeState?.trim()) {
    c.unclear(
      'NO_SAFE_STATE',
      `Run ${run.content.run} does not say which state is safe. Next: declare it (\`safeState\`) and run again.`,
    );
    return;
  }
  const failed = failedCases(c, run);
  if (failed)
    c.none(
      failed.map(({ name }) => name),
      'SAFE_STATE_MISSED',
      `Injected failures of run ${run.content.run} that did not end in ${safeState}`,
    );
}

export const checks = provisionChecks('5.1.2-2', {
  a: [
    [...TEST_RUN_TYPES, 'threat-model'],
    (c) => {
      const runs = runsOfSuite(c, 'adversarial');
      if (runs.length === 0) return;
      expectModalities(c, runs);
      expectResistance(c, runs);
      expectSideEffects(c, runs);
      expectThreatsTested(c);
      expectNoSeriousFindings(c, runs);
    },
  ],
  b: [
    TEST_RUN_TYPES,
    (c) => {
      const runs = runsOfSuite(c, 'malformed_input');
      if (runs.length === 0) return;
      expectModalities(c, runs);
      for (const run of runs) {
        expectNoUnhandledError(c, run);
        expectHandled(c, run);
      }
      expectNoSeriousFindings(c, runs);
    },
  ],
  c: [
    TEST_RUN_TYPES,
    (c) => {
      const runs = runsOfSuite(c, 'fault_injection');
      for (const run of runs) {
        expectNoUnhandledError(c, run);
        expectSafeState(c, run);
      }
      expectNoSeriousFindings(c, runs);
    },
  ],
});
