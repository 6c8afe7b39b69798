/** Removes what has done its service: ended sessions, answers kept for repeated requests, old events. */
import { DAY } from '@custos/core';
import { removeEndedSessions, removeOldEvents, removeOldKeys } from '@custos/store';
import type { Job } from './job.ts';
import { HOUR } from './time.ts';

export const cleanSessions: Job = {
  name: 'clean-up.sessions',
  summary: 'Removes sessions that have ended',
  scope: 'service',
  every: HOUR,
  run: ({ service }) => removeEndedSessions(service.context.database),
};

export const cleanRequests: Job = {
  name: 'clean-up.requests',
  summary: 'Removes the answers that were kept for repeated requests, after a day',
  scope: 'organisation',
  every: HOUR,
  run: ({ service, organisation }) =>
    service.context.database.within(organisation, (control) =>
      removeOldKeys(control, new Date(Date.parse(service.context.clock.now()) - DAY).toISOString()),
    ),
};

export const cleanEvents: Job = {
  name: 'clean-up.events',
  summary: 'Removes events after a week, and deliveries that have ended after a month',
  scope: 'service',
  every: DAY,
  hour: 3,
  run: ({ service }) =>
    service.context.database.acrossOrganisations((control) =>
      removeOldEvents(control, { events: 7, deliveries: 30 }),
    ),
};
