import { checkOrganisationPublication } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { lookAtPage } from '../publication-view.ts';

export default handle(checkOrganisationPublication, ({ service, params, body }) =>
  lookAtPage(service, { organisation: params.organisation, system: '' }, body.axe),
);
