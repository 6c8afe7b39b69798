import { getMe, OrganisationRole, SystemRole } from '@custos/contract';
import { memberships, organisationName, systemRoles } from '@custos/store';
import { handle } from '../../http/handler.ts';
import type { Service } from '../../service.ts';

export default handle(getMe, ({ service, who }) => describe(service, who.person, who.name));

/** A person's organisations, and roles in them. */
export async function describe(service: Service, person: string, name: string) {
  const { database } = service.context;
  const members = await database.asPerson(person, (control) => memberships(control));
  const organisations = await Promise.all(
    members.map((member) =>
      database.within(member.organisation, async (control) => {
        const systems: Record<string, SystemRole[]> = {};
        for (const { system, role } of await systemRoles(control, { person })) {
          systems[system] ??= [];
          systems[system].push(SystemRole.parse(role));
        }
        return {
          id: member.organisation,
          name: (await organisationName(control)) ?? member.organisation,
          role: OrganisationRole.parse(member.role),
          systems,
        };
      }),
    ),
  );
  return { person, name, organisations };
}
