import { allows, listRequests } from '@custos/contract';
import { requestPage } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { readPairCursor, writePairCursor } from '../../http/pair-cursor.ts';
import { summaryOf } from '../request-view.ts';

export default handle(listRequests, async ({ service, who, params, query }) => {
  const { database, clock } = service.context;
  const now = clock.now();
  const position = readPairCursor(query.cursor);
  const rows = await database.within(params.organisation, (control) =>
    requestPage(control, {
      status: query.status,
      system: query.system,
      dueBefore: query.dueBefore,
      madeBy: query.mine === 'made' ? who.person : undefined,
      waitsFor:
        query.mine === 'waiting'
          ? { person: who.person, administrator: who.held.organisation === 'administrator', now }
          : undefined,
      // Without a role that reads every system, one sees those on which one holds a role.
      visibleTo: allows(who.held, 'system.read') ? undefined : who.person,
      after: position && { dueAt: position.at, request: position.id },
      limit: query.limit + 1,
    }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => summaryOf(row, now)),
    ...(rows.length > items.length && last ? { next: writePairCursor(last.due_at, last.request) } : {}),
  };
});
