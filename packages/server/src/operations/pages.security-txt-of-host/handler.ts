import { readSecurityTxt } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { shown } from '../publication-view.ts';
import { securityTxtFor, soleOrganisation } from '../security-txt.ts';

export default handle(readSecurityTxt, async ({ service, setHeader }) => {
  const organisation = await soleOrganisation(service);
  const text = organisation === undefined ? undefined : await securityTxtFor(service, organisation);
  return shown(text, setHeader);
});
