/** Requests for decisions: whoever is waited for is reminded, and what no longer stands is closed. */
import { addDays, millis } from '@custos/core';
import { type DueRequest, requestsDue, voidBroken } from '@custos/engine';
import { claimRequestReminder, emit, systemsWithRequests } from '@custos/store';
import { sha256 } from '@custos/trust';
import type { Job } from './job.ts';
import { HOUR } from './time.ts';

/** How long before a request is due its people hear of it. */
const DAYS_AHEAD = 3;
/** Days from one reminder to the next; the job may begin a little early. */
const AGAIN = 0.9;
/** A request that has been overdue for so long is told of no longer every day, but every so many days. */
const WEEK = 7;
/** What was claimed and mailed to nobody counts as told of so many days ago: it may be claimed on the next day, at either pace. */
const UNTOLD = WEEK - 0.2;

export const remindOfRequests: Job = {
  name: 'requests.remind',
  summary:
    'Reminds people of decisions that wait for them and are due within three days or overdue, once a day and after a week once a week',
  scope: 'organisation',
  every: 24 * HOUR,
  hour: 7,
  async run({ service, organisation, signal, hold }) {
    const { database, clock } = service.context;
    const now = clock.now();
    const byPerson = new Map<string, DueRequest[]>();
    for (const due of await requestsDue(service.context, organisation, addDays(now, DAYS_AHEAD))) {
      signal.throwIfAborted();
      const { system, request } = due.row;
      const claimed = await database.within(organisation, async (control) => {
        await hold(control);
        const old = millis(due.row.due_at) < millis(addDays(now, -WEEK));
        const since = addDays(now, old ? 1 - AGAIN - WEEK : -AGAIN);
        const until = service.outbox.canMail && due.waitsFor.length > 0 ? addDays(now, -UNTOLD) : now;
        if (!(await claimRequestReminder(control, due.row, { now: until, since }))) return false;
        await emit(control, { kind: 'request.due', system, detail: { request, overdue: due.overdue } });
        return true;
      });
      if (!claimed) continue;
      for (const person of due.waitsFor) byPerson.set(person, [...(byPerson.get(person) ?? []), due]);
    }
    for (const [person, waiting] of byPerson) {
      signal.throwIfAborted();
      const sent = await service.outbox.mailNow({
        to: person,
        subject: 'Decisions that wait for you',
        text: `These wait for your decision:\n\n${waiting.map((due) => lineOf(due, service.baseUrl)).join('\n')}\n`,
        messageId: `requests.${sha256(person).slice(7, 47)}.${millis(now)}`,
      });
      if (!sent) continue;
      await database.within(organisation, async (control) => {
        for (const { row } of waiting) await claimRequestReminder(control, row, { now, since: now });
      });
    }
  },
};

function lineOf({ row, overdue }: DueRequest, baseUrl: string): string {
  const when = `${overdue ? 'was due' : 'due'} on ${row.due_at.slice(0, 10)}`;
  // A title is one line, whatever somebody typed.
  const title = row.title.replace(/\s+/g, ' ');
  return `- ${title} (${when}): ${baseUrl}/${row.organisation}/systems/${row.system}/requests/${row.request}`;
}

export const voidRequests: Job = {
  name: 'requests.void',
  summary: 'Closes requests when what they were sealed over has changed',
  scope: 'organisation',
  every: HOUR,
  async run({ service, organisation, signal }) {
    const systems = await service.context.database.within(organisation, systemsWithRequests);
    for (const system of systems) {
      signal.throwIfAborted();
      await voidBroken(service, { organisation, system });
    }
  },
};
