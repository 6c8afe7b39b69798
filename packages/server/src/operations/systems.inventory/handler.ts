import { getInventory } from '@custos/contract';
import { compareWithApproved, declarationInForce } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(getInventory, async ({ service, params }) => {
  const { database, clock, specification } = service.context;
  const { assessment } = await service.assessor.current(params);
  const { evidence } = await service.assessor.evidence(params);
  const declared = await database.within(params.organisation, (control) =>
    declarationInForce(control, params.system, specification),
  );
  const { inventory } = assessment;
  const compared = compareWithApproved(inventory, evidence, declared, clock.now());
  const states = new Map(compared.assets.map((one) => [one.asset.id, one]));
  return {
    confirmed: compared.confirmed,
    assets: inventory.assets.map((asset) => {
      const found = states.get(asset.id);
      const owner = asset.owner ?? found?.approved?.owner;
      return {
        ...asset,
        state: found?.state ?? ('dismissed' as const),
        ...(owner === undefined ? {} : { owner }),
      };
    }),
    edges: inventory.edges,
    vanished: compared.vanished.map(({ id }) => id),
  };
});
