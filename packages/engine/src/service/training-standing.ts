/**
 * Whether somebody's training lets them decide in a role, from the programme, the completions and the register of staff. The
 * modules asked for are those of the role's curriculum; a completion counts until it is as old as
 * `training.completion_valid_days` allows.
 */
import { EvidenceIndex } from '@custos/conformity';
import {
  type Content,
  DAY,
  type Evidence,
  type Instant,
  millis,
  type PredicateName,
  type Role,
} from '@custos/core';

export interface TrainingStanding {
  /**
   * `no_programme`: nothing says what training is asked for, so nothing is held against anybody; `current`: done, until
   * `until`; `incomplete`: never passed; `expired`: passed too long ago; `left`: no longer on the staff.
   */
  readonly state: 'no_programme' | 'current' | 'incomplete' | 'expired' | 'left';
  /** Modules to take, by id. */
  readonly missing: readonly string[];
  /** When the first completion lapses. */
  readonly until?: Instant;
  readonly message: string;
}

/**
 * @param evidence of the organisation's ledger: what stands on a system is said by those whom it is about
 * @param validDays how long a completion counts, `training.completion_valid_days`
 */
export function trainingStanding(
  evidence: Iterable<Evidence>,
  person: string,
  role: Role,
  { now, validDays }: { now: Instant; validDays: number },
): TrainingStanding {
  const index = new EvidenceIndex(evidence, now);
  const programme = reliable(index, 'training-programme', now)[0];
  if (programme === undefined)
    return {
      state: 'no_programme',
      missing: [],
      message: 'The organisation has recorded no training programme, so training is not checked.',
    };
  const known = reliable(index, 'staff-register', now)[0]?.people.find(
    (one) => one.person.toLowerCase() === person,
  );
  if (known?.active === false)
    return { state: 'left', missing: [], message: `${person} is no longer active in the register of staff.` };
  const wanted = [
    ...new Set(programme.curricula.filter((one) => one.role === role).flatMap(({ modules }) => modules)),
  ];
  const latest = latestAttempts(reliable(index, 'training-completion', now), person);
  const never: string[] = [];
  const lapsed: string[] = [];
  let until = Number.POSITIVE_INFINITY;
  for (const module of wanted) {
    const attempt = latest.get(module);
    const end = attempt === undefined ? 0 : millis(attempt.completedAt) + validDays * DAY;
    if (!attempt?.passed || millis(attempt.completedAt) > millis(now)) never.push(module);
    else if (end < millis(now)) lapsed.push(module);
    else until = Math.min(until, end);
  }
  const missing = [...never, ...lapsed];
  if (missing.length > 0)
    return {
      state: never.length > 0 ? 'incomplete' : 'expired',
      missing,
      message: `The training of ${person} for the role ${role} is ${never.length > 0 ? 'not complete' : 'out of date'}: ${missing.join(', ')}. Take it, then decide.`,
    };
  return {
    state: 'current',
    missing: [],
    ...(Number.isFinite(until) ? { until: new Date(until).toISOString() } : {}),
    message:
      wanted.length === 0
        ? `The training programme asks for no module in the role ${role}.`
        : `The training of ${person} for the role ${role} is up to date.`,
  };
}

function reliable<N extends PredicateName>(index: EvidenceIndex, name: N, now: Instant): Content<N>[] {
  return index
    .all(name)
    .filter(({ unreliable, observedAt }) => unreliable === undefined && millis(observedAt) <= millis(now))
    .map(({ content }) => content);
}

/** The latest attempt at each module decides: a failed repetition takes an earlier pass away. */
function latestAttempts(
  completions: readonly Content<'training-completion'>[],
  person: string,
): ReadonlyMap<string, Content<'training-completion'>> {
  const latest = new Map<string, Content<'training-completion'>>();
  for (const completion of completions) {
    if (completion.person.toLowerCase() !== person) continue;
    const before = latest.get(completion.module);
    if (!before || millis(before.completedAt) < millis(completion.completedAt))
      latest.set(completion.module, completion);
  }
  return latest;
}
