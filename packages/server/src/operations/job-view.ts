/** Jobs as clients see them. */
import type { JobState as View } from '@custos/contract';
import type { JobState } from '@custos/store';
import type { z } from 'zod';
import type { Service } from '../service.ts';

/** Nothing for the row of a job that this version does not have. */
export function jobOf({ jobs }: Service, row: JobState): z.input<typeof View>[] {
  const job = jobs.jobs.find(({ name }) => name === row.job);
  if (!job) return [];
  const at = (name: 'startedAt' | 'succeededAt' | 'failedAt', time: Date | null) =>
    time === null ? {} : { [name]: time.toISOString() };
  return [
    {
      name: job.name,
      summary: job.summary,
      scope: job.scope,
      state: stateOf(row),
      everySeconds: Math.round(job.every / 1000),
      dueAt: row.due_at.toISOString(),
      ...at('startedAt', row.started_at),
      ...at('succeededAt', row.succeeded_at),
      ...at('failedAt', row.failed_at),
      failures: row.failures,
      ...(row.error === null ? {} : { error: row.error }),
    },
  ];
}

function stateOf({
  overdue,
  failures,
  holder,
  leased_until,
  succeeded_at,
}: JobState): z.input<typeof View>['state'] {
  if (overdue) return 'overdue';
  if (failures > 0) return 'failing';
  if (holder !== null && leased_until !== null && leased_until.getTime() > Date.now()) return 'running';
  return succeeded_at === null ? 'waiting' : 'well';
}
