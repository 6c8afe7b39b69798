import { getOrganisationPublication } from '@custos/contract';
import { OrganisationPage } from '@custos/core';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(getOrganisationPublication, async ({ service, params, setVersion }) => {
  const ref = { organisation: params.organisation, system: '' };
  const { version, state } = await publicationOf(service, ref, (draft) => OrganisationPage.parse(draft));
  setVersion(version);
  return state;
});
