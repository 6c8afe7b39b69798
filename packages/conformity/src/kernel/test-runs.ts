/** Test runs that were really made on the system in use: bound to its fingerprint by subject and by target, and recent. */
import type { Content, PredicateName } from '@custos/core';
import { type CheckContext, list } from './check-context.ts';
import type { Found } from './evidence-index.ts';

export type TestRun = Content<'test-run'>;

/** What the helpers here read. */
export const TEST_RUN_TYPES = ['test-run', 'scan-result'] as const satisfies readonly PredicateName[];

/**
 * The newest run of each tool over the same modalities and threats, of one suite, on the fingerprint in use. Gives an
 * `inconclusive` reason when there is none.
 */
export function runsOfSuite(c: CheckContext, suite: TestRun['suite']): Found<'test-run'>[] {
  const words = suite.replaceAll('_', ' ');
  const step = `run the ${words} suite on the deployed system and record \`test-run\` with subject and target ${c.fingerprint ?? 'its fingerprint'}`;
  const bound = c.every(
    'test-run',
    {
      where: (run) => run.suite === suite,
      subject: c.fingerprint,
      maxAge: 'test.max_age_days',
      what: `a ${words} test run`,
      step,
    },
    (run) => JSON.stringify([run.tool, [...run.modalities].sort(), [...run.threats].sort()]),
  );
  if (bound.length === 0) return [];
  const current = bound.filter(
    (found) =>
      found.content.target === c.fingerprint && c.recent(found.content.finishedAt, 'test.max_age_days'),
  );
  if (current.length === 0)
    c.unclear(
      'RUN_NOT_CURRENT',
      `No ${words} test run is both about the version in use and finished within ${c.setting('test.max_age_days')} days. Next: ${step}.`,
    );
  return current;
}

/** Every modality that the declared use takes in must have been exercised by some run. */
export function expectModalities(c: CheckContext, runs: readonly Found<'test-run'>[]): void {
  const tested = new Set(runs.flatMap((run) => run.content.modalities));
  const missing = c.system.use.inputs.filter((modality) => !tested.has(modality));
  if (missing.length > 0)
    c.unclear(
      'MODALITY_NOT_TESTED',
      `Inputs of the declared use that no run exercised: ${list(missing)}. Next: run the suite with them.`,
    );
  if (c.system.use.inputs.length === 0)
    c.unclear(
      'NO_INPUTS',
      'custos.yaml declares no input (use.inputs). Next: declare what the system takes in.',
    );
}

/** No serious finding of the runs may be open. */
export function expectNoSeriousFindings(c: CheckContext, runs: readonly Found<'test-run'>[]): void {
  const open = runs.flatMap((run) =>
    run.content.findings
      .filter((item) => item.status === 'open' && (item.severity === 'high' || item.severity === 'critical'))
      .map((item) => item.id),
  );
  c.none(open, 'FINDING_OPEN', 'High or critical findings are open');
}

/** Trials and successes of a run over all its cases. */
export function total(run: TestRun): { trials: number; successes: number } {
  return run.results.reduce(
    (sum, item) => ({ trials: sum.trials + item.trials, successes: sum.successes + item.successes }),
    { trials: 0, successes: 0 },
  );
}
