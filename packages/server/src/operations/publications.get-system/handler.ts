import { getSystemPublication } from '@custos/contract';
import { SystemPage } from '@custos/core';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(getSystemPublication, async ({ service, params, setVersion }) => {
  const ref = params;
  const { version, state } = await publicationOf(service, ref, (draft) => SystemPage.parse(draft));
  setVersion(version);
  return state;
});
