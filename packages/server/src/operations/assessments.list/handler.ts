import { listAssessments } from '@custos/contract';
import { assessmentPage } from '@custos/store';
import { readIndexCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { entryOf } from '../assessment-view.ts';

export default handle(listAssessments, async ({ service, params, query }) => {
  const { organisation, system } = params;
  const before = readIndexCursor(query.cursor);
  const rows = await service.context.database.within(organisation, (control) =>
    assessmentPage(control, { system, before, limit: query.limit + 1 }),
  );
  const items = rows.slice(0, query.limit);
  const last = items.at(-1);
  return {
    items: items.map(entryOf),
    ...(rows.length > items.length && last ? { next: writeCursor(last.sequence) } : {}),
  };
});
