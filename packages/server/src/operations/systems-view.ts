/** A page of the systems that somebody sees, for answers made of one part for each. */
import { type SystemRow, systemPage } from '@custos/store';
import { readCursor, writeCursor } from '../http/cursor.ts';
import type { Principal } from '../http/handler.ts';
import type { Service } from '../service.ts';
import { seenBy } from './overview-view.ts';

export async function seenSystems(
  service: Service,
  who: Principal,
  organisation: string,
  { cursor, limit }: { cursor?: string | undefined; limit: number },
): Promise<{ systems: SystemRow[]; next?: string }> {
  const rows = await service.context.database.within(organisation, (control) =>
    systemPage(control, { ...seenBy(who), after: readCursor(cursor), limit: limit + 1 }),
  );
  const systems = rows.slice(0, limit);
  const last = systems.at(-1);
  return rows.length > limit && last ? { systems, next: writeCursor(last.system) } : { systems };
}
