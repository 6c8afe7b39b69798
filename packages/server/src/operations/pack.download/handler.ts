import { downloadPack } from '@custos/contract';
import { packSystem } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(downloadPack, async ({ service, params, query, setHeader }) => {
  const pack = await packSystem(service.context, service.assessor, params, query.sequence);
  setHeader('content-disposition', `attachment; filename="${params.system}-${pack.sequence}.pack.zip"`);
  return pack.chunks();
});
