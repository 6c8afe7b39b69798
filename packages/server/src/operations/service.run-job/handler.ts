import { runJob } from '@custos/contract';
import { runJobNow } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';

export default handle(runJob, async ({ service, who, params }) => {
  const { organisation, job } = params;
  const ledger = await service.context.database.ledger(organisation);
  const act = { type: runJob.act, actor: who.person, detail: { job } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (!(await runJobNow(control, job)))
      throw new Refusal('NOT_FOUND', `The organisation has no job "${job}". See the service page.`);
  });
  return undefined;
});
