import { listFindings } from '@custos/contract';
import { findingPage } from '@custos/store';
import { readCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { findingOf } from '../finding-view.ts';
import { seenBy } from '../overview-view.ts';

export default handle(listFindings, async ({ service, who, params: { organisation }, query }) => {
  const [raisedAt, finding] = readCursor(query.cursor)?.split(' ') ?? [];
  const { system, status, limit } = query;
  const rows = await service.context.database.within(organisation, (control) =>
    findingPage(control, {
      ...seenBy(who),
      system,
      status,
      limit: limit + 1,
      after: raisedAt !== undefined && finding !== undefined ? { raisedAt, finding } : undefined,
    }),
  );
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return {
    items: items.map(findingOf),
    ...(rows.length > limit && last ? { next: writeCursor(`${last.raised_at} ${last.finding}`) } : {}),
  };
});
