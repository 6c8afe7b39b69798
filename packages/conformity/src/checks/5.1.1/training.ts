/** Training as these checks see it: who is staff, which modules are published, who has passed what. */
import { type Content, millis } from '@custos/core';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { percent } from '../../kernel/shares.ts';

export type Module = Content<'training-programme'>['modules'][number];
export type Person = Content<'staff-register'>['people'][number];

/** The programme in force; an `inconclusive` reason when there is none or it is old. */
export function currentProgramme(c: CheckContext): Found<'training-programme'> | undefined {
  return c.newest('training-programme', {
    maxAge: 'training.review_days',
    what: 'a training programme',
    step: 'record `training-programme` from the learning system (`custos observe training-programme FILE`)',
  });
}

/** Modules that staff can take now. */
export function publishedModules(c: CheckContext, programme: Found<'training-programme'>): Module[] {
  return programme.content.modules.filter(
    (module) => module.publishedAt !== undefined && millis(module.publishedAt) <= c.now,
  );
}

/**
 * People at work now, also the declared people of this system. A register older than the grace of joiners can't show
 * who is overdue, so it may not be older than that.
 */
export function activeStaff(c: CheckContext): Person[] | undefined {
  const step = 'record `staff-register` from the personnel or identity system';
  const found = c.newest('staff-register', {
    maxAge: 'training.joiner_grace_days',
    what: 'a staff register',
    step,
  });
  if (!found) return undefined;
  const active = found.content.people.filter((person) => person.active);
  if (active.length > 0) return active;
  c.unclear('NO_STAFF', `The staff register names nobody who is active. Next: ${step}.`);
  return undefined;
}

/** People who have been here longer than the grace of joiners; the verdict lapses when somebody's grace ends. */
export function pastGrace(c: CheckContext, people: readonly Person[]): Person[] {
  return people.filter((person) => {
    const end = millis(person.joinedAt) + c.interval('training.joiner_grace_days');
    if (end >= c.now) c.holdsUntil(end);
    return end < c.now;
  });
}

/**
 * Module ids that each person has passed and whose completion still counts. The latest attempt decides, so that a
 * failed repetition takes an earlier pass away. An `inconclusive` reason when nobody ever took one of the modules.
 */
export function passedModules(
  c: CheckContext,
  modules: ReadonlySet<string>,
): ReadonlyMap<string, ReadonlySet<string>> {
  const latest = new Map<string, Content<'training-completion'>>();
  for (const { content } of c.every('training-completion', {
    where: (content) => modules.has(content.module),
    maxAge: 'training.completion_valid_days',
    what: `a completion of ${list([...modules])}`,
    step: 'import completions (`custos observe training-completion FILE`)',
  })) {
    const key = JSON.stringify([content.person, content.module]);
    const before = latest.get(key);
    if (!before || millis(before.completedAt) < millis(content.completedAt)) latest.set(key, content);
  }
  const passed = new Map<string, Set<string>>();
  for (const content of latest.values()) {
    if (!content.passed || !c.recent(content.completedAt, 'training.completion_valid_days')) continue;
    const set = passed.get(content.person) ?? new Set<string>();
    passed.set(content.person, set.add(content.module));
  }
  return passed;
}

/** A whole group is counted, so the share is exact; fails when it is below the setting, naming who is missing. */
export function expectShare(
  c: CheckContext,
  group: {
    people: readonly string[];
    done: (person: string) => boolean;
    setting: string;
    code: string;
    what: string;
  },
): void {
  const missing = group.people.filter((person) => !group.done(person));
  const share = 1 - missing.length / Math.max(1, group.people.length);
  c.expect(
    share >= c.setting(group.setting),
    group.code,
    `${group.what}: ${group.people.length - missing.length} of ${group.people.length}, at least ${percent(c.setting(group.setting))} is needed. Missing: ${list(missing)}.`,
  );
}
