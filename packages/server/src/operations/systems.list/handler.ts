import { allows, listSystems } from '@custos/contract';
import { systemPage } from '@custos/store';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { summaryOf } from '../system-view.ts';

export default handle(listSystems, async ({ service, who, params, query }) => {
  const rows = await service.context.database.within(params.organisation, (control) =>
    systemPage(control, {
      search: query.search,
      phase: query.phase,
      verdict: query.verdict,
      // Without a role that reads every system, one sees those on which one holds a role.
      person: allows(who.held, 'system.read') ? undefined : who.person,
      after: readCursor(query.cursor),
      limit: query.limit + 1,
    }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(summaryOf),
    ...(rows.length > items.length && last ? { next: writeCursor(last.system) } : {}),
  };
});
