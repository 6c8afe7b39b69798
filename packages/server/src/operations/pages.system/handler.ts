import { readSystemPage } from '@custos/contract';
import { publicSystem, renderSystemPage } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { rootUrl, shown } from '../publication-view.ts';

export default handle(readSystemPage, async ({ service, params, setHeader }) => {
  const { published, ...around } = shown(await publicSystem(service.context, params), setHeader);
  return renderSystemPage(published, {
    root: rootUrl(service, params.organisation),
    ...around,
    byMail: service.outbox.canMail,
  });
});
