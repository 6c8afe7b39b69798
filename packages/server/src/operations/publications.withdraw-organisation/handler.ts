import { withdrawOrganisation } from '@custos/contract';
import { OrganisationPage } from '@custos/core';
import { withdrawPage } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(withdrawOrganisation, async ({ service, who, params, version, setVersion }) => {
  const ref = { organisation: params.organisation, system: '' };
  await withdrawPage(service.context, ref, { by: who.person, version });
  const now = await publicationOf(service, ref, (draft) => OrganisationPage.parse(draft));
  setVersion(now.version);
  return now.state;
});
