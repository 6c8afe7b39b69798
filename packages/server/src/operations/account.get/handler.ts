import { getMe, OrganisationRole, SystemRole } from '@custos/contract';
import { memberships, organisationName, signInSettings, systemRoles } from '@custos/store';
import type { Principal } from '../../http/handler.ts';
import { handle } from '../../http/handler.ts';
import type { Service } from '../../service.ts';

export default handle(getMe, ({ service, who }) => describe(service, who));

/** A person's organisations, and roles in them, as far as their session or key opens them. */
export async function describe(
  service: Service,
  { person, name, only, session }: Pick<Principal, 'person' | 'name' | 'only'> & Partial<Principal>,
) {
  const { database, clock } = service.context;
  const members = await database.asPerson(person, (control) => memberships(control));
  const open = members.filter(({ organisation, joined }) =>
    only === undefined ? joined : organisation === only,
  );
  const organisations = await Promise.all(
    open.map((member) =>
      database.within(member.organisation, async (control) => {
        const systems: Record<string, SystemRole[]> = {};
        for (const { system, role } of await systemRoles(control, { person })) {
          systems[system] ??= [];
          systems[system].push(SystemRole.parse(role));
        }
        const { second_factor: secondFactor } = await signInSettings(control);
        const locked = secondFactor && session?.method === 'password';
        const day = clock.now().slice(0, 10);
        return {
          id: member.organisation,
          name: (await organisationName(control)) ?? member.organisation,
          role: OrganisationRole.parse(member.role),
          systems,
          locked,
          ...(session && !locked ? { reportTicket: service.links.ticket(member.organisation, day) } : {}),
        };
      }),
    ),
  );
  return { person, name, organisations };
}
