import { readFeed } from '@custos/contract';
import { publicSystem, renderFeed } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { pageUrl, shown } from '../publication-view.ts';

export default handle(readFeed, async ({ service, params, setHeader }) => {
  const { published, notices } = shown(await publicSystem(service.context, params), setHeader);
  const page = pageUrl(service, params);
  return renderFeed(published, notices, { self: `${page}/notices.atom`, page });
});
