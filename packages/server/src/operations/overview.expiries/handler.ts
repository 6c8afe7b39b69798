import { getExpiries } from '@custos/contract';
import { addDays } from '@custos/core';
import { expiryDays, nextExpiries } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { dayOf, seenBy } from '../overview-view.ts';

const DAYS = 91;
const SHOWN = 20;

export default handle(getExpiries, async ({ service, who, params, query }) => {
  const { database, clock } = service.context;
  const now = clock.now();
  const today = dayOf(now);
  return database.within(params.organisation, async (control) => ({
    today,
    days: await expiryDays(control, { ...seenBy(who), from: today, until: dayOf(addDays(now, DAYS)) }),
    items: (await nextExpiries(control, { ...seenBy(who), from: query.from ?? today, limit: SHOWN })).map(
      ({ system, name, duty, at }) => ({ system, name, duty, at }),
    ),
  }));
});
