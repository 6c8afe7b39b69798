/** Design and maintenance plans as documents with a history. */
import { type Content, millis } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';

export const PLAN_KINDS = ['design', 'maintenance'] as const;

/** The newest plan of a kind, from the Developer. Reads `plan`. */
export function planOf(c: CheckContext, kind: Content<'plan'>['kind']): Found<'plan'> | undefined {
  return c.newest('plan', {
    where: (content) => content.kind === kind,
    from: ['developer'],
    maxAge: 'documentation.review_days',
    what: `a ${kind} plan`,
    step: `record \`plan\` (${kind}) from version control as developer`,
  });
}

/** How registers of access name a plan in its version: `design@3`. */
export function planReference({ content }: Found<'plan'>): string {
  return `${content.kind}@${content.version}`;
}

/** Its versions are recorded in order with authors, the newest is the one in force, and its review is not overdue. */
export function expectAuditTrail(c: CheckContext, plan: Found<'plan'>): void {
  const { kind, version, history, nextReviewAt } = plan.content;
  const times = history.map((entry) => millis(entry.at));
  c.expect(
    times.length > 0 && times.every((time, i) => time <= c.now && time >= (times[i - 1] ?? 0)),
    'HISTORY_BROKEN',
    `The history of the ${kind} plan is empty, out of order or in the future.`,
  );
  c.expect(
    history.at(-1)?.version === version,
    'HISTORY_BROKEN',
    `The history of the ${kind} plan ends with ${history.at(-1)?.version ?? 'nothing'}, not with version ${version}.`,
  );
  if (millis(nextReviewAt) < c.now)
    c.fail('REVIEW_OVERDUE', `The review of the ${kind} plan was due on ${nextReviewAt}.`);
  else c.holdsUntil(millis(nextReviewAt));
}
