/**
 * Runs the jobs that are due. Several instances share them: each run is taken by one of them, kept while it works, and taken
 * over when it dies. A job that fails or no longer runs is told of: in the metrics, to the console and to webhooks.
 */
import { randomUUID } from 'node:crypto';
import { hostname } from 'node:os';
import { CustosError, DAY } from '@custos/core';
import {
  alarmOverdue,
  claimJob,
  emit,
  finishJob,
  holdJob,
  type JobRun,
  overdueOrganisations,
  releaseJob,
  renewJob,
  scheduleJobs,
} from '@custos/store';
import type { JobService } from '../service.ts';
import type { Job } from './job.ts';
import { pause } from './pause.ts';
import { HOUR } from './time.ts';

export interface JobRunnerOptions {
  readonly jobs: readonly Job[];
  /** Milliseconds between looks; default 5 s. */
  readonly tick?: number | undefined;
  /** Milliseconds after which a run of a dead instance is taken over; default 60 s. */
  readonly lease?: number | undefined;
  /** Runs at once; default 2. */
  readonly atOnce?: number | undefined;
}

export class JobRunner {
  readonly jobs: readonly Job[];
  readonly #service: JobService;
  readonly #tick: number;
  readonly #lease: number;
  readonly #atOnce: number;
  readonly #holder = `${hostname()}/${process.pid}/${randomUUID().slice(0, 8)}`;
  readonly #stopping = new AbortController();
  readonly #underWay = new Set<Promise<void>>();
  #loop: Promise<void> | undefined;
  #lastLook = 0;

  constructor(service: JobService, { jobs, tick = 5000, lease = 60_000, atOnce = 2 }: JobRunnerOptions) {
    this.jobs = jobs;
    this.#service = service;
    this.#tick = tick;
    this.#lease = lease;
    this.#atOnce = atOnce;
  }

  get started(): boolean {
    return this.#loop !== undefined;
  }

  /** True when it looked for what is due a short while ago. */
  get alive(): boolean {
    return performance.now() - this.#lastLook < Math.max(60_000, this.#tick * 5);
  }

  start(): void {
    this.#lastLook = performance.now();
    const { signal } = this.#stopping;
    this.#loop ??= Promise.all([this.#go(), this.#service.webhooks.run(signal)]).then(() => undefined);
  }

  /** Takes no more, tells those under way to end, and waits for them, at most `within` ms. */
  async stop(within = 5000): Promise<void> {
    this.#stopping.abort();
    const idle = (async () => {
      await this.#loop;
      await Promise.all(this.#underWay);
    })();
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<void>((resolve) => {
      timer = setTimeout(resolve, within);
    });
    await Promise.race([idle, late]);
    clearTimeout(timer);
  }

  async #go(): Promise<void> {
    const { signal } = this.#stopping;
    while (!signal.aborted) {
      let taken = 0;
      try {
        taken = await this.look();
      } catch (err) {
        if (!signal.aborted) this.#service.log.error({ err }, 'jobs can not be looked for now');
      }
      // Where there was something to take there may be more.
      await Promise.race([pause(this.#tick, signal), ...(taken > 0 ? this.#underWay : [])]);
    }
  }

  /** Takes what is due, as far as there is room, and starts it. @returns how many runs it took */
  async look(): Promise<number> {
    let taken = 0;
    const { database } = this.#service.context;
    await database.acrossOrganisations((control) => scheduleJobs(control, this.jobs));
    while (this.#underWay.size < this.#atOnce && !this.#stopping.signal.aborted) {
      const run = await database.acrossOrganisations((control) =>
        claimJob(control, { jobs: this.jobs, holder: this.#holder, lease: this.#lease }),
      );
      if (run === undefined) break;
      const work = this.#run(run)
        .catch((err) => this.#service.log.error({ err, job: run.job }, 'the end of a job was not kept'))
        .finally(() => this.#underWay.delete(work));
      this.#underWay.add(work);
      taken += 1;
    }
    await this.#tellOverdue();
    this.#lastLook = performance.now();
    return taken;
  }

  /** Everything that is due now, to its end. For tests and benches. */
  async drain(): Promise<void> {
    while ((await this.look()) > 0) await Promise.all(this.#underWay);
    while ((await this.#service.webhooks.take()) > 0) await this.#service.webhooks.idle();
  }

  async #run(run: JobRun): Promise<void> {
    const job = this.jobs.find(({ name }) => name === run.job);
    if (job === undefined) return;
    const { database } = this.#service.context;
    const lost = new AbortController();
    const signal = AbortSignal.any([lost.signal, this.#stopping.signal]);
    const renewal = setInterval(() => {
      database
        .acrossOrganisations((control) => renewJob(control, run, this.#lease))
        .then(
          (kept) => kept || lost.abort(),
          (err) => this.#service.log.warn({ err, job: run.job }, 'a job could not be kept'),
        );
    }, this.#lease / 3).unref();
    const begun = performance.now();
    let error: unknown;
    try {
      await job.run({
        service: this.#service,
        organisation: run.organisation,
        signal,
        hold: (control) => holdJob(control, run),
      });
    } catch (caught) {
      error = caught;
    } finally {
      clearInterval(renewal);
    }
    const { organisation } = run;
    const ms = Math.round(performance.now() - begun);
    if (lost.signal.aborted || (error instanceof CustosError && error.code === 'JOB_LOST')) {
      this.#service.log.warn({ job: job.name, organisation, ms }, 'another instance took the job over');
      return;
    }
    // A run that the end of the service cut short is taken up by another instance, or at the next start.
    if (error !== undefined && this.#stopping.signal.aborted)
      return database.within(organisation, (control) => releaseJob(control, run));
    await this.#finish(run, job, error);
    this.#service.metrics.jobRan(job.name, error === undefined, ms / 1000);
    if (error === undefined) this.#service.log.info({ job: job.name, organisation, ms }, 'job done');
    else this.#service.log.error({ job: job.name, organisation, ms, err: error }, 'job failed');
  }

  async #finish(run: JobRun, job: Job, error: unknown): Promise<void> {
    const { database } = this.#service.context;
    const next = untilNext(job, run.organisation, Date.now());
    const end = {
      // What failed for a while is not left for a day.
      next: error === undefined ? next : Math.min(next, HOUR),
      every: job.every,
      error: messageOf(error),
    };
    const news = await database.within(run.organisation, async (control) => {
      const found = await finishJob(control, run, end);
      if (run.organisation !== '' && (found === 'fails' || found === 'recovered'))
        await emit(control, {
          kind: found === 'fails' ? 'job.alarm' : 'job.recovered',
          detail: { job: job.name, ...(found === 'fails' ? { why: 'failed' } : {}) },
        });
      return found;
    });
    if (run.organisation !== '') return;
    if (news === 'fails') await this.#tellAll('job.alarm', { job: job.name, why: 'failed' });
    if (news === 'recovered') await this.#tellAll('job.recovered', { job: job.name });
  }

  /** A job that no longer runs can't say so; whoever looks says it. */
  async #tellOverdue(): Promise<void> {
    const { database } = this.#service.context;
    for (const organisation of await database.acrossOrganisations(overdueOrganisations)) {
      const jobs = await database.within(organisation, async (control) => {
        const overdue = await alarmOverdue(control);
        if (organisation !== '')
          for (const job of overdue)
            await emit(control, { kind: 'job.alarm', detail: { job, why: 'overdue' } });
        return overdue;
      });
      for (const job of jobs) {
        this.#service.log.error({ job, organisation }, 'a job has not succeeded for twice its interval');
        if (organisation === '') await this.#tellAll('job.alarm', { job, why: 'overdue' });
      }
    }
  }

  /** The jobs of the service concern every organisation. */
  async #tellAll(kind: string, detail: Record<string, string>): Promise<void> {
    const { database } = this.#service.context;
    for (const organisation of await database.organisations())
      await database.within(organisation, (control) => emit(control, { kind, detail }));
  }
}

/** Milliseconds until the next run: after the interval, or at the hour of a daily job, organisations spread over half an hour. */
export function untilNext(
  { every, hour }: Pick<Job, 'every' | 'hour'>,
  organisation: string,
  now: number,
): number {
  if (hour === undefined) return every;
  let spread = 0;
  for (const letter of organisation) spread = (spread * 31 + letter.charCodeAt(0)) % (HOUR / 2);
  const today = Math.floor(now / DAY) * DAY + hour * HOUR + spread;
  return (today > now ? today : today + DAY) - now;
}

function messageOf(error: unknown): string | undefined {
  if (error === undefined) return undefined;
  return error instanceof CustosError ? error.message : 'Something went wrong inside; see the log.';
}
