/** Questions to people who see nothing but their question. */
import { type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables, TaskStatus } from '../sql/tables.ts';

export type TaskRow = Selectable<Tables['tasks']>;
export type NewTask = Pick<
  TaskRow,
  | 'organisation'
  | 'system'
  | 'task'
  | 'token'
  | 'person'
  | 'title'
  | 'question'
  | 'duty'
  | 'asked_by'
  | 'created_at'
  | 'expires_at'
>;

export async function insertTask(control: Control, row: NewTask): Promise<void> {
  await control.insertInto('tasks').values(row).execute();
}

/**
 * The task that a link is for, whichever organisation it is of. The transaction sees no other afterwards.
 * @param token SHA-256 of the link's token
 */
export async function findTaskByToken(control: Control, token: Uint8Array): Promise<TaskRow | undefined> {
  await sql`select set_config('custos.task', ${Buffer.from(token).toString('hex')}, true)`.execute(control);
  return control.selectFrom('tasks').selectAll().where('token', '=', Buffer.from(token)).executeTakeFirst();
}

export function findTask(control: Control, system: string, task: string): Promise<TaskRow | undefined> {
  return control
    .selectFrom('tasks')
    .selectAll()
    .where('system', '=', system)
    .where('task', '=', task)
    .executeTakeFirst();
}

/** Tasks of a system, newest first. */
export function taskPage(
  control: Control,
  {
    system,
    before,
    limit,
  }: { system: string; before?: { createdAt: string; task: string } | undefined; limit: number },
): Promise<TaskRow[]> {
  let page = control
    .selectFrom('tasks')
    .selectAll()
    .where('system', '=', system)
    .orderBy('created_at', 'desc')
    .orderBy('task')
    .limit(limit);
  if (before !== undefined)
    page = page.where((where) =>
      where.or([
        where('created_at', '<', before.createdAt),
        where.and([where('created_at', '=', before.createdAt), where('task', '>', before.task)]),
      ]),
    );
  return page.execute();
}

export interface TaskChange {
  readonly status: TaskStatus;
  readonly answer?: string;
  readonly answered_at?: string;
  readonly observation?: string;
  readonly review?: string;
  readonly reviewed_by?: string;
}

/** Changes a task that is still at `version`; false when somebody was first. */
export async function updateTask(
  control: Control,
  { system, task, version }: { system: string; task: string; version: number },
  change: TaskChange,
): Promise<boolean> {
  const done = await control
    .updateTable('tasks')
    .set({ ...change, version: version + 1 })
    .where('system', '=', system)
    .where('task', '=', task)
    .where('version', '=', version)
    .executeTakeFirst();
  return done.numUpdatedRows > 0n;
}
