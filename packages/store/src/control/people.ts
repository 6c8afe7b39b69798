/** Training, staff, threats and the awareness policy, as the pages ask for them. The ledger has each as an observation. */
import type { Insertable, Selectable } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type TrainingModuleRow = Selectable<Tables['training_modules']>;
export type TrainingProgrammeRow = Selectable<Tables['training_programmes']>;
export type TrainingCompletionRow = Selectable<Tables['training_completions']>;
export type StaffRow = Selectable<Tables['staff']>;
export type StaffRegisterRow = Selectable<Tables['staff_registers']>;
export type ThreatRow = Selectable<Tables['threats']>;
export type AwarenessPolicyRow = Selectable<Tables['awareness_policies']>;

/** Keeps versions of modules; one that is there stays as it is. @returns how many were new */
export async function keepModules(control: Control, rows: readonly TrainingModuleRow[]): Promise<number> {
  if (rows.length === 0) return 0;
  const made = await control
    .insertInto('training_modules')
    .values([...rows])
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return Number(made.numInsertedOrUpdatedRows ?? 0n);
}

export function findModule(
  control: Control,
  of: { module: string; version: string },
): Promise<TrainingModuleRow | undefined> {
  return control
    .selectFrom('training_modules')
    .selectAll()
    .where('module', '=', of.module)
    .where('version', '=', of.version)
    .executeTakeFirst();
}

/** What modules are called and how long they take, in every version that was ever in a programme. */
export function moduleHeads(
  control: Control,
  modules: readonly string[],
): Promise<Pick<TrainingModuleRow, 'module' | 'version' | 'title' | 'summary' | 'minutes'>[]> {
  return control
    .selectFrom('training_modules')
    .select(['module', 'version', 'title', 'summary', 'minutes'])
    .where('module', 'in', modules.length > 0 ? [...modules] : [''])
    .execute();
}

/** The newest version of each module of the organisation's own. */
export function ownModules(control: Control): Promise<TrainingModuleRow[]> {
  return control
    .selectFrom('training_modules')
    .selectAll()
    .distinctOn('module')
    .where('own', '=', true)
    .orderBy('module')
    .orderBy('published_at', 'desc')
    .execute();
}

export function findProgramme(control: Control): Promise<TrainingProgrammeRow | undefined> {
  return control.selectFrom('training_programmes').selectAll().executeTakeFirst();
}

/** Puts a programme in place of version `row.version`, 0 for the first; false when somebody else was first. */
export async function putProgramme(control: Control, row: TrainingProgrammeRow): Promise<boolean> {
  const { version, ...values } = row;
  if (version === 0) {
    const made = await control
      .insertInto('training_programmes')
      .values(values)
      .onConflict((c) => c.doNothing())
      .executeTakeFirst();
    return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
  }
  const done = await control
    .updateTable('training_programmes')
    .set({ ...values, version: version + 1 })
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** Those that are there already stay. */
export async function insertCompletions(
  control: Control,
  rows: readonly TrainingCompletionRow[],
): Promise<void> {
  if (rows.length === 0) return;
  await control
    .insertInto('training_completions')
    .values([...rows])
    .onConflict((c) => c.doNothing())
    .execute();
}

/** The latest attempt of each person at each module, which is the one that counts. */
export function latestCompletions(control: Control, person?: string): Promise<TrainingCompletionRow[]> {
  let query = control
    .selectFrom('training_completions')
    .selectAll()
    .distinctOn(['person', 'module'])
    .orderBy('person')
    .orderBy('module')
    .orderBy('completed_at', 'desc');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

/** Attempts at a quiz since a time, newest first. */
export function quizAttempts(
  control: Control,
  of: { person: string; module: string; since: string },
): Promise<TrainingCompletionRow[]> {
  return control
    .selectFrom('training_completions')
    .selectAll()
    .where('person', '=', of.person)
    .where('module', '=', of.module)
    .where('source', '=', 'quiz')
    .where('completed_at', '>=', of.since)
    .orderBy('completed_at', 'desc')
    .execute();
}

export function findStaffRegister(control: Control): Promise<StaffRegisterRow | undefined> {
  return control.selectFrom('staff_registers').selectAll().executeTakeFirst();
}

export function staffOf(control: Control, person?: string): Promise<StaffRow[]> {
  let query = control.selectFrom('staff').selectAll().orderBy('person');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

export async function replaceStaff(
  control: Control,
  register: Insertable<Tables['staff_registers']>,
  people: readonly StaffRow[],
): Promise<void> {
  const { scope, recorded_at } = register;
  await control
    .insertInto('staff_registers')
    .values(register)
    .onConflict((c) => c.column('organisation').doUpdateSet({ scope, recorded_at }))
    .execute();
  await control.deleteFrom('staff').execute();
  for (let at = 0; at < people.length; at += 1000)
    await control
      .insertInto('staff')
      .values(people.slice(at, at + 1000))
      .execute();
}

/**
 * Claims the right to remind somebody; false when it was done, or claimed, after `since`, perhaps by another instance.
 * @param row with the time until which nobody else claims it, as if somebody had been reminded then
 */
export async function claimReminder(
  control: Control,
  row: { organisation: string; person: string; sent_at: string },
  since: string,
): Promise<boolean> {
  const done = await control
    .insertInto('training_reminders')
    .values(row)
    .onConflict((c) =>
      c
        .columns(['organisation', 'person'])
        .doUpdateSet({ sent_at: row.sent_at })
        .where('training_reminders.sent_at', '<', since),
    )
    .executeTakeFirst();
  return (done.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function markReminded(
  control: Control,
  { person, sent_at }: { person: string; sent_at: string },
): Promise<void> {
  await control.updateTable('training_reminders').set({ sent_at }).where('person', '=', person).execute();
}

/** False when the id is taken. */
export async function insertThreat(control: Control, row: Insertable<Tables['threats']>): Promise<boolean> {
  const made = await control
    .insertInto('threats')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

/** Newest first. */
export function threatsOf(control: Control): Promise<ThreatRow[]> {
  return control
    .selectFrom('threats')
    .selectAll()
    .orderBy('published_at', 'desc')
    .orderBy('threat')
    .limit(500)
    .execute();
}

export async function decideThreat(
  control: Control,
  threat: string,
  change: { decision: string; decided_at: string; decided_by: string },
): Promise<boolean> {
  const done = await control
    .updateTable('threats')
    .set(change)
    .where('threat', '=', threat)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}

/** The policy that was last made. */
export function findAwarenessPolicy(control: Control): Promise<AwarenessPolicyRow | undefined> {
  return control
    .selectFrom('awareness_policies')
    .selectAll()
    .orderBy('in_force_from', 'desc')
    .orderBy('version', 'desc')
    .executeTakeFirst();
}

/** False when there is one of that version. */
export async function insertAwarenessPolicy(control: Control, row: AwarenessPolicyRow): Promise<boolean> {
  const made = await control
    .insertInto('awareness_policies')
    .values(row)
    .onConflict((c) => c.doNothing())
    .executeTakeFirst();
  return (made.numInsertedOrUpdatedRows ?? 0n) > 0n;
}

export async function insertAcknowledgement(
  control: Control,
  row: Insertable<Tables['acknowledgements']>,
): Promise<void> {
  await control
    .insertInto('acknowledgements')
    .values(row)
    .onConflict((c) => c.doNothing())
    .execute();
}

/** Who acknowledged a version, and when: all, or one person. */
export function acknowledgementsOf(
  control: Control,
  version: string,
  person?: string,
): Promise<{ person: string; at: string }[]> {
  let query = control
    .selectFrom('acknowledgements')
    .select(['person', 'at'])
    .where('version', '=', version)
    .orderBy('person');
  if (person !== undefined) query = query.where('person', '=', person);
  return query.execute();
}

export async function peopleSettings(
  control: Control,
): Promise<{ readonly feed: number; readonly public_reports: boolean }> {
  const row = await control.selectFrom('people_settings').selectAll().executeTakeFirst();
  return row ?? { feed: 1, public_reports: false };
}

export async function putPeopleSettings(
  control: Control,
  row: { organisation: string; feed: number; public_reports: boolean },
): Promise<void> {
  const { feed, public_reports } = row;
  await control
    .insertInto('people_settings')
    .values(row)
    .onConflict((c) => c.column('organisation').doUpdateSet({ feed, public_reports }))
    .execute();
}
