/** Systems are assessed again every night, and as soon as a verdict lapses. */
import { CustosError } from '@custos/core';
import { lapsedSystems, systemPage } from '@custos/store';
import type { Job, JobContext } from './job.ts';
import { HOUR, MINUTE } from './time.ts';

const PAGE = 200;
/** Assessments at once: computing takes one core, the rest is waiting for the database. */
const AT_ONCE = 3;

export const assessNightly: Job = {
  name: 'assess.nightly',
  summary: 'Assesses every system again, so that what changed with time is seen',
  scope: 'organisation',
  every: 24 * HOUR,
  hour: 1,
  async run(context) {
    const failed = new Failures();
    let after: string | undefined;
    do {
      const page = await context.service.context.database.within(context.organisation, (control) =>
        systemPage(control, { after, limit: PAGE }),
      );
      const systems = page.map(({ system }) => system);
      await assessAll(context, systems, failed);
      after = page.length < PAGE ? undefined : systems.at(-1);
    } while (after !== undefined);
    failed.raise();
  },
};

export const assessLapsed: Job = {
  name: 'assess.lapsed',
  summary: 'Assesses systems again when one of their verdicts lapses',
  scope: 'organisation',
  every: MINUTE,
  async run(context) {
    const { database, clock } = context.service.context;
    const systems = await database.within(context.organisation, (control) =>
      lapsedSystems(control, clock.now(), 10_000),
    );
    const failed = new Failures();
    await assessAll(context, systems, failed);
    failed.raise();
  },
};

/** One system that can't be assessed keeps no other from it. */
async function assessAll(
  { service, organisation, signal }: JobContext,
  systems: readonly string[],
  failed: Failures,
): Promise<void> {
  const left = [...systems];
  const work = async (): Promise<void> => {
    for (let system = left.shift(); system !== undefined; system = left.shift()) {
      signal.throwIfAborted();
      try {
        await service.assessor.current({ organisation, system });
      } catch (err) {
        service.log.error({ err, organisation, system }, 'a system can not be assessed');
        failed.add(system);
      }
    }
  };
  await Promise.all(Array.from({ length: AT_ONCE }, work));
}

class Failures {
  readonly #systems: string[] = [];

  add(system: string): void {
    this.#systems.push(system);
  }

  /** @throws CustosError JOB_INCOMPLETE */
  raise(): void {
    if (this.#systems.length === 0) return;
    const some = this.#systems.slice(0, 5).join(', ');
    throw new CustosError(
      'JOB_INCOMPLETE',
      `${this.#systems.length} systems could not be assessed, among them ${some}. Open one of them; the log says why.`,
    );
  }
}
