/** The members of an organisation, its invitations, and how people sign in. */
import {
  allows,
  changeRole,
  getMe,
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
  Modal,
  NativeSelect,
  Stack,
  Table,
  Tabs,
  Text,
  TextInput,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { OnceOnly } from './once-only.tsx';
import { SignInSettings } from './sign-in-settings.tsx';
import { text } from './text.ts';

type Member = ResultOf<typeof listMembers>['items'][number];
const ROLES = OrganisationRole.options.map((role) => ({ value: role, label: text.roles[role] }));

export function MembersPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/members' });
  const me = useQuery(read(getMe, {}));
  const role = me.data?.organisations.find(({ id }) => id === organisation)?.role;
  const manages = allows({ organisation: role, system: [] }, 'members.manage');
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
  const changing = useMutation({
    mutationFn: ({ person, version, role }: { person: string; version: number; role: OrganisationRole }) =>
      client.call(
        changeRole,
        { params: { organisation, person }, body: { role } },
        { ifMatch: `"${version}"` },
      ),
    onSettled: refresh,
  });
  return (
    <Stack>
      {changing.error ? <Failure error={changing.error} /> : null}
      <Table.ScrollContainer
        minWidth={720}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': text.title, role: 'region' } }}
      >
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.columns.person}</Table.Th>
              <Table.Th>{text.columns.role}</Table.Th>
              <Table.Th>{text.columns.systems}</Table.Th>
              <Table.Th>{text.columns.standing}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {members.map((member) => (
              <Table.Tr key={member.person}>
                <Table.Td>
                  <Text size="sm">{member.name}</Text>
                  <Text size="xs" c="dimmed">
                    {member.person}
                  </Text>
                </Table.Td>
                <Table.Td>
                  {manages ? (
                    <NativeSelect
                      size="xs"
                      aria-label={text.roleOf(member.name)}
                      data={OrganisationRole.options.map((role) => ({ value: role, label: role }))}
                      value={member.role}
                      disabled={changing.isPending}
                      onChange={(event) =>
                        changing.mutate({
                          person: member.person,
                          version: member.version,
                          role: OrganisationRole.parse(event.currentTarget.value),
                        })
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
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
      {removing ? (
        <Remove organisation={organisation} member={removing} close={() => setRemoving(undefined)} />
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
  const removing = useMutation({
    mutationFn: () =>
      client.call(
        removeMember,
        { params: { organisation, person: member.person } },
        { ifMatch: `"${member.version}"` },
      ),
    onSuccess: async () => {
      await refresh();
      close();
    },
  });
  return (
    <Modal
      opened
      onClose={close}
      title={text.removeTitle(member.name)}
      closeButtonProps={{ 'aria-label': text.cancel }}
    >
      <Stack>
        <Text size="sm">{text.removeHelp}</Text>
        {removing.error ? <Failure error={removing.error} /> : null}
        <Group>
          <Button color="red.9" loading={removing.isPending} onClick={() => removing.mutate()}>
            {text.remove}
          </Button>
          <Button variant="default" onClick={close}>
            {text.cancel}
          </Button>
        </Group>
      </Stack>
    </Modal>
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
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          inviting.mutate();
        }}
      >
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
          <Button type="submit" loading={inviting.isPending}>
            {text.send}
          </Button>
        </Group>
      </form>
      {inviting.error ? <Failure error={inviting.error} /> : null}
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
            <Table.ScrollContainer
              minWidth={640}
              scrollAreaProps={{
                viewportProps: { tabIndex: 0, 'aria-label': text.tabs.invitations, role: 'region' },
              }}
            >
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text.columns.person}</Table.Th>
                    <Table.Th>{text.columns.role}</Table.Th>
                    <Table.Th>{text.invitedBy}</Table.Th>
                    <Table.Th>{text.expires}</Table.Th>
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
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
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
          )
        }
      </Await>
    </Stack>
  );
}
