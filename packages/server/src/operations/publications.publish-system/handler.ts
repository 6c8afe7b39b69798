import { publishSystem } from '@custos/contract';
import { SystemPage } from '@custos/core';
import { publishPage } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { lookAtPage, pageUrl, publicationOf } from '../publication-view.ts';

export default handle(publishSystem, async ({ service, who, params, version, setVersion }) => {
  const ref = params;
  await publishPage(service, ref, { by: who.person, version, url: pageUrl(service, ref) });
  const looked = await lookAtPage(service, ref);
  const now = await publicationOf(service, ref, (draft) => SystemPage.parse(draft));
  setVersion(now.version);
  return { ...now.state, looked };
});
