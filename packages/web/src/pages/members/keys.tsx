/** API keys: one's own, and for administrators everybody's. */
import {
  allows,
  createKey,
  getMe,
  listKeys,
  PEOPLE_ONLY,
  Permission,
  type ResultOf,
  revokeKey,
} from '@custos/contract';
import {
  Alert,
  Button,
  Group,
  MultiSelect,
  Paper,
  Stack,
  Switch,
  Table,
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
import { OnceOnly } from './once-only.tsx';
import { text as all } from './text.ts';

const text = all.keys;
type Key = ResultOf<typeof listKeys>['items'][number];
const PERMISSIONS = Permission.options.filter((one) => !PEOPLE_ONLY.includes(one));
const DAY = 86_400_000;

export function KeysPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/keys' });
  const me = useQuery(read(getMe, {}));
  const role = me.data?.organisations.find(({ id }) => id === organisation)?.role;
  const [everybody, setEverybody] = useState(false);
  const keys = useQuery(
    read(listKeys, { params: { organisation }, query: { of: everybody ? 'everybody' : 'me' } }),
  );
  return (
    <Page title={text.title} description={text.description}>
      <NewKey organisation={organisation} />
      {allows({ organisation: role, system: [] }, 'members.manage') ? (
        <Switch
          label={text.everybody}
          checked={everybody}
          onChange={(event) => setEverybody(event.currentTarget.checked)}
        />
      ) : null}
      <Await query={keys}>
        {({ items }) => <KeyTable organisation={organisation} keys={items} everybody={everybody} />}
      </Await>
    </Page>
  );
}

function NewKey({ organisation }: { organisation: string }) {
  const [name, setName] = useState('');
  const [system, setSystem] = useState('');
  const [permissions, setPermissions] = useState<string[]>(['evidence.record', 'system.read']);
  const [day, setDay] = useState(() => new Date(Date.now() + 90 * DAY).toISOString().slice(0, 10));
  const making = useMutation({
    mutationFn: () =>
      client.call(createKey, {
        params: { organisation },
        body: {
          name,
          permissions: permissions.map((one) => Permission.parse(one)),
          expiresAt: `${day}T23:59:59.000Z`,
          ...(system.trim() === '' ? {} : { system: system.trim() }),
        },
      }),
    onSuccess: () => {
      setName('');
      return queryClient.invalidateQueries();
    },
  });
  return (
    <Paper withBorder p="md">
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <Stack gap="sm">
          <Group align="flex-start">
            <TextInput
              label={text.name}
              description={text.nameHelp}
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <TextInput
              label={text.system}
              description={text.systemHelp}
              value={system}
              onChange={(event) => setSystem(event.currentTarget.value)}
            />
            <TextInput
              label={text.expires}
              description="UTC"
              type="date"
              required
              min={new Date().toISOString().slice(0, 10)}
              max={new Date(Date.now() + 365 * DAY).toISOString().slice(0, 10)}
              value={day}
              onChange={(event) => setDay(event.currentTarget.value)}
            />
          </Group>
          <MultiSelect
            label={text.permissions}
            data={PERMISSIONS}
            value={permissions}
            onChange={setPermissions}
            searchable
            required
          />
          {making.error ? <Failure error={making.error} /> : null}
          <Group>
            <Button type="submit" loading={making.isPending}>
              {text.make}
            </Button>
          </Group>
          {making.data ? (
            <OnceOnly
              title={text.madeTitle}
              help={text.madeHelp}
              secret={making.data.secret}
              close={() => making.reset()}
            />
          ) : null}
        </Stack>
      </form>
    </Paper>
  );
}

function KeyTable({
  organisation,
  keys,
  everybody,
}: {
  organisation: string;
  keys: readonly Key[];
  everybody: boolean;
}) {
  const revoking = useMutation({
    mutationFn: (key: string) => client.call(revokeKey, { params: { organisation, key } }),
    onSettled: () => queryClient.invalidateQueries(),
  });
  if (keys.length === 0)
    return (
      <Alert color="gray" variant="outline">
        <Text size="sm">{text.none}</Text>
      </Alert>
    );
  return (
    <Stack>
      {revoking.error ? <Failure error={revoking.error} /> : null}
      <Table.ScrollContainer
        minWidth={760}
        scrollAreaProps={{ viewportProps: { tabIndex: 0, 'aria-label': text.title, role: 'region' } }}
      >
        <Table verticalSpacing="sm">
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.columns.name}</Table.Th>
              {everybody ? <Table.Th>{text.columns.person}</Table.Th> : null}
              <Table.Th>{text.columns.scope}</Table.Th>
              <Table.Th>{text.columns.expires}</Table.Th>
              <Table.Th>{text.columns.used}</Table.Th>
              <Table.Td />
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {keys.map((key) => (
              <Table.Tr key={key.id}>
                <Table.Td>
                  <Text size="sm">{key.name}</Text>
                  <Text size="xs" c="dimmed">
                    {key.start}…
                  </Text>
                </Table.Td>
                {everybody ? <Table.Td>{key.person}</Table.Td> : null}
                <Table.Td>
                  <Text size="sm">{key.permissions.join(', ')}</Text>
                  <Text size="xs" c="dimmed">
                    {key.system ?? text.all}
                  </Text>
                </Table.Td>
                <Table.Td>
                  <Time at={key.expiresAt} />
                </Table.Td>
                <Table.Td>{key.lastUsedAt === null ? text.never : <Time at={key.lastUsedAt} />}</Table.Td>
                <Table.Td>
                  <Button
                    size="xs"
                    variant="default"
                    aria-label={text.revokeOf(key.name)}
                    onClick={() => revoking.mutate(key.id)}
                  >
                    {text.revoke}
                  </Button>
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Stack>
  );
}
