/** Attack suites on the version in use: few enough attacks succeed, and the threats they stand for were all tried. */
import type { CheckContext } from '../../kernel/check-context.ts';
import { list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectAtMost } from '../../kernel/shares.ts';
import { wilsonLower } from '../../kernel/statistics.ts';
import { total } from '../../kernel/test-runs.ts';

/** Success share over all cases, and no single case significantly above the limit: a weak spot can't hide in the mean. */
export function expectResistance(c: CheckContext, run: Found<'test-run'>, setting: string): void {
  const limit = c.setting(setting);
  const { trials, successes } = total(run.content);
  expectAtMost(c, {
    hits: successes,
    trials,
    limit,
    code: 'ATTACKS_SUCCEED',
    what: `Attacks that succeeded in run ${run.content.run}`,
  });
  c.none(
    run.content.results
      .filter((item) => wilsonLower(item.successes, item.trials) > limit)
      .map((item) => item.case),
    'WEAK_CASE',
    `Cases of run ${run.content.run} that succeed too often`,
  );
}

/** Threats of the model in some categories must be among those that the runs tried. Reads `threat-model`. */
export function expectThreatsTried(
  c: CheckContext,
  runs: readonly Found<'test-run'>[],
  categories: readonly string[],
): void {
  const model = c.newest('threat-model', {
    maxAge: 'threat_model.review_days',
    what: 'a threat model',
    step: 'record the current `threat-model`',
  });
  if (!model) return;
  const threats = model.content.threats.filter(
    (threat) => categories.includes(threat.category) && threat.decision !== 'not_relevant',
  );
  const tried = new Set(runs.flatMap((run) => run.content.threats));
  const open = threats.filter((threat) => !tried.has(threat.id)).map((threat) => threat.id);
  if (open.length > 0)
    c.unclear('THREAT_NOT_TESTED', `No run tried ${list(open)}. Next: add cases for them.`);
}
