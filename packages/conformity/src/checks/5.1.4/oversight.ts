/** The means of human oversight as registered, and who and what keeps them working. */
import type { Content } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import { controlsActive } from '../../kernel/controls.ts';
import type { Found } from '../../kernel/evidence-index.ts';

export type Mechanism = Content<'oversight-mechanism'>['mechanisms'][number];

/** The registered mechanisms; leaves a reason when there is no registration or it is empty. */
export function oversightMechanisms(c: CheckContext): Found<'oversight-mechanism'> | undefined {
  const step =
    'register the mechanisms from the workflow configuration (`custos observe oversight-mechanism FILE`)';
  const found = c.newest('oversight-mechanism', {
    from: c.duty.roles,
    maxAge: 'assessment.review_days',
    what: 'a registration of oversight mechanisms',
    step,
  });
  if (!found || found.content.mechanisms.length > 0) return found;
  c.unclear('NO_MECHANISM', `The registration names no mechanism. Next: ${step}.`);
  return undefined;
}

/** Each mechanism has reviewers, and all of them are at work. Reads `staff-register`. */
export function expectReviewers(c: CheckContext, mechanisms: readonly Mechanism[]): void {
  c.none(
    mechanisms.filter((item) => item.reviewers.length === 0).map((item) => item.id),
    'NO_REVIEWER',
    'Nobody is named to work these mechanisms',
  );
  const roster = c.newest('staff-register', {
    maxAge: 'training.joiner_grace_days',
    what: 'a staff register',
    step: 'record `staff-register` from the personnel or identity system',
  });
  if (!roster) return;
  const active = new Set(
    roster.content.people.filter((person) => person.active).map((person) => person.person),
  );
  c.none(
    mechanisms.flatMap((item) =>
      item.reviewers.filter((person) => !active.has(person)).map((person) => `${person} (${item.id})`),
    ),
    'REVIEWER_NOT_AT_WORK',
    'Reviewers who are not active on the staff register',
  );
}

/** Every mechanism is on, as measured: its id is the id of the control. Reads `control-status`. */
export function expectWorking(c: CheckContext, mechanisms: readonly Mechanism[]): boolean {
  return controlsActive(
    c,
    mechanisms.map((item) => item.id),
  );
}

/** Mechanisms that end or take back what the system does. */
export function interrupting(mechanisms: readonly Mechanism[]): Mechanism[] {
  return mechanisms.filter((item) => item.kind === 'stop' || item.kind === 'override');
}
