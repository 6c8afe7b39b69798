import { listContradictions } from '@custos/contract';
import { contradictionsIn } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { seenSystems } from '../systems-view.ts';

export default handle(listContradictions, async ({ service, who, params: { organisation }, query }) => {
  const { systems, ...page } = await seenSystems(service, who, organisation, query);
  const items = [];
  const notAssessed = [];
  for (const { system, name } of systems) {
    const found = await contradictionsIn(service.context, { organisation, system });
    if (found) items.push(...found.map((one) => ({ system, name, ...one })));
    else notAssessed.push({ system, name });
  }
  return { ...page, systems: systems.length, notAssessed, items };
});
