import { listChanges, Verdict } from '@custos/contract';
import { addDays } from '@custos/core';
import { changesSince } from '@custos/store';
import { z } from 'zod';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { seenBy } from '../overview-view.ts';

const WEEK = 7;
const Position = z.tuple([z.string(), z.string(), z.int(), z.string()]);

export default handle(listChanges, async ({ service, who, params, query }) => {
  const { database, clock } = service.context;
  const rows = await database.within(params.organisation, (control) =>
    changesSince(control, {
      ...seenBy(who),
      since: query.since ?? addDays(clock.now(), -WEEK),
      system: query.system,
      after: positionOf(readCursor(query.cursor)),
      limit: query.limit + 1,
    }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(({ system, name, duty, sequence, at, was, became, reason }) => ({
      system,
      name,
      duty,
      sequence,
      at,
      was: Verdict.parse(was),
      became: Verdict.parse(became),
      reason,
    })),
    ...(rows.length > items.length && last
      ? { next: writeCursor(JSON.stringify([last.at, last.system, last.sequence, last.duty])) }
      : {}),
  };
});

/** @throws Refusal INVALID */
function positionOf(cursor: string | undefined) {
  if (cursor === undefined) return undefined;
  try {
    const [at, system, sequence, duty] = Position.parse(JSON.parse(cursor));
    return { at, system, sequence, duty };
  } catch {
    throw new Refusal(
      'INVALID',
      'The cursor is none that a page gave. Leave it out to begin at the first page.',
    );
  }
}
