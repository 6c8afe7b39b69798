/** Which role may do what: the table that the service decides by. */
import { OrganisationRole, PERMISSIONS, SystemRole } from '@custos/contract';
import { Paper, Table, Title } from '@mantine/core';
import { DataTable } from '../../parts/data-table.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { text } from './text.ts';

interface Holders {
  readonly organisation: readonly OrganisationRole[];
  readonly system?: readonly SystemRole[];
}

export function Roles() {
  const rows: [string, Holders][] = Object.entries(PERMISSIONS);
  return (
    <>
      <Title order={2} size="h5">
        {text.settings.roles}
      </Title>
      <Paper withBorder>
        <DataTable
          label={text.settings.roles}
          minWidth={900}
          columns={[
            text.settings.permission,
            ...OrganisationRole.options.map(capital),
            ...SystemRole.options.map((role) => ROLE[role]),
          ]}
        >
          {rows.map(([permission, { organisation, system = [] }]) => (
            <Table.Tr key={permission}>
              <Table.Th scope="row" fw={400}>
                {words(permission.replace('.', ': '))}
              </Table.Th>
              {OrganisationRole.options.map((role) => (
                <Mark key={role} on={organisation.includes(role)} />
              ))}
              {SystemRole.options.map((role) => (
                <Mark key={role} on={system.includes(role)} />
              ))}
            </Table.Tr>
          ))}
        </DataTable>
      </Paper>
    </>
  );
}

function Mark({ on }: { on: boolean }) {
  return <Table.Td>{on ? text.settings.yes : '–'}</Table.Td>;
}

function capital(role: string): string {
  return role.charAt(0).toUpperCase() + role.slice(1);
}
