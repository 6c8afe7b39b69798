import { listObservations } from '@custos/contract';
import { isPredicateName, predicateType } from '@custos/core';
import { readIndexCursor, writeCursor } from '../../http/cursor.ts';
import { handle } from '../../http/handler.ts';
import { observationView } from '../observation-view.ts';

export default handle(listObservations, async ({ service, params, query }) => {
  const ledger = await service.context.database.ledger(params.organisation, params.system);
  const view = await observationView(service, ledger);
  const items: ReturnType<typeof view>[] = [];
  let next: number | undefined;
  for await (const entry of ledger.query({
    since: readIndexCursor(query.cursor) ?? 0,
    ...(query.type && isPredicateName(query.type) ? { types: [predicateType(query.type)] } : {}),
    ...(query.subject ? { subjectDigest: query.subject } : {}),
  })) {
    if (entry.kind !== 'observation') continue;
    if (items.length === query.limit) {
      next = entry.index;
      break;
    }
    items.push(view(entry));
  }
  return { items, ...(next === undefined ? {} : { next: writeCursor(next) }) };
});
