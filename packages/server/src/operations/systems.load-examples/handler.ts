import { loadExamples } from '@custos/contract';
import { loadExamples as load } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(loadExamples, async ({ service, who, params }) => {
  const { organisation } = params;
  const { examples, workers } = service;
  const systems = await load(service.context, {
    organisation,
    by: who.person,
    dir: examples.dir,
    examples: examples.names,
    ...(workers?.scan ? { scan: { workerUrl: workers.scan } } : {}),
    ...(workers?.inspect ? { inspect: { workerUrl: workers.inspect } } : {}),
  });
  for (const system of systems) await service.assessor.current({ organisation, system });
  return { systems };
});
