/** How each external component stands: its newest score, and whether what a poor one demands is there. */
import type { Asset, Content, Evidence, Instant } from '@custos/core';
import { isOf, otherComponent, Records, type Roles } from './records.ts';
import { externalComponents } from './score.ts';

export interface RecordedJustification {
  readonly id: Evidence['id'];
  readonly content: Content<'justification'>;
  readonly at: Instant;
  readonly until: Instant | undefined;
}

export interface ComponentState {
  readonly asset: Asset;
  /** The newest score of the version in use. */
  readonly score: Content<'component-score'> | undefined;
  /** Below the organisation's line; undefined without a score. */
  readonly poor: boolean | undefined;
  /** The newest of the version in use, by a System Operator, that has not ended. */
  readonly justification: RecordedJustification | undefined;
  /** The newest of the version in use, by somebody who may assess, that has not ended and accepts the component. */
  readonly assessment: Content<'component-assessment'> | undefined;
  readonly approved: boolean;
  /** Of what is recorded and does not count: why. */
  readonly why: Readonly<Partial<Record<'score' | 'justification' | 'assessment' | 'approval', string>>>;
}

export interface RegisterOptions {
  readonly now: Instant;
  readonly roles: Roles;
  /** `component.score_share` */
  readonly line: number;
  /** `component.assessment_days` */
  readonly assessmentDays: number;
  /** `documentation.review_days` */
  readonly reviewDays: number;
}

export function componentStates(
  assets: readonly Asset[],
  evidence: readonly Evidence[],
  options: RegisterOptions,
): ComponentState[] {
  const records = new Records(evidence, options.now, options.roles);
  return externalComponents(assets).map((asset) => stateOf(asset, records, options));
}

function stateOf(asset: Asset, records: Records, options: RegisterOptions): ComponentState {
  const of = {
    component: asset.id,
    otherThan: otherComponent(asset),
  };
  const { found: score, why: noScore } = records.newest('component-score', {
    ...of,
    days: options.assessmentDays,
  });
  const { found: justification, why: notJustified } = records.newest('justification', {
    ...of,
    from: ['system_operator'],
    days: options.reviewDays,
  });
  const { found: assessment, why: notAssessed } = records.newest('component-assessment', {
    ...of,
    from: ['developer', 'system_operator'],
    days: options.assessmentDays,
    against: ({ content }) => notAccepting(content),
  });
  const { found: approval, why: notApproved } = records.newest('approval', {
    about: (found) =>
      found.content.of === 'justification' &&
      found.content.target === asset.id &&
      isOf(found, justification?.id),
    from: ['system_operator', 'organisation'],
    against: ({ content }) => (content.decision === 'approved' ? undefined : 'rejects it'),
  });
  return {
    asset,
    score: score?.content,
    poor: score && Math.min(score.content.documentation, score.content.security) < options.line,
    justification: justification && {
      id: justification.id,
      content: justification.content,
      at: justification.observedAt,
      until: justification.evidence.statement.predicate.validUntil,
    },
    assessment: assessment?.content,
    approved: approval !== undefined,
    why: {
      ...(noScore ? { score: noScore } : {}),
      ...(notJustified ? { justification: notJustified } : {}),
      ...(notAssessed ? { assessment: notAssessed } : {}),
      ...(notApproved ? { approval: notApproved } : {}),
    },
  };
}

function notAccepting({ conclusion, controls }: Content<'component-assessment'>): string | undefined {
  if (conclusion === 'rejected') return 'rejects it';
  return controls.length === 0 ? 'names no control' : undefined;
}

/** What is still demanded of a component, in the order in which it is done; empty when nothing is. */
export function demands({ asset, poor, assessment, justification, approved, why }: ComponentState): string[] {
  const missing = (what: string, reason: string | undefined) =>
    reason === undefined ? what : `${what} (${reason})`;
  if (poor === undefined)
    return asset.digest === undefined && !asset.version?.trim()
      ? ['an exact version: nothing that is recorded can be of one that is not known']
      : [missing('a score', why.score)];
  if (!poor) return [];
  return [
    ...(assessment === undefined ? [missing('a risk assessment', why.assessment)] : []),
    ...(justification === undefined ? [missing('a justification', why.justification)] : []),
    ...(justification?.content.controls.length === 0 ? ['mitigating controls'] : []),
    ...(approved ? [] : [missing('an approval of the justification', why.approval)]),
  ];
}
