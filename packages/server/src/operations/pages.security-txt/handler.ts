import { readOrganisationSecurityTxt } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { shown } from '../publication-view.ts';
import { securityTxtFor } from '../security-txt.ts';

export default handle(readOrganisationSecurityTxt, async ({ service, params: { organisation }, setHeader }) =>
  shown(await securityTxtFor(service, organisation), setHeader),
);
