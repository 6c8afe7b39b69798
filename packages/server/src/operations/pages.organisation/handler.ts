import { readOrganisationPage } from '@custos/contract';
import { publicOrganisation, renderOrganisationPage } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { rootUrl, shown } from '../publication-view.ts';

export default handle(readOrganisationPage, async ({ service, params: { organisation }, setHeader }) => {
  const { published, systems } = shown(await publicOrganisation(service.context, organisation), setHeader);
  return renderOrganisationPage(published, { root: rootUrl(service, organisation), systems });
});
