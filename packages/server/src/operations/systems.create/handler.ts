import { createSystem } from '@custos/contract';
import { CustosError } from '@custos/core';
import { createSystem as create } from '@custos/engine';
import { findSystem } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { summaryOf } from '../system-view.ts';

export default handle(createSystem, async ({ service, who, params, body, setVersion }) => {
  const { organisation } = params;
  await create(service.context, { organisation, by: who.person, declaration: body });
  const row = await service.context.database.within(organisation, (control) => findSystem(control, body.id));
  if (!row) throw new CustosError('INTERNAL', 'The system was not made.');
  setVersion(row.version);
  return summaryOf(row);
});
