import { readHashes } from '@custos/contract';
import { hashPageOf, publicSystem } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { shown } from '../publication-view.ts';

export default handle(readHashes, async ({ service, params, setHeader }) => {
  const found = await publicSystem(service.context, params);
  const page = found && hashPageOf(found.published.page);
  return String(shown(page, setHeader).files.get('index.html'));
});
