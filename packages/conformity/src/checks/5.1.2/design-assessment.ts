/**
 * The decision for AI came before the system: an approved assessment of need, risks and mitigations that is older than
 * the first model or release, and one that is still current. A yearly review doesn't undo that the first came in time.
 */
import { type Instant, millis, type PredicateName, type Role } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { isAbout } from '../../kernel/subjects.ts';

export type Assessment = Found<'design-assessment'>;

/** What `decidedBeforeBuilding` reads. */
export const ASSESSMENT_TYPES = [
  'design-assessment',
  'approval',
  'lifecycle-event',
  'release',
  'deployment-status',
] as const;

const DECIDERS: readonly Role[] = ['developer', 'system_operator'];
const BUILDING: readonly string[] = ['training_run', 'model_registered', 'deployment'];

/** The newest assessment, decided within the review interval; a reason when there is none. */
export function currentAssessment(c: CheckContext): Assessment | undefined {
  const step =
    'assess the design again and record `design-assessment` (`custos observe design-assessment FILE`)';
  const found = c.newest('design-assessment', {
    from: DECIDERS,
    maxAge: 'assessment.review_days',
    what: 'a design assessment',
    step,
  });
  if (!found || c.recent(found.content.decidedAt, 'assessment.review_days')) return found;
  c.unclear(
    'STALE',
    `The design assessment was decided on ${found.content.decidedAt}; ${c.setting('assessment.review_days')} days are allowed, and no date ahead. Next: ${step}.`,
  );
  return undefined;
}

/** The newest word of the roles (or of one person in them) on exactly this record; fails when it is a rejection. */
export function expectApproved(
  c: CheckContext,
  assessment: Assessment,
  from: readonly Role[],
  person?: string,
): Found<'approval'> | undefined {
  const who = person ?? from.join(' or ');
  const approval = c.newest('approval', {
    where: ({ of }, { evidence }) =>
      of === 'design_assessment' &&
      (person === undefined || evidence.statement.predicate.actor?.id === person),
    from,
    subject: assessment.id,
    what: `an approval of design assessment ${assessment.id} by ${who}`,
    step: `let ${who} approve that record: \`approval\` of design_assessment with subject ${assessment.id}`,
  });
  if (!approval) return undefined;
  const { decision, reason } = approval.content;
  const approved = c.expect(
    decision === 'approved',
    'REJECTED',
    `The design assessment was rejected by ${who}: ${reason}.`,
  );
  const inOrder = c.expect(
    millis(approval.observedAt) >= millis(assessment.observedAt),
    'TIME_ORDER',
    `The approval by ${who} is dated ${approval.observedAt}, before the record it approves (${assessment.observedAt}).`,
  );
  return approved && inOrder ? approval : undefined;
}

/** The current assessment, and the earliest approved one, which must be older than anything built or released. */
export function decidedBeforeBuilding(
  c: CheckContext,
): { current: Assessment; first: Assessment } | undefined {
  const current = currentAssessment(c);
  if (!current || !expectApproved(c, current, DECIDERS)) return undefined;
  const first = firstApproved(c);
  if (!first) return undefined;
  c.use(first.assessment);
  c.use(first.approval);
  const begun = beginning(c);
  if (begun === undefined) {
    if (c.system.phase !== 'design')
      c.unclear(
        'NOTHING_BUILT',
        `custos.yaml declares phase ${c.system.phase}, but no training run, registered model, deployment or release is recorded, so nothing shows that the decision came first. Next: record \`lifecycle-event\` and \`release\` from the pipelines.`,
      );
  } else {
    c.use(begun.found);
    c.expect(
      first.at < millis(begun.at),
      'DECIDED_AFTERWARDS',
      `The first approved design assessment is from ${new Date(first.at).toISOString()}, but ${begun.what} is from ${begun.at}.`,
    );
  }
  return { current, first: first.assessment };
}

interface Approved {
  readonly assessment: Assessment;
  readonly approval: Found<'approval'>;
  /** When it was both decided and approved, in milliseconds since the epoch. */
  readonly at: number;
}

/** Of every assessment on record, however old, the one that was decided and approved first. */
function firstApproved(c: CheckContext): Approved | undefined {
  const approvals = c.past('approval', {
    where: (content) => content.of === 'design_assessment',
    from: DECIDERS,
  });
  return c
    .past('design-assessment', { from: DECIDERS })
    .flatMap((assessment): Approved[] => {
      const approval = approvals.find((found) => isAbout(found, assessment.id));
      if (approval?.content.decision !== 'approved') return [];
      if (millis(approval.observedAt) < millis(assessment.observedAt)) return [];
      const at = Math.max(millis(assessment.content.decidedAt), millis(approval.observedAt));
      return [{ assessment, approval, at }];
    })
    .sort((a, b) => a.at - b.at)[0];
}

/** The first thing that shows a model or system in the making; undefined when there is none yet. */
function beginning(c: CheckContext): { what: string; at: Instant; found: Found<PredicateName> } | undefined {
  const steps = c
    .past('lifecycle-event', { where: ({ event }) => BUILDING.includes(event) })
    .map((found) => ({ what: `${found.content.event} ${found.content.id}`, at: found.content.at, found }));
  const releases = c
    .past('release')
    .map((found) => ({ what: `release ${found.content.id}`, at: found.content.releasedAt, found }));
  const deployed = c.past('deployment-status').map((found) => ({
    what: `the deployment of ${found.content.release}`,
    at: found.content.deployedAt,
    found,
  }));
  return [...steps, ...releases, ...deployed]
    .filter(({ at }) => millis(at) <= c.now)
    .sort((a, b) => millis(a.at) - millis(b.at))[0];
}
