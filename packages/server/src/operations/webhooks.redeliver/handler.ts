import { redeliver } from '@custos/contract';
import { redeliver as again, deliveryPage } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';

export default handle(redeliver, async ({ service, params }) => {
  const { organisation, webhook, delivery } = params;
  await service.context.database.within(organisation, async (control) => {
    if (await again(control, { webhook, delivery })) return;
    const [known] = await deliveryPage(control, { webhook, delivery, limit: 1 });
    throw known
      ? new Refusal('CONFLICT', 'The delivery is still being sent. Wait until it has ended.')
      : new Refusal('NOT_FOUND', `There is no delivery "${delivery}" of this webhook.`);
  });
  return undefined;
});
