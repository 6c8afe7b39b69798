/** security.txt (RFC 9116): under each organisation's page, and at the host's own address while it is only one's. */
import { publicOrganisation, securityTxt } from '@custos/engine';
import { publishingOrganisations } from '@custos/store';
import type { Service } from '../service.ts';
import { originOf, rootUrl } from './publication-view.ts';

/** The one organisation that has published its page here; undefined where several have, or none. */
export async function soleOrganisation({ context }: Service): Promise<string | undefined> {
  const found = await context.database.acrossOrganisations(publishingOrganisations);
  return found.length === 1 ? found[0] : undefined;
}

/** The same bytes at each of its addresses; undefined while nothing is published. */
export async function securityTxtFor(service: Service, organisation: string): Promise<string | undefined> {
  const found = await publicOrganisation(service.context, organisation);
  if (!found) return undefined;
  const policy = rootUrl(service, organisation);
  const path = '/.well-known/security.txt';
  const sole = (await soleOrganisation(service)) === organisation;
  return securityTxt(found.published, {
    canonical: [...(sole ? [`${originOf(service)}${path}`] : []), `${policy}${path}`],
    policy,
  });
}
