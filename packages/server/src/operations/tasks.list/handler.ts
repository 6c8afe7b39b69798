import { listTasks } from '@custos/contract';
import { taskPage } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { readPairCursor, writePairCursor } from '../../http/pair-cursor.ts';
import { taskOf } from '../request-view.ts';

export default handle(listTasks, async ({ service, params, query }) => {
  const { database, clock } = service.context;
  const position = readPairCursor(query.cursor);
  const rows = await database.within(params.organisation, (control) =>
    taskPage(control, {
      system: params.system,
      before: position && { createdAt: position.at, task: position.id },
      limit: query.limit + 1,
    }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map((row) => taskOf(row, clock.now())),
    ...(rows.length > items.length && last ? { next: writePairCursor(last.created_at, last.task) } : {}),
  };
});
