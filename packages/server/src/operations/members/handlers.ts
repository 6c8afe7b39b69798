/** The members of an organisation. */
import {
  changeRole,
  listMembers,
  type Member,
  OrganisationRole,
  removeMember,
  SystemRole,
} from '@custos/contract';
import { changeRole as change, removeMember as remove } from '@custos/engine';
import {
  type Control,
  confirmedAddresses,
  type MemberRow,
  memberRows,
  systemRoles,
  withIdentities,
} from '@custos/store';
import type { z } from 'zod';
import { handle, type Mounted } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';

type MemberView = z.input<typeof Member>;

function view(
  row: MemberRow,
  roles: readonly { system: string; person: string; role: string }[],
  confirmed: ReadonlySet<string>,
): MemberView {
  const { person, name, role, joined, external_id: externalId, version } = row;
  return {
    person,
    name,
    role: OrganisationRole.parse(role),
    standing: joined ? 'joined' : externalId === null ? 'named' : 'directory',
    addressConfirmed: confirmed.has(person),
    systems: roles
      .filter((one) => one.person === person)
      .map((one) => ({ system: one.system, role: SystemRole.parse(one.role) })),
    version,
  };
}

async function views(control: Control, person?: string): Promise<MemberView[]> {
  const rows = await memberRows(control, person);
  const roles = await systemRoles(control, person === undefined ? {} : { person });
  const active = rows.filter((row) => row.active);
  const confirmed = await withIdentities(control, (own) =>
    confirmedAddresses(
      own,
      active.map((row) => row.person),
    ),
  );
  return active.map((row) => view(row, roles, confirmed));
}

const list = handle(listMembers, async ({ service, params }) => ({
  items: await service.context.database.within(params.organisation, (control) => views(control)),
}));

const changeRoleOf = handle(changeRole, async ({ service, who, params, body, version, setVersion }) => {
  const { organisation, person } = params;
  await change(service.context, organisation, { by: who.person, person, role: body.role, version });
  const [now] = await service.context.database.within(organisation, (control) => views(control, person));
  if (!now) throw new Refusal('NOT_FOUND', `${person} is no member of the organisation.`);
  setVersion(now.version);
  return now;
});

const removeOne = handle(removeMember, async ({ service, who, params, version }) => {
  const { organisation, person } = params;
  await remove(service.context, organisation, { by: who.person, person, version });
  return undefined;
});

export const memberHandlers: readonly Mounted[] = [list, changeRoleOf, removeOne];
