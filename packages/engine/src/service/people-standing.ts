/** Who works in which roles, what training these roles ask of them, and how far everybody is. */
import { DAY, type Instant, millis, predicates } from '@custos/core';
import {
  type Control,
  findProgramme,
  findStaffRegister,
  latestCompletions,
  memberships,
  staffOf,
  systemRoles,
  type TrainingCompletionRow,
} from '@custos/store';
import type { z } from 'zod';
import type { ServiceContext } from './context.ts';
import { thresholdOf } from './people-record.ts';

/** The role of everybody. */
export const ALL_STAFF = 'staff';
/** A completion that lapses within so many days is shown as expiring. */
const SOON = 30;

export interface StaffMember {
  readonly person: string;
  readonly name: string;
  readonly roles: readonly string[];
  /** Undefined for members who are not on the register. */
  readonly joinedAt: Instant | undefined;
}

/**
 * Active staff of the register, and members who are not on it. Roles: those of the register, those held on systems,
 * `organisation` for administrators, and `staff` for all.
 */
export async function staffMembers(control: Control): Promise<StaffMember[]> {
  const [register, members, held] = [
    await staffOf(control),
    await memberships(control),
    await systemRoles(control),
  ];
  const onRegister = new Map(register.map((row) => [row.person, row]));
  const roles = new Map<string, Set<string>>();
  const add = (person: string, role: string) =>
    roles.set(person, (roles.get(person) ?? new Set([ALL_STAFF])).add(role));
  for (const { person, role } of held) add(person, role);
  for (const { person, role } of members) if (role === 'administrator') add(person, 'organisation');
  for (const row of register) for (const role of row.roles) add(row.person, role);
  const names = new Map(members.map(({ person, name }) => [person, name]));
  const people = new Set([
    ...register.filter(({ active }) => active).map(({ person }) => person),
    ...members.map(({ person }) => person).filter((person) => onRegister.get(person)?.active !== false),
  ]);
  return [...people].sort().map((person) => ({
    person,
    name: names.get(person) ?? person,
    roles: [...(roles.get(person) ?? [ALL_STAFF])].sort(),
    joinedAt: onRegister.get(person)?.joined_at,
  }));
}

const { curricula: Curricula, modules: Modules } = predicates['training-programme'].shape;
export type Curriculum = z.infer<typeof Curricula>[number];
export type ProgrammeModule = z.infer<typeof Modules>[number];

export interface Programme {
  readonly version: number;
  readonly curricula: readonly Curriculum[];
  readonly modules: readonly ProgrammeModule[];
  readonly reviewedAt: Instant;
  readonly passShare: number;
  readonly attemptsPerDay: number;
  readonly pauseMinutes: number;
}

/** The programme in force; undefined while there is none. */
export async function programmeInForce(control: Control): Promise<Programme | undefined> {
  const row = await findProgramme(control);
  return (
    row && {
      version: row.version,
      curricula: Curricula.parse(JSON.parse(row.curricula)),
      modules: Modules.parse(JSON.parse(row.modules)),
      reviewedAt: row.reviewed_at,
      passShare: row.pass_share,
      attemptsPerDay: row.attempts_per_day,
      pauseMinutes: row.pause_minutes,
    }
  );
}

/** `due`: never passed; `failed`: the last attempt was not enough; `expiring`: passed, lapses within 30 days; `expired`: passed too long ago. */
export type ModuleState = 'due' | 'failed' | 'passed' | 'expiring' | 'expired';

export interface ModuleStanding {
  readonly module: string;
  readonly state: ModuleState;
  /** Roles that ask for it. */
  readonly roles: readonly string[];
  readonly completedAt?: Instant;
  readonly expiresAt?: Instant;
  /** By when a joiner should have passed it. */
  readonly dueAt?: Instant;
}

export interface TrainingRules {
  readonly now: Instant;
  /** `training.completion_valid_days` */
  readonly validDays: number;
  /** `training.joiner_grace_days` */
  readonly graceDays: number;
}

export async function trainingRules(context: ServiceContext, control: Control): Promise<TrainingRules> {
  return {
    now: context.clock.now(),
    validDays: await thresholdOf(context, control, 'training.completion_valid_days'),
    graceDays: await thresholdOf(context, control, 'training.joiner_grace_days'),
  };
}

/** What the programme asks of one person, in its order, and how far they are. */
export function standingOf(
  programme: Pick<Programme, 'curricula' | 'modules'>,
  member: Pick<StaffMember, 'roles' | 'joinedAt'>,
  completions: ReadonlyMap<string, TrainingCompletionRow>,
  rules: TrainingRules,
): ModuleStanding[] {
  const wanted = new Map<string, string[]>();
  for (const { role, modules } of programme.curricula)
    if (member.roles.includes(role))
      for (const module of modules) wanted.set(module, [...(wanted.get(module) ?? []), role]);
  return programme.modules
    .filter(({ id }) => wanted.has(id))
    .map(({ id }) => {
      const latest = completions.get(id);
      const expires = latest?.passed ? millis(latest.completed_at) + rules.validDays * DAY : undefined;
      return {
        module: id,
        roles: wanted.get(id) ?? [],
        state: stateOf(latest, expires, millis(rules.now)),
        ...(latest ? { completedAt: latest.completed_at } : {}),
        ...(expires === undefined ? {} : { expiresAt: new Date(expires).toISOString() }),
        ...(member.joinedAt === undefined || latest?.passed
          ? {}
          : { dueAt: new Date(millis(member.joinedAt) + rules.graceDays * DAY).toISOString() }),
      };
    });
}

function stateOf(
  latest: TrainingCompletionRow | undefined,
  expires: number | undefined,
  now: number,
): ModuleState {
  if (!latest) return 'due';
  if (expires === undefined) return 'failed';
  if (expires < now) return 'expired';
  return expires < now + SOON * DAY ? 'expiring' : 'passed';
}

/** True while the module counts. */
export function holds(state: ModuleState): boolean {
  return state === 'passed' || state === 'expiring';
}

export interface TeamMember extends StaffMember {
  readonly standing: readonly ModuleStanding[];
}

export interface Team {
  readonly people: readonly TeamMember[];
  /** For each role with people or a curriculum: how many have completed all that it asks. */
  readonly reach: readonly { readonly role: string; readonly people: number; readonly complete: number }[];
  readonly register: { readonly scope: string; readonly recordedAt: Instant } | undefined;
}

export async function trainingTeam(control: Control, rules: TrainingRules): Promise<Team> {
  const programme = (await programmeInForce(control)) ?? { curricula: [], modules: [] };
  const completions = new Map<string, Map<string, TrainingCompletionRow>>();
  for (const row of await latestCompletions(control)) {
    const own = completions.get(row.person) ?? new Map<string, TrainingCompletionRow>();
    completions.set(row.person, own.set(row.module, row));
  }
  const people = (await staffMembers(control)).map((member) => ({
    ...member,
    standing: standingOf(programme, member, completions.get(member.person) ?? new Map(), rules),
  }));
  const roles = [
    ...new Set([...programme.curricula.map(({ role }) => role), ...people.flatMap((one) => one.roles)]),
  ].sort();
  const register = await findStaffRegister(control);
  return {
    people,
    reach: roles.map((role) => {
      const wanted = new Set(programme.curricula.find((one) => one.role === role)?.modules ?? []);
      const inRole = people.filter((one) => one.roles.includes(role));
      const complete = inRole.filter(
        ({ standing }) =>
          wanted.size > 0 && standing.every(({ module, state }) => !wanted.has(module) || holds(state)),
      );
      return { role, people: inRole.length, complete: complete.length };
    }),
    register: register && { scope: register.scope, recordedAt: register.recorded_at },
  };
}

export interface Reminder {
  readonly person: string;
  readonly modules: readonly ModuleStanding[];
}

/** Everybody who has something to take or to renew; whoever sends reminders says how often. */
export async function trainingReminders(control: Control, rules: TrainingRules): Promise<Reminder[]> {
  const { people } = await trainingTeam(control, rules);
  return people
    .map(({ person, standing }) => ({
      person,
      modules: standing.filter(({ state }) => state !== 'passed'),
    }))
    .filter(({ modules }) => modules.length > 0);
}
