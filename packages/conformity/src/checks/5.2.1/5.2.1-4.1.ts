/** 5.2.1-4.1: data is validated before each use, by checks that catch planted malice; inputs are filtered; revisions repeat it. */
import { type Digest, hexOf, millis } from '@custos/core';
import { provisionChecks } from '../../kernel/check.ts';
import type { CheckContext } from '../../kernel/check-context.ts';
import { digestInUse, inventory } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { expectBy } from '../../kernel/recording.ts';

type Validation = Found<'data-validation'>;
type Run = Found<'lifecycle-event'>;

const STEP = 'run the checks with planted malicious records (`custos observe data-validation FILE`)';

function expectEffective(c: CheckContext, validation: Validation): void {
  const { run, checks, plantedMalicious, caughtMalicious } = validation.content;
  c.none(
    checks.filter((check) => !check.passed).map((check) => check.name),
    'VALIDATION_FAILED',
    `Validation ${run} failed`,
  );
  if (plantedMalicious === 0)
    c.unclear(
      'NOTHING_PLANTED',
      `Validation ${run} planted no malicious record, so nobody knows whether it catches one. Next: ${STEP}.`,
    );
  else
    c.expect(
      caughtMalicious >= plantedMalicious,
      'MALICE_NOT_CAUGHT',
      `Validation ${run} caught ${caughtMalicious} of ${plantedMalicious} planted malicious records.`,
    );
}

/** The validation of one run must be of data that went into it, and be older than the run. */
function validationOf(c: CheckContext, run: Run, purposes?: readonly string[]): Validation | undefined {
  const { id, at, inputs } = run.content;
  const found = c.newest('data-validation', {
    where: (content, { evidence }) =>
      content.run === id &&
      (purposes?.includes(content.purpose) ?? true) &&
      evidence.statement.subject.some((subject) =>
        inputs.some((input) => input.digest.sha256 === subject.digest.sha256),
      ),
    what: `a validation of the data that went into ${id}`,
    step: STEP,
  });
  if (!found) return undefined;
  expectBy(
    c,
    found,
    { at: found.observedAt, limit: at, what: `The validation of the data of ${id}` },
    'VALIDATED_AFTERWARDS',
    `The data of ${id} were validated on ${found.observedAt}, after the run on ${at}.`,
  );
  expectEffective(c, found);
  return found;
}

/** Runs that trained a model, oldest first, the newest record of each. */
function trainingRuns(c: CheckContext): Run[] {
  return c
    .known('lifecycle-event', {
      where: (content) => content.event === 'training_run',
      key: (content) => content.id,
    })
    .sort((a, b) => millis(a.content.at) - millis(b.content.at));
}

function expectDatasetValidated(c: CheckContext, id: string, digest: Digest | undefined): void {
  const found = c.newest('data-validation', {
    where: (content) => content.dataset === id,
    subject: digest,
    maxAge: 'test.max_age_days',
    what: `a validation of ${id}`,
    step: STEP,
  });
  if (found) expectEffective(c, found);
}

function expectInputsFiltered(c: CheckContext): void {
  const filter = c.newest('control-status', {
    where: (content) => content.kind === 'input_filter',
    maxAge: 'monitoring.review_days',
    what: 'the live status of an input filter',
    step: 'read it from the deployed configuration (`custos observe control-status FILE`, kind: input_filter)',
  });
  if (filter)
    c.expect(filter.content.active, 'FILTER_OFF', `Input filter ${filter.content.control} is not active.`);
  const probe = c.newest('probe', {
    where: (content) => content.probe === 'input_filter',
    subject: c.fingerprint,
    maxAge: 'probe.max_age_days',
    what: 'a probe of the input filter',
    step: 'send what it must stop (`custos observe probe FILE`, probe: input_filter)',
  });
  if (probe)
    c.expect(probe.content.held, 'FILTER_PASSED', `The input filter let through: ${probe.content.detail}.`);
}

function madeWith(run: Run, digest: Digest): boolean {
  return run.content.inputs.some((input) => input.digest.sha256 === hexOf(digest));
}

export const checks = provisionChecks('5.2.1-4.1', {
  a: [
    ['scan-result', 'data-validation', 'lifecycle-event', 'control-status', 'probe', 'adequacy-attestation'],
    (c) => {
      const datasets = inventory(c, 'dataset');
      for (const dataset of datasets) expectDatasetValidated(c, dataset.id, digestInUse(c, dataset));
      const inUse = datasets.flatMap((dataset) => (dataset.digest ? [dataset.digest] : []));
      for (const run of trainingRuns(c).filter((item) => inUse.some((digest) => madeWith(item, digest)))) {
        c.use(run);
        validationOf(c, run);
      }
      expectInputsFiltered(c);
      c.adequacy();
    },
  ],
  b: [
    ['lifecycle-event', 'data-validation'],
    (c) => {
      const runs = trainingRuns(c);
      if (runs.length === 0) {
        c.unclear(
          'NO_REVISION',
          'The model is revised from feedback, but no training run is recorded. Next: connect the training pipeline (`custos observe lifecycle-event FILE`).',
        );
        return;
      }
      const last = new Map<string, Run>();
      for (const run of runs) {
        c.use(run);
        const before = last.get(run.content.asset);
        const validation = validationOf(c, run, ['feedback_revision', 'fine_tuning', 'training']);
        if (validation && before)
          c.expect(
            millis(validation.observedAt) > millis(before.content.at),
            'VALIDATION_NOT_REPEATED',
            `Revision ${run.content.id} rests on a validation of ${validation.observedAt}, older than the run before it (${before.content.id}).`,
          );
        last.set(run.content.asset, run);
      }
    },
  ],
});
