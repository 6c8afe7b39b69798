/**
 * The life of one model as the recorded events tell it: data, training run, model, evaluation, approval, deployment. Links
 * are digests, so a step that is missing, out of order or about another file shows.
 */
import { type Asset, type Content, type Digest, millis } from '@custos/core';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import { isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { digestsOf, isAbout } from '../../kernel/subjects.ts';

export type LifeEvent = Found<'lifecycle-event'>;
type Step = Content<'lifecycle-event'>['event'];

/** Recorded events up to now, the newest record of each, in order of time. Reads `lifecycle-event`. */
export function recordedEvents(c: CheckContext): LifeEvent[] {
  return c
    .known('lifecycle-event', { key: (content) => content.id })
    .filter(({ content }) => millis(content.at) <= c.now)
    .sort((a, b) => millis(a.content.at) - millis(b.content.at));
}

/** Events that say they made the content. */
export function makersOf(events: readonly LifeEvent[], digest: Digest): LifeEvent[] {
  return events.filter(({ content }) => digestsOf(content.outputs).includes(digest));
}

/** The event is about this version of the asset: by digest where it has content, else by name. */
export function concerns(event: LifeEvent, asset: Asset): boolean {
  const { digest } = asset;
  if (digest === undefined) return isCalled(asset, event.content.asset);
  const { inputs, outputs } = event.content;
  return isAbout(event, digest) || [...digestsOf(inputs), ...digestsOf(outputs)].includes(digest);
}

/**
 * The chain of a model that is in use, backwards from its newest deployment. A model of somebody else needs no training
 * run; where its file is kept here, its registration takes the place of the run.
 */
export function expectUnbroken(c: CheckContext, events: readonly LifeEvent[], model: Asset): void {
  const deployments = events.filter(
    ({ content }) =>
      content.event === 'deployment' &&
      content.environment === 'production' &&
      isCalled(model, content.asset),
  );
  const deployment = deployments.at(-1);
  if (!deployment) {
    missing(c, model, 'deployment', 'with environment production');
    return;
  }
  c.use(deployment);
  if (
    !c.expect(
      concerns(deployment, model),
      'DEPLOYED_OTHER',
      `The newest recorded deployment of ${model.id} (${deployment.content.id}) is not of ${model.digest}, which is in use.`,
    )
  )
    return;
  const approval = before(c, events, model, 'approval', deployment);
  if (!approval) return;
  const { by, approvedBy } = approval.content;
  c.expect(
    c.holder(approvedBy ?? by, ['developer', 'system_operator', 'organisation']),
    'APPROVED_BY_NOBODY',
    `${approvedBy ?? by} approved ${model.id} (${approval.content.id}) without holding a responsible role.`,
  );
  const evaluation = before(c, events, model, 'evaluation', approval);
  if (!evaluation) return;
  if (model.origin === 'external') {
    if (model.digest !== undefined) before(c, events, model, 'model_registered', evaluation);
    return;
  }
  expectTrained(c, events, model, evaluation);
}

function expectTrained(c: CheckContext, events: readonly LifeEvent[], model: Asset, next: LifeEvent): void {
  const { digest } = model;
  if (digest === undefined) {
    c.unclear(
      'NO_DIGEST',
      `${model.id} is your own but has no digest, so its training can't be followed. Next: scan where its file is kept.`,
    );
    return;
  }
  const run = before(c, makersOf(events, digest), model, 'training_run', next);
  if (run) expectInputsKnown(c, events, run);
}

/** Every input of the run was made by an earlier event, and at least one of these is about data. */
function expectInputsKnown(c: CheckContext, events: readonly LifeEvent[], run: LifeEvent): void {
  const { id, at, inputs } = run.content;
  const late: string[] = [];
  const unknown: string[] = [];
  let fromData = false;
  for (const input of inputs) {
    const makers = digestsOf([input]).flatMap((digest) => makersOf(events, digest));
    const earlier = makers.filter(({ content }) => millis(content.at) <= millis(at));
    if (makers.length === 0) unknown.push(input.name);
    else if (earlier.length === 0) late.push(input.name);
    for (const maker of earlier) c.use(maker);
    fromData ||= earlier.some(({ content }) => isDataStep(content.event));
  }
  c.none(late, 'TIME_ORDER', `Inputs of run ${id} that were recorded only after it`);
  if (unknown.length > 0)
    c.unclear(
      'CHAIN_BROKEN',
      `Inputs of run ${id} that no recorded event made: ${list(unknown)}. Next: record \`lifecycle-event\` (data_acquired, data_checked or model_registered) with them as outputs.`,
    );
  if (!fromData && late.length === 0 && unknown.length === 0)
    c.unclear(
      'NO_TRAINING_DATA',
      `Run ${id} names no data among its inputs. Next: record the run with the digest of each dataset.`,
    );
}

export function isDataStep(step: Step): boolean {
  return step === 'data_acquired' || step === 'data_checked';
}

/** The newest such step for the model that came before the next one; fails when there are only later ones. */
function before(
  c: CheckContext,
  events: readonly LifeEvent[],
  model: Asset,
  step: Step,
  next: LifeEvent,
): LifeEvent | undefined {
  const steps = events.filter((event) => event.content.event === step && concerns(event, model));
  const found = steps.filter(({ content }) => millis(content.at) <= millis(next.content.at)).at(-1);
  const later = steps[0];
  if (found) c.use(found);
  else if (later)
    c.fail(
      'TIME_ORDER',
      `${model.id}: ${step} ${later.content.id} on ${later.content.at} came after ${next.content.event} ${next.content.id} on ${next.content.at}.`,
    );
  else missing(c, model, step, `before ${next.content.event} ${next.content.id}`);
  return found;
}

function missing(c: CheckContext, model: Asset, step: Step, when: string): void {
  c.unclear(
    'CHAIN_BROKEN',
    `No ${step} of ${model.id}${model.version === undefined ? '' : ` ${model.version}`} is recorded. Next: record \`lifecycle-event\` (${step}) ${when} for ${model.digest ?? 'it'}.`,
  );
}
