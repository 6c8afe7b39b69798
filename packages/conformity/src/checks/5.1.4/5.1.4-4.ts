/** 5.1.4-4: every control that the Data Custodian asked for is tested, and all tests pass on the version in use. */
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectNoSeriousFindings, runsOfSuite, TEST_RUN_TYPES } from '../../kernel/test-runs.ts';

function requirements(c: CheckContext): Found<'custodian-controls'> | undefined {
  const step = 'record the list of controls as Data Custodian (`custos observe custodian-controls FILE`)';
  const found = c.newest('custodian-controls', {
    from: ['data_custodian'],
    maxAge: 'custodian.approval_days',
    what: 'a list of controls that the Data Custodian asks for',
    step,
  });
  if (!found || found.content.controls.length > 0) return found;
  c.unclear('NO_CONTROLS', `The Data Custodian's list is empty. Next: ${step}.`);
  return undefined;
}

/** Case id to whether it passed; runs come newest first and the newest that has the case decides. */
function caseResults(runs: readonly Found<'test-run'>[]): ReadonlyMap<string, boolean> {
  const results = new Map<string, boolean>();
  for (const { content } of runs) {
    const inRun = new Map<string, boolean>();
    for (const item of content.results)
      inRun.set(item.case, (inRun.get(item.case) ?? true) && item.successes >= item.trials);
    for (const [id, passed] of inRun) if (!results.has(id)) results.set(id, passed);
  }
  return results;
}

export const checks = provisionChecks('5.1.4-4', {
  a: [
    ['custodian-controls', ...TEST_RUN_TYPES, 'adequacy-attestation'],
    (c) => {
      const found = requirements(c);
      if (!found) return;
      const { controls } = found.content;
      c.none(
        controls.filter((item) => item.tests.length === 0).map((item) => item.id),
        'CONTROL_NOT_TESTED',
        'Controls of the Data Custodian that no test shows',
      );
      const runs = runsOfSuite(c, 'custodian_controls');
      if (runs.length > 0) {
        const results = caseResults(runs);
        const tests = [...new Set(controls.flatMap((item) => item.tests))];
        const missing = tests.filter((id) => !results.has(id));
        if (missing.length > 0)
          c.unclear(
            'TEST_NOT_RUN',
            `Not run on the version in use: ${missing.join(', ')}. Next: run the custodian controls suite with these cases.`,
          );
        c.none(
          tests.filter((id) => results.get(id) === false),
          'TEST_FAILED',
          'Tests of Data Custodian controls do not pass',
        );
        c.none(
          runs.filter(({ content }) => content.unhandledErrors > 0).map(({ content }) => content.run),
          'RUN_BROKEN',
          'Runs ended with unhandled errors',
        );
        expectNoSeriousFindings(c, runs);
      }
      c.adequacy(['data_custodian']);
    },
  ],
});
