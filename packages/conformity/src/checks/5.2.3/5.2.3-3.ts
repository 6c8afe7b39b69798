/** 5.2.3-3: an own evaluation of each third-party model after it was acquired and before it went into production. */
import { type Asset, type Content, type Digest, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectRecordedBy } from '../../kernel/recording.ts';
import { expectAtLeast } from '../../kernel/shares.ts';
import { digestsOf, isAbout } from '../../kernel/subjects.ts';
import { expectNoSeriousFindings, total } from '../../kernel/test-runs.ts';

export const checks = provisionChecks('5.2.3-3', {
  a: [
    ['test-run', 'lifecycle-event', 'runtime-state', 'scan-result'],
    (c) => {
      const models = c.assets('model').filter((asset) => asset.origin === 'external');
      if (models.length === 0)
        c.unclear('NO_ASSETS', 'The inventory holds no third-party model. Next: declare it under `assets`.');
      for (const model of models) {
        const digest = running(c, model);
        if (digest) expectOwnEvaluation(c, model, digest);
      }
    },
  ],
});

/**
 * What really runs in production: for hosted models the fingerprint that probe prompts measured, which changes with a silent
 * update. What runs elsewhere says nothing of it; where anybody measures, production must have been measured lately.
 */
function running(c: CheckContext, model: Asset): Digest | undefined {
  const ofModel = (content: Content<'runtime-state'>) => isCalled(model, content.asset);
  if (model.digest && c.past('runtime-state', { where: ofModel }).length === 0) return model.digest;
  return c.newest('runtime-state', {
    where: (content) => ofModel(content) && content.environment === 'production',
    maxAge: 'inventory.max_age_days',
    what: `a measured state of ${model.id} in production`,
    step: 'measure it there and record `runtime-state` (environment: production)',
  })?.content.running;
}

function expectOwnEvaluation(c: CheckContext, model: Asset, digest: Digest): void {
  const acquired = c.newest('lifecycle-event', {
    where: ({ event, asset, outputs }) =>
      event === 'model_registered' && asset === model.id && digestsOf(outputs).includes(digest),
    what: `a record of when ${model.id} was acquired as ${digest}`,
    step: 'record `lifecycle-event` (model_registered) when a model version comes in',
  });
  const run = c.newest('test-run', {
    where: ({ suite, runBy }) => suite === 'model_evaluation' && runBy !== 'third_party',
    subject: digest,
    what: `an own evaluation of ${model.id}`,
    step: `evaluate the model yourself and record \`test-run\` with subject and target ${digest}`,
  });
  if (!acquired || !run) return;
  if (run.content.target !== digest) {
    c.unclear(
      'TARGET_MISMATCH',
      `Run ${run.content.run} tested ${run.content.target}, not ${digest}. Next: evaluate the model in use.`,
    );
    return;
  }
  expectOrder(c, model, digest, acquired.content.at, run);
  const { trials, successes } = total(run.content);
  expectAtLeast(c, {
    hits: successes,
    trials,
    limit: c.setting('evaluation.pass_share'),
    code: 'EVALUATION_FAILED',
    what: `Cases passed in run ${run.content.run}`,
  });
  expectNoSeriousFindings(c, [run]);
}

function expectOrder(
  c: CheckContext,
  model: Asset,
  digest: Digest,
  acquiredAt: string,
  run: Found<'test-run'>,
): void {
  c.expect(
    millis(run.content.startedAt) >= millis(acquiredAt),
    'TIME_ORDER',
    `Run ${run.content.run} began before ${model.id} was acquired on ${acquiredAt}.`,
  );
  const deployed = c
    .past('lifecycle-event', {
      where: ({ event, environment, inputs, outputs }) =>
        event === 'deployment' &&
        environment === 'production' &&
        digestsOf([...inputs, ...outputs]).includes(digest),
    })
    .map(({ content }) => content.at)
    .sort((a, b) => millis(a) - millis(b))[0];
  if (deployed === undefined) return;
  const before = c
    .past('test-run', {
      where: ({ suite, runBy, target, finishedAt }, found) =>
        suite === 'model_evaluation' &&
        runBy !== 'third_party' &&
        target === digest &&
        isAbout(found, digest) &&
        millis(finishedAt) <= millis(deployed),
    })
    .at(0);
  if (before) {
    c.use(before);
    expectRecordedBy(c, before, deployed, `The evaluation of ${model.id}`);
  }
  c.expect(
    before !== undefined,
    'EVALUATED_LATE',
    `${model.id} went into production on ${deployed}, before it was evaluated (run ${run.content.run}, ${run.content.finishedAt}).`,
  );
}
