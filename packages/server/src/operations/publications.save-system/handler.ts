import { saveSystemPublication } from '@custos/contract';
import { SystemPage } from '@custos/core';
import { saveDraft } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(saveSystemPublication, async ({ service, who, params, body, version, setVersion }) => {
  const ref = params;
  await saveDraft(service.context, ref, { by: who.person, version, draft: body });
  const now = await publicationOf(service, ref, (draft) => SystemPage.parse(draft));
  setVersion(now.version);
  return now.state;
});
