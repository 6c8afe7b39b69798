import { withdrawNotice } from '@custos/contract';
import { withdrawNotice as withdraw } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(withdrawNotice, async ({ service, who, params: { notice, ...ref } }) => {
  await withdraw(service.context, ref, { by: who.person, notice });
  return undefined;
});
