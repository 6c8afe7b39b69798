import { saveOrganisationPublication } from '@custos/contract';
import { OrganisationPage } from '@custos/core';
import { saveDraft } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { publicationOf } from '../publication-view.ts';

export default handle(
  saveOrganisationPublication,
  async ({ service, who, params, body, version, setVersion }) => {
    const ref = { organisation: params.organisation, system: '' };
    await saveDraft(service.context, ref, { by: who.person, version, draft: body });
    const now = await publicationOf(service, ref, (draft) => OrganisationPage.parse(draft));
    setVersion(now.version);
    return now.state;
  },
);
