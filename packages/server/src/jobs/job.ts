/** What a job is: a name, how often, and what it does in one organisation or for the whole service. */
import type { Control, ScheduledJob } from '@custos/store';
import type { JobService } from '../service.ts';

export interface JobContext {
  readonly service: JobService;
  /** '' for a job of the service. */
  readonly organisation: string;
  /** Ends when the service ends or another instance took over. */
  readonly signal: AbortSignal;
  /**
   * Called in the transaction of an effect that must happen once: it is committed only while this instance still has the run.
   * @throws CustosError JOB_LOST
   */
  hold(control: Control): Promise<void>;
}

export interface Job extends ScheduledJob {
  /** What it is for, in a sentence. */
  readonly summary: string;
  /** Hour (UTC) of a daily job. */
  readonly hour?: number;
  /** Does what is to be done, and is safe to begin again after a crash. */
  run(context: JobContext): Promise<void>;
}
