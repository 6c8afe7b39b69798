/** API keys: one's own, and for administrators everybody's. */
import { createKey, listKeys, PEOPLE_ONLY, Permission, type ResultOf, revokeKey } from '@custos/contract';
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
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { DayField, endOfDay, inDays } from '../../parts/day-field.tsx';
import { Form } from '../../parts/form.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { OnceOnly } from '../../parts/once-only.tsx';
import { Page } from '../../parts/page.tsx';
import { SystemSelect } from '../../parts/system-select.tsx';
import { Time } from '../../parts/time.tsx';
import { text as all } from './text.ts';

const text = all.keys;
type Key = ResultOf<typeof listKeys>['items'][number];
const PERMISSIONS = Permission.options.filter((one) => !PEOPLE_ONLY.includes(one));

export function KeysPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/keys' });
  const { may } = useStandingOn(organisation);
  const [everybody, setEverybody] = useState(false);
  const keys = useQuery(
    read(listKeys, { params: { organisation }, query: { of: everybody ? 'everybody' : 'me' } }),
  );
  return (
    <Page title={text.title} description={text.description}>
      <NewKey organisation={organisation} />
      {may('members.manage') ? (
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
  const [system, setSystem] = useState<string>();
  const [permissions, setPermissions] = useState<string[]>(['evidence.record', 'system.read']);
  const [day, setDay] = useState(inDays(90));
  const making = useMutation({
    mutationFn: () =>
      client.call(createKey, {
        params: { organisation },
        body: {
          name,
          permissions: permissions.map((one) => Permission.parse(one)),
          expiresAt: endOfDay(day),
          ...(system === undefined ? {} : { system }),
        },
      }),
    onSuccess: () => {
      setName('');
      return queryClient.invalidateQueries();
    },
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Form run={making} submit={text.make}>
          <Group align="flex-start">
            <TextInput
              label={text.name}
              description={text.nameHelp}
              required
              maxLength={100}
              value={name}
              onChange={(event) => setName(event.currentTarget.value)}
            />
            <SystemSelect
              organisation={organisation}
              label={text.system}
              description={text.systemHelp}
              value={system}
              onChange={setSystem}
            />
            <DayField label={text.expires} max={inDays(365)} value={day} onChange={setDay} />
          </Group>
          <MultiSelect
            label={text.permissions}
            data={PERMISSIONS}
            value={permissions}
            onChange={setPermissions}
            searchable
            required
          />
        </Form>
        {making.data ? (
          <OnceOnly
            title={text.madeTitle}
            help={text.madeHelp}
            secret={making.data.secret}
            close={() => making.reset()}
          />
        ) : null}
      </Stack>
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
  const [revoking, setRevoking] = useState<Key>();
  if (keys.length === 0)
    return (
      <Alert color="gray" variant="outline">
        <Text size="sm">{text.none}</Text>
      </Alert>
    );
  return (
    <Stack>
      <DataTable
        label={text.title}
        minWidth={760}
        verticalSpacing="sm"
        columns={[
          text.columns.name,
          ...(everybody ? [text.columns.person] : []),
          text.columns.scope,
          text.columns.expires,
          text.columns.used,
          '',
        ]}
      >
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
              {Date.parse(key.expiresAt) < Date.now() ? (
                <Text size="sm" fw={600}>
                  {text.over}
                </Text>
              ) : null}
            </Table.Td>
            <Table.Td>{key.lastUsedAt === null ? text.never : <Time at={key.lastUsedAt} />}</Table.Td>
            <Table.Td>
              <Button
                size="xs"
                variant="default"
                aria-label={text.revokeOf(key.name)}
                onClick={() => setRevoking(key)}
              >
                {text.revoke}
              </Button>
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
      {revoking ? (
        <FormDialog
          title={text.revokeTitle(revoking.name)}
          help={text.revokeHelp}
          submit={text.revoke}
          done={text.revoked}
          size="md"
          danger
          close={() => setRevoking(undefined)}
          run={() => client.call(revokeKey, { params: { organisation, key: revoking.id } })}
        />
      ) : null}
    </Stack>
  );
}
