/** How each external component stands: its newest score, and whether what a poor one demands is there. */
import {
  type Asset,
  type Content,
  type Evidence,
  hexOf,
  type Instant,
  millis,
  type Role,
} from '@custos/core';
import { verifiedContents } from '../bom/bom-input.ts';
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
  /** The newest of the version in use that has not ended. */
  readonly justification: RecordedJustification | undefined;
  readonly assessment: Content<'component-assessment'> | undefined;
  readonly approved: boolean;
}

/** @param line `component.score_share` */
export function componentStates(
  assets: readonly Asset[],
  evidence: readonly Evidence[],
  line: number,
  now: Instant,
): ComponentState[] {
  const current = (item: Evidence) => {
    const { validUntil } = item.statement.predicate;
    return validUntil === undefined || millis(validUntil) > millis(now);
  };
  const retracted = new Set<string>(
    verifiedContents('retraction', evidence).map(({ content }) => content.of),
  );
  const standing = evidence.filter((item) => current(item) && !retracted.has(item.id));
  const scores = verifiedContents('component-score', standing);
  const saidBy = (item: Evidence, ...roles: readonly Role[]) =>
    roles.some((role) => item.statement.predicate.actor?.role === role);
  const justifications = verifiedContents('justification', standing).filter(({ evidence: item }) =>
    saidBy(item, 'system_operator'),
  );
  const assessments = verifiedContents('component-assessment', standing);
  const approvals = verifiedContents('approval', standing).filter(
    ({ content, evidence: item }) =>
      content.of === 'justification' && saidBy(item, 'system_operator', 'organisation'),
  );
  return externalComponents(assets).map((asset) => {
    const isIt = ({ content }: { content: { component: string; version?: string | undefined } }) =>
      content.component === asset.id && (asset.version === undefined || content.version === asset.version);
    const score = scores.filter(isIt).at(-1)?.content;
    const found = justifications.filter(isIt).at(-1);
    const approval = approvals.filter(
      ({ evidence: item }) =>
        found && item.statement.subject.some((one) => one.digest.sha256 === hexOf(found.evidence.id)),
    );
    return {
      asset,
      score,
      poor: score === undefined ? undefined : Math.min(score.documentation, score.security) < line,
      justification: found && {
        id: found.evidence.id,
        content: found.content,
        at: found.evidence.statement.predicate.observedAt,
        until: found.evidence.statement.predicate.validUntil,
      },
      assessment: assessments.filter(isIt).at(-1)?.content,
      approved: approval.at(-1)?.content.decision === 'approved',
    };
  });
}

/** What is still demanded of a component, in the order in which it is done; empty when nothing is. */
export function demands(state: ComponentState): string[] {
  if (state.poor === undefined) return ['a score'];
  if (!state.poor) return [];
  return [
    ...(state.assessment === undefined ? ['a risk assessment'] : []),
    ...(state.justification === undefined ? ['a justification'] : []),
    ...(state.justification && state.justification.content.controls.length === 0
      ? ['mitigating controls']
      : []),
    ...(state.approved ? [] : ['an approval of the justification']),
  ];
}
