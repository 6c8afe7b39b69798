/** Who may decide on a request, and why not: the separation of duties in one place. */
import { DeciderRole, type Instant, millis } from '@custos/core';
import type { DelegationRow, StepRow, WholeRequest } from '@custos/store';
import { ROLE_WORD } from '../report/words.ts';
import { holds, type Roles } from './requests-facts.ts';
import type { TrainingStanding } from './training-standing.ts';

/** Codes that a client sees. */
export type DecideRefusal =
  | 'ROLE'
  | 'SELF_APPROVAL'
  | 'ROLE_CONFLICT'
  | 'ALREADY_DECIDED'
  | 'NOT_YOUR_TURN'
  | 'NOT_ASKED'
  | 'TRAINING_EXPIRED';

export interface DecideQuestion {
  readonly request: WholeRequest;
  readonly person: string;
  readonly role: DeciderRole;
  readonly roles: Roles;
  readonly delegations: readonly DelegationRow[];
  readonly training: TrainingStanding;
  readonly now: Instant;
}

/** A right, with the person for whom it is used, or why there is none. */
export type DecideRight =
  | { readonly may: true; readonly onBehalfOf: string | undefined }
  | { readonly may: false; readonly code: DecideRefusal; readonly message: string };

export function mayDecide(question: DecideQuestion): DecideRight {
  const { request, person, role, roles, training } = question;
  const no = (code: DecideRefusal, message: string): DecideRight => ({ may: false, code, message });
  if (!holds(roles, person, role))
    return no('ROLE', `You do not hold the role ${ROLE_WORD[role]} on this system.`);
  if (request.row.authors.includes(person))
    return no(
      'SELF_APPROVAL',
      'You asked for this or wrote what is to be approved. Somebody else has to decide on it.',
    );
  if (conflicted(roles, person, role))
    return no(
      'ROLE_CONFLICT',
      'You are a Developer of this system, so you can not decide as its Data Custodian. Another Data Custodian has to.',
    );
  if (decidedOn(request).includes(person))
    return no(
      'ALREADY_DECIDED',
      'You decided on this request already, or somebody did in your place; each person counts once.',
    );
  const step = currentStep(request);
  if (step.role !== role)
    return no(
      'NOT_YOUR_TURN',
      `Step ${step.step} is decided as ${ROLE_WORD[DeciderRole.parse(step.role)]}; you hold ${ROLE_WORD[role]}.`,
    );
  const onBehalfOf = namedBy(question, step);
  if (onBehalfOf === undefined)
    return no('NOT_ASKED', 'Others are asked by name, and nobody who is has delegated to you.');
  if (training.state !== 'current' && training.state !== 'no_programme')
    return no('TRAINING_EXPIRED', training.message);
  return { may: true, onBehalfOf: onBehalfOf === person ? undefined : onBehalfOf };
}

export function currentStep({ row, steps }: WholeRequest): StepRow {
  const step = steps.find((one) => one.step === row.step);
  if (step === undefined) throw new RangeError(`request ${row.request} has no step ${row.step}`);
  return step;
}

/** Whose word is given on a request: who decided, and in whose place. */
export function decidedOn({ decisions }: Pick<WholeRequest, 'decisions'>): string[] {
  return decisions.flatMap((one) => [one.person, ...(one.on_behalf_of === null ? [] : [one.on_behalf_of])]);
}

/** A Data Custodian's word can't come from a Developer of the same system, who holds both roles. */
function conflicted(roles: Roles, person: string, role: DeciderRole): boolean {
  return role === 'data_custodian' && holds(roles, person, 'developer');
}

/** The person themselves where they are asked, or who is asked and delegated to them; undefined for neither. */
function namedBy({ request, person, role, roles, delegations, now }: DecideQuestion, step: StepRow) {
  const { people } = step;
  if (people === null || people.includes(person)) return person;
  const decided = decidedOn(request);
  return delegations.find(
    (one) =>
      one.to_person === person &&
      one.role === role &&
      people.includes(one.from_person) &&
      one.revoked_at === null &&
      millis(one.starts_at) <= millis(now) &&
      millis(one.ends_at) > millis(now) &&
      // Whoever can't decide themselves can't have it done either.
      holds(roles, one.from_person, role) &&
      !request.row.authors.includes(one.from_person) &&
      !conflicted(roles, one.from_person, role) &&
      !decided.includes(one.from_person),
  )?.from_person;
}

/** Who could decide on a step: they hold the role, are asked, and it is not their own work. */
export function eligible(
  step: Pick<StepRow, 'role' | 'people'>,
  { roles, authors, decided = [] }: { roles: Roles; authors: readonly string[]; decided?: readonly string[] },
): string[] {
  const role = DeciderRole.parse(step.role);
  return [...roles.keys()]
    .filter(
      (person) =>
        holds(roles, person, role) &&
        (step.people === null || step.people.includes(person)) &&
        !authors.includes(person) &&
        !decided.includes(person) &&
        !conflicted(roles, person, role),
    )
    .sort();
}
