import { getTriage } from '@custos/contract';
import { triageOf } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(getTriage, async ({ service, params }) => {
  const { confirmed, assets, vanished } = await triageOf(service, params);
  return {
    confirmed,
    assets: assets.map((one) => ({ ...one, newDependencies: [...one.newDependencies] })),
    vanished: [...vanished],
  };
});
