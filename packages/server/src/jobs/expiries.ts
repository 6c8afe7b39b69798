/** Says in time what is about to lapse. */
import { DAY, type Instant, millis } from '@custos/core';
import { emit, removeExpiryNotices, takeExpiries } from '@custos/store';
import type { Job } from './job.ts';
import { HOUR } from './time.ts';

/** How long before; enough to measure again what takes a release cycle. */
const AHEAD = 14 * DAY;
/** Notices at once, so that a transaction stays short. */
const BATCH = 500;

export const expiryNotices: Job = {
  name: 'expiry.notices',
  summary: 'Says, two weeks ahead and once, which verdicts are about to lapse',
  scope: 'organisation',
  every: HOUR,
  async run({ service, organisation, signal, hold }) {
    const { database, clock } = service.context;
    const now = clock.now();
    for (let more = true; more; ) {
      signal.throwIfAborted();
      more = await database.within(organisation, async (control) => {
        await hold(control);
        const taken = await takeExpiries(control, { from: now, until: later(now, AHEAD), limit: BATCH });
        for (const system of new Set(taken.map((one) => one.system)))
          await emit(control, {
            kind: 'expiry.near',
            system,
            detail: {
              duties: taken.filter((one) => one.system === system).map(({ duty, at }) => ({ duty, at })),
            },
          });
        return taken.length === BATCH;
      });
    }
    await database.within(organisation, (control) => removeExpiryNotices(control, later(now, -30 * DAY)));
  },
};

function later(at: Instant, by: number): Instant {
  return new Date(millis(at) + by).toISOString();
}
