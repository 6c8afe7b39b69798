import { withdrawSystem } from '@custos/contract';
import { SystemPage } from '@custos/core';
import { withdrawPage } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(withdrawSystem, async ({ service, who, params, version, setVersion }) => {
  const ref = params;
  await withdrawPage(service.context, ref, { by: who.person, version });
  const now = await publicationOf(service, ref, (draft) => SystemPage.parse(draft));
  setVersion(now.version);
  return now.state;
});
