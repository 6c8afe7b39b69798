import { markSample } from '@custos/contract';
import { markSample as mark } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(markSample, async ({ service, who, params: { observation, ...ref }, body }) => {
  await mark(service.context, ref, { by: who.person, observation, ...body });
  return undefined;
});
