/**
 * Jobs that run again and again, each run taken by one instance. A run holds a lease, which its instance renews; when the
 * instance dies the lease ends and another one takes the run. `fence` grows with each taking, and `holdJob` lets an effect
 * be committed only under the fence that is still the newest, so that an instance that was only slow, and not dead, can't
 * commit what its successor does again.
 */
import { CustosError } from '@custos/core';
import { type Selectable, sql } from 'kysely';
import type { Control } from '../service.ts';
import type { Tables } from '../sql/tables.ts';

export type JobRow = Selectable<Tables['jobs']>;

/** A run that an instance took. */
export interface JobRun {
  readonly organisation: string;
  readonly job: string;
  readonly fence: number;
}

/** A job as the schedule has it. */
export interface ScheduledJob {
  readonly name: string;
  readonly scope: 'organisation' | 'service';
  /** Milliseconds between runs. */
  readonly every: number;
}

/** Makes the rows of jobs that an organisation, or the service, does not have yet; they are due at once. */
export async function scheduleJobs(control: Control, jobs: readonly ScheduledJob[]): Promise<void> {
  for (const { name, scope, every } of jobs) {
    const owner = scope === 'service' ? sql`(select '' as organisation)` : sql`organisations`;
    await sql`insert into jobs (organisation, job, due_at, period, created_at)
      select o.organisation, ${name}, now(), ${every}::bigint, now() from ${owner} o
      where not exists (select from jobs j where j.organisation = o.organisation and j.job = ${name})
      on conflict do nothing`.execute(control);
  }
}

/** Takes the run that is due longest and that nobody holds; undefined when there is none. */
export async function claimJob(
  control: Control,
  { jobs, holder, lease }: { jobs: readonly ScheduledJob[]; holder: string; lease: number },
): Promise<JobRun | undefined> {
  const { rows } =
    await sql<JobRun>`update jobs set fence = fence + 1, holder = ${holder}, started_at = now(),
      leased_until = now() + ${lease} * interval '1 millisecond'
    where (organisation, job) in (select organisation, job from jobs
      where due_at <= now() and (leased_until is null or leased_until < now())
        and job = any(${jobs.map(({ name }) => name)}::text[])
      order by due_at limit 1 for update skip locked)
    returning organisation, job, fence`.execute(control);
  return rows[0];
}

/** Keeps a run for longer. @returns false when another instance has it */
export async function renewJob(control: Control, run: JobRun, lease: number): Promise<boolean> {
  const done = await sql`update jobs set leased_until = now() + ${lease} * interval '1 millisecond'
    where organisation = ${run.organisation} and job = ${run.job} and fence = ${run.fence}
      and holder is not null`.execute(control);
  return (done.numAffectedRows ?? 0n) > 0n;
}

/**
 * Makes the transaction's effect depend on the run: no other instance takes it over before the transaction ends.
 * @throws CustosError JOB_LOST when one did already
 */
export async function holdJob(control: Control, run: JobRun): Promise<void> {
  const { rows } = await sql<{
    fence: number;
  }>`select fence from jobs where organisation = ${run.organisation}
    and job = ${run.job} and fence = ${run.fence} and holder is not null for share`.execute(control);
  if (rows.length > 0) return;
  throw new CustosError(
    'JOB_LOST',
    `Another instance took over the job ${run.job}; nothing of this step was kept.`,
  );
}

export interface JobEnd {
  /** Milliseconds until the next run. */
  readonly next: number;
  readonly every: number;
  /** Why it failed; absent: it did not. */
  readonly error?: string | undefined;
}

/**
 * Ends a run and sets the next one. @returns undefined when another instance has the run; else whether this failure, or
 * this success after failures that were told of, is news
 */
export async function finishJob(
  control: Control,
  run: JobRun,
  { next, every, error }: JobEnd,
): Promise<'fails' | 'recovered' | 'as before' | undefined> {
  const { rows } = await sql<{ alarmed: boolean }>`with before as (
      select alarmed_at is not null as alarmed from jobs
      where organisation = ${run.organisation} and job = ${run.job} and fence = ${run.fence} and holder is not null
      for update)
    update jobs set holder = null, leased_until = null, period = ${every}::bigint,
      due_at = now() + ${next} * interval '1 millisecond',
      succeeded_at = case when ${error ?? null}::text is null then now() else succeeded_at end,
      failed_at = case when ${error ?? null}::text is null then failed_at else now() end,
      failures = case when ${error ?? null}::text is null then 0 else failures + 1 end,
      error = ${error ?? null}::text,
      alarmed_at = case when ${error ?? null}::text is null then null else coalesce(alarmed_at, now()) end
    from before where organisation = ${run.organisation} and job = ${run.job}
    returning before.alarmed`.execute(control);
  const [row] = rows;
  if (row === undefined) return undefined;
  if (row.alarmed === (error !== undefined)) return 'as before';
  return error === undefined ? 'recovered' : 'fails';
}

/** Gives up a run that was cut short; it is due again at once. */
export async function releaseJob(control: Control, run: JobRun): Promise<void> {
  await sql`update jobs set holder = null, leased_until = null, due_at = now()
    where organisation = ${run.organisation} and job = ${run.job} and fence = ${run.fence}`.execute(control);
}

/**
 * A job that has not succeeded for twice its interval: it stopped running, or only fails. A quarter of an hour is nothing to
 * alarm anybody for: a service that begins again, or has much to do, is behind by some minutes.
 */
const OVERDUE = sql<boolean>`coalesce(succeeded_at, created_at)
  + greatest(2 * period * interval '1 millisecond', interval '15 minutes') < now()`;

/** Organisations with overdue jobs of which nobody was told. `acrossOrganisations` only. */
export async function overdueOrganisations(control: Control): Promise<string[]> {
  const { rows } = await sql<{ organisation: string }>`select distinct organisation from jobs
    where alarmed_at is null and ${OVERDUE} order by organisation`.execute(control);
  return rows.map(({ organisation }) => organisation);
}

/** Overdue jobs of the organisation of which nobody was told; they count as told afterwards. */
export async function alarmOverdue(control: Control): Promise<string[]> {
  const { rows } = await sql<{ job: string }>`update jobs set alarmed_at = now()
    where organisation = own_organisation() and alarmed_at is null and ${OVERDUE} returning job`.execute(
    control,
  );
  return rows.map(({ job }) => job);
}

export interface JobState extends JobRow {
  readonly overdue: boolean;
}

/** How the jobs stand: of the organisation, or of all with `acrossOrganisations`. */
export async function jobStates(control: Control): Promise<JobState[]> {
  const { rows } =
    await sql<JobState>`select *, ${OVERDUE} as overdue from jobs order by organisation, job`.execute(
      control,
    );
  return rows;
}

/** Makes a job due at once; false when there is none of that name. */
export async function runJobNow(control: Control, job: string): Promise<boolean> {
  const done =
    await sql`update jobs set due_at = now() where organisation = own_organisation() and job = ${job}`.execute(
      control,
    );
  return (done.numAffectedRows ?? 0n) > 0n;
}
