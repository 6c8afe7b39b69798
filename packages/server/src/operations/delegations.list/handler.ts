import { listDelegations } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import { delegationsOn } from '@custos/store';
import { handle } from '../../http/handler.ts';

export default handle(listDelegations, async ({ service, params }) => {
  const { database, clock } = service.context;
  const rows = await database.within(params.organisation, (control) =>
    delegationsOn(control, params, clock.now()),
  );
  return {
    items: rows.map((row) => ({
      id: row.delegation,
      role: DeciderRole.parse(row.role),
      from: row.from_person,
      to: row.to_person,
      reason: row.reason,
      startsAt: row.starts_at,
      endsAt: row.ends_at,
    })),
  };
});
