/** The members of an organisation, its invitations, and how people sign in. */
import {
  changeRole,
  invite,
  listInvitations,
  listMembers,
  OrganisationRole,
  type ResultOf,
  removeMember,
  withdrawInvitation,
} from '@custos/contract';
import {
  Alert,
  Badge,
  Button,
  Group,
  NativeSelect,
  Stack,
  Table,
  Tabs,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Form } from '../../parts/form.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { OnceOnly } from '../../parts/once-only.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { SignInSettings } from './sign-in-settings.tsx';
import { text } from './text.ts';

type Member = ResultOf<typeof listMembers>['items'][number];
const ROLES = OrganisationRole.options.map((role) => ({ value: role, label: text.roles[role] }));

export function MembersPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/members' });
  const manages = useStandingOn(organisation).may('members.manage');
  const members = useQuery(read(listMembers, { params: { organisation } }));
  return (
    <Page title={text.title} description={text.description}>
      <Tabs defaultValue="members" keepMounted={false}>
        {manages ? (
          <Tabs.List mb="md">
            <Tabs.Tab value="members">{text.tabs.members}</Tabs.Tab>
            <Tabs.Tab value="invitations">{text.tabs.invitations}</Tabs.Tab>
            <Tabs.Tab value="sign-in">{text.tabs.signIn}</Tabs.Tab>
          </Tabs.List>
        ) : null}
        <Tabs.Panel value="members">
          <Await query={members}>
            {({ items }) => <MemberTable organisation={organisation} members={items} manages={manages} />}
          </Await>
        </Tabs.Panel>
        <Tabs.Panel value="invitations">
          <Invitations organisation={organisation} />
        </Tabs.Panel>
        <Tabs.Panel value="sign-in">
          <SignInSettings organisation={organisation} />
        </Tabs.Panel>
      </Tabs>
    </Page>
  );
}

function refresh(): Promise<void> {
  return queryClient.invalidateQueries();
}

function MemberTable({
  organisation,
  members,
  manages,
}: {
  organisation: string;
  members: readonly Member[];
  manages: boolean;
}) {
  const [removing, setRemoving] = useState<Member>();
  const [changing, setChanging] = useState<Member & { readonly to: OrganisationRole }>();
  return (
    <Stack>
      <DataTable
        label={text.title}
        minWidth={720}
        verticalSpacing="sm"
        columns={[text.columns.person, text.columns.role, text.columns.systems, text.columns.standing, '']}
      >
        {members.map((member) => (
          <Table.Tr key={member.person}>
            <Table.Td>
              <Text size="sm">{member.name}</Text>
              {member.name === member.person ? null : (
                <Text size="xs" c="dimmed">
                  {member.person}
                </Text>
              )}
            </Table.Td>
            <Table.Td>
              {manages ? (
                <NativeSelect
                  size="xs"
                  miw={140}
                  aria-label={text.roleOf(member.name)}
                  data={OrganisationRole.options.map((role) => ({ value: role, label: role }))}
                  value={member.role}
                  onChange={(event) =>
                    setChanging({ ...member, to: OrganisationRole.parse(event.currentTarget.value) })
                  }
                />
              ) : (
                member.role
              )}
            </Table.Td>
            <Table.Td>
              {member.systems.map(({ system, role }) => (
                <Text key={`${system} ${role}`} size="sm">
                  {system}: {ROLE[role]}
                </Text>
              ))}
            </Table.Td>
            <Table.Td>
              <Text size="sm">{text.standing[member.standing]}</Text>
              {member.standing === 'joined' && !member.addressConfirmed ? (
                <Badge variant="outline" color="gray" tt="none">
                  {text.addressNotConfirmed}
                </Badge>
              ) : null}
            </Table.Td>
            <Table.Td>
              {manages ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={text.removeOf(member.name)}
                  onClick={() => setRemoving(member)}
                >
                  {text.remove}
                </Button>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {removing ? (
        <Remove organisation={organisation} member={removing} close={() => setRemoving(undefined)} />
      ) : null}
      {changing ? (
        <FormDialog
          title={text.changeTitle(changing.name, changing.to)}
          help={text.roles[changing.to]}
          submit={text.change}
          done={text.changed(changing.name)}
          size="md"
          close={() => setChanging(undefined)}
          run={() =>
            client.call(
              changeRole,
              { params: { organisation, person: changing.person }, body: { role: changing.to } },
              { ifMatch: `"${changing.version}"` },
            )
          }
        />
      ) : null}
    </Stack>
  );
}

function Remove({
  organisation,
  member,
  close,
}: {
  organisation: string;
  member: Member;
  close: () => void;
}) {
  return (
    <FormDialog
      title={text.removeTitle(member.name)}
      help={text.removeHelp}
      submit={text.remove}
      done={text.removed(member.name)}
      size="md"
      danger
      close={close}
      run={() =>
        client.call(
          removeMember,
          { params: { organisation, person: member.person } },
          { ifMatch: `"${member.version}"` },
        )
      }
    />
  );
}

function Invitations({ organisation }: { organisation: string }) {
  const params = { organisation };
  const invitations = useQuery(read(listInvitations, { params }));
  const [person, setPerson] = useState('');
  const [role, setRole] = useState<OrganisationRole>('contributor');
  const inviting = useMutation({
    mutationFn: () => client.call(invite, { params, body: { person, role } }),
    onSuccess: () => {
      setPerson('');
      return refresh();
    },
  });
  const withdrawing = useMutation({
    mutationFn: (invitation: string) =>
      client.call(withdrawInvitation, { params: { organisation, invitation } }),
    onSettled: refresh,
  });
  return (
    <Stack>
      <Form run={inviting} submit={text.send}>
        <Group align="flex-end">
          <TextInput
            label={text.email}
            type="email"
            required
            miw={240}
            value={person}
            onChange={(event) => setPerson(event.currentTarget.value)}
          />
          <NativeSelect
            label={text.role}
            data={ROLES}
            value={role}
            onChange={(event) => setRole(OrganisationRole.parse(event.currentTarget.value))}
          />
        </Group>
      </Form>
      {inviting.data?.sent ? (
        <Alert color="green" variant="outline" role="status">
          <Text size="sm">{text.linkSent(inviting.data.person)}</Text>
        </Alert>
      ) : null}
      {inviting.data?.link === undefined ? null : (
        <OnceOnly
          title={text.linkTitle}
          help={text.linkHelp}
          secret={inviting.data.link}
          close={() => inviting.reset()}
        />
      )}
      {withdrawing.error ? <Failure error={withdrawing.error} /> : null}
      <Await query={invitations}>
        {({ items }) =>
          items.length === 0 ? (
            <Alert color="gray" variant="outline">
              <Text size="sm">{text.noInvitations}</Text>
            </Alert>
          ) : (
            <DataTable
              label={text.tabs.invitations}
              minWidth={640}
              columns={[text.columns.person, text.columns.role, text.invitedBy, text.expires, '']}
            >
              {items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>{one.person}</Table.Td>
                  <Table.Td>{one.role}</Table.Td>
                  <Table.Td>{one.invitedBy}</Table.Td>
                  <Table.Td>
                    <Time at={one.expiresAt} />
                  </Table.Td>
                  <Table.Td>
                    <Button
                      size="xs"
                      variant="default"
                      aria-label={text.withdrawOf(one.person)}
                      onClick={() => withdrawing.mutate(one.id)}
                    >
                      {text.withdraw}
                    </Button>
                  </Table.Td>
                </Table.Tr>
              ))}
            </DataTable>
          )
        }
      </Await>
    </Stack>
  );
}
