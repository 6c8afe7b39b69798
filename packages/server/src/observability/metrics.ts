/** Figures for Prometheus, by the names of OpenTelemetry's conventions where there is one. No figure names a person. */
import { jobStates } from '@custos/store';
import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import type { Service } from '../service.ts';

export class Metrics {
  readonly #registry = new Registry();
  readonly #requests: Histogram;
  readonly #jobs: Counter;
  readonly #jobSeconds: Histogram;
  readonly #webhooks: Counter;
  #ask: () => Promise<void> = async () => undefined;

  constructor() {
    const registers = [this.#registry];
    collectDefaultMetrics({ register: this.#registry });
    this.#requests = new Histogram({
      name: 'http_server_request_duration_seconds',
      help: 'Duration of HTTP requests',
      labelNames: ['http_request_method', 'http_route', 'http_response_status_code'],
      buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10],
      registers,
    });
    this.#jobs = new Counter({
      name: 'custos_job_runs_total',
      help: 'Runs of jobs in this instance',
      labelNames: ['job', 'outcome'],
      registers,
    });
    this.#jobSeconds = new Histogram({
      name: 'custos_job_duration_seconds',
      help: 'Duration of runs of jobs in this instance',
      labelNames: ['job'],
      buckets: [0.1, 1, 10, 60, 600],
      registers,
    });
    this.#webhooks = new Counter({
      name: 'custos_webhook_attempts_total',
      help: 'Attempts to send a webhook; pending: it is tried again',
      labelNames: ['outcome'],
      registers,
    });
  }

  /** @param route with names for parameters; never the address that was called */
  requestEnded(method: string, route: string, status: number, seconds: number): void {
    this.#requests.observe(
      { http_request_method: method, http_route: route, http_response_status_code: status },
      seconds,
    );
  }

  jobRan(job: string, well: boolean, seconds: number): void {
    this.#jobs.inc({ job, outcome: well ? 'success' : 'failure' });
    this.#jobSeconds.observe({ job }, seconds);
  }

  webhookAttempted(outcome: string): void {
    this.#webhooks.inc({ outcome });
  }

  /** What is counted elsewhere is asked for when somebody looks. Call once. */
  watch(service: Service): void {
    const registers = [this.#registry];
    const gauge = (name: string, help: string, labelNames: string[] = []) =>
      new Gauge({ name, help, labelNames, registers });
    const streams = gauge('custos_event_streams', 'Open streams of events in this instance');
    const alive = gauge('custos_jobs_alive', '1 while this instance looks for jobs that are due');
    const reachable = gauge('custos_database_up', '1 when the database answered just now');
    const succeeded = gauge(
      'custos_job_last_success_timestamp_seconds',
      'When a job succeeded last, in the organisation where that is longest ago; 0: never',
      ['job'],
    );
    const overdue = gauge(
      'custos_jobs_overdue',
      'Organisations in which a job has not succeeded for twice its interval',
      ['job'],
    );
    this.#ask = async () => {
      streams.set(service.events.connections);
      alive.set(service.jobs.started && service.jobs.alive ? 1 : 0);
      succeeded.reset();
      overdue.reset();
      const states = await service.context.database.acrossOrganisations(jobStates).catch(() => undefined);
      reachable.set(states === undefined ? 0 : 1);
      const oldest = new Map<string, number>();
      for (const { job, succeeded_at, overdue: late } of states ?? []) {
        overdue.inc({ job }, late ? 1 : 0);
        const at = (succeeded_at?.getTime() ?? 0) / 1000;
        oldest.set(job, Math.min(at, oldest.get(job) ?? at));
      }
      for (const [job, at] of oldest) succeeded.set({ job }, at);
    };
  }

  async text(): Promise<string> {
    await this.#ask();
    return this.#registry.metrics();
  }

  get contentType(): string {
    return this.#registry.contentType;
  }
}
