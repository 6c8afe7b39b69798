/** Settings → Webhooks: who is told of what, and what was sent. */
import {
  createWebhook,
  deleteWebhook,
  EventKind,
  listDeliveries,
  listWebhooks,
  redeliver,
  testWebhook,
  updateWebhook,
  type Webhook,
} from '@custos/contract';
import {
  Alert,
  Badge,
  Button,
  Group,
  MultiSelect,
  Paper,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Form } from '../../parts/form.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { OnceOnly } from '../../parts/once-only.tsx';
import { Page } from '../../parts/page.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Time } from '../../parts/time.tsx';
import { text as all } from './text.ts';

const text = all.webhooks;

export function WebhooksPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/settings/webhooks' });
  const webhooks = useQuery(read(listWebhooks, { params: { organisation } }));
  return (
    <Page title={text.title} description={text.description}>
      <NewWebhook organisation={organisation} />
      <Await query={webhooks}>
        {({ items }) =>
          items.length === 0 ? (
            <Alert color="gray" variant="outline">
              <Text size="sm">{text.none}</Text>
            </Alert>
          ) : (
            <Stack component="section" aria-label={text.list}>
              {items.map((webhook) => (
                <OneWebhook key={webhook.id} organisation={organisation} webhook={webhook} />
              ))}
            </Stack>
          )
        }
      </Await>
    </Page>
  );
}

function NewWebhook({ organisation }: { organisation: string }) {
  const [url, setUrl] = useState('');
  const [description, setDescription] = useState('');
  const [kinds, setKinds] = useState<string[]>([]);
  const making = useMutation({
    mutationFn: () =>
      client.call(createWebhook, {
        params: { organisation },
        body: { url, description, kinds: kinds.map((kind) => EventKind.parse(kind)) },
      }),
    onSuccess: () => {
      setUrl('');
      setDescription('');
      setKinds([]);
      return queryClient.invalidateQueries({ queryKey: [listWebhooks.id] });
    },
  });
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Form run={making} submit={text.make}>
          <Group align="flex-end" grow preventGrowOverflow={false}>
            <TextInput
              label={text.url}
              description={text.urlHelp}
              type="url"
              required
              maxLength={2000}
              value={url}
              onChange={(event) => setUrl(event.currentTarget.value)}
            />
            <TextInput
              label={text.what}
              maxLength={200}
              value={description}
              onChange={(event) => setDescription(event.currentTarget.value)}
            />
          </Group>
          <MultiSelect
            label={text.kinds}
            description={text.kindsHelp}
            data={EventKind.options}
            value={kinds}
            onChange={setKinds}
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

function OneWebhook({ organisation, webhook }: { organisation: string; webhook: Webhook }) {
  const params = { organisation, webhook: webhook.id };
  const [open, setOpen] = useState(false);
  const [removing, setRemoving] = useState(false);
  const refresh = () =>
    Promise.all([
      queryClient.invalidateQueries({ queryKey: [listWebhooks.id] }),
      queryClient.invalidateQueries({ queryKey: [listDeliveries.id] }),
    ]);
  const switching = useMutation({
    mutationFn: (active: boolean) =>
      client.call(
        updateWebhook,
        {
          params,
          body: { url: webhook.url, description: webhook.description, kinds: webhook.kinds, active },
        },
        { ifMatch: `"${webhook.version}"` },
      ),
    onSettled: refresh,
  });
  const testing = useMutation({
    mutationFn: () => client.call(testWebhook, { params }),
    onSuccess: () => {
      setOpen(true);
      return refresh();
    },
  });
  const error = switching.error ?? testing.error;
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Group justify="space-between" align="flex-start">
          <div>
            <Title order={2} size="h5" style={{ overflowWrap: 'anywhere' }}>
              {webhook.url}
            </Title>
            {webhook.description === '' ? null : <Text size="sm">{webhook.description}</Text>}
            <Text size="xs" c="dimmed">
              {webhook.kinds.length === 0 ? text.all : webhook.kinds.join(', ')}. {text.by(webhook.createdBy)}
              , <Time at={webhook.createdAt} />
            </Text>
          </div>
          <Switch
            checked={webhook.active}
            label={webhook.active ? text.on : text.off}
            aria-label={text.switchOf(webhook.url)}
            disabled={switching.isPending}
            onChange={(event) => switching.mutate(event.currentTarget.checked)}
          />
        </Group>
        {error ? <Failure error={error} /> : null}
        <Group gap="xs">
          <Button
            size="xs"
            variant="default"
            aria-label={text.testOf(webhook.url)}
            loading={testing.isPending}
            disabled={!webhook.active}
            onClick={() => testing.mutate()}
          >
            {text.test}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-expanded={open}
            aria-label={text.deliveriesOf(webhook.url)}
            onClick={() => setOpen(!open)}
          >
            {text.deliveries}
          </Button>
          <Button
            size="xs"
            variant="default"
            aria-label={text.removeOf(webhook.url)}
            onClick={() => setRemoving(true)}
          >
            {text.remove}
          </Button>
        </Group>
        {open ? <Deliveries organisation={organisation} webhook={webhook} /> : null}
        {removing ? (
          <FormDialog
            title={text.removeTitle}
            help={webhook.url}
            submit={text.removeSure}
            cancel={text.keep}
            done={text.removed}
            size="md"
            danger
            close={() => setRemoving(false)}
            run={() => client.call(deleteWebhook, { params })}
          />
        ) : null}
      </Stack>
    </Paper>
  );
}

function Deliveries({ organisation, webhook }: { organisation: string; webhook: Webhook }) {
  const params = { organisation, webhook: webhook.id };
  // What waits is sent within seconds.
  const pages = usePages(listDeliveries, { params, query: { limit: 20 } }, { refetchInterval: 5000 });
  const sending = useMutation({
    mutationFn: (delivery: string) => client.call(redeliver, { params: { ...params, delivery } }),
    onSettled: () => pages.refetch(),
  });
  return (
    <Pages query={pages} height={80} more={text.more}>
      {(items) =>
        items.length === 0 ? (
          <Text size="sm" c="dimmed">
            {text.noDeliveries}
          </Text>
        ) : (
          <>
            {sending.error ? <Failure error={sending.error} /> : null}
            <DataTable
              label={text.deliveriesOf(webhook.url)}
              minWidth={640}
              columns={[text.columns.kind, text.columns.state, text.columns.attempts, text.columns.when, '']}
            >
              {items.map((one) => (
                <Table.Tr key={one.id}>
                  <Table.Td>
                    <Text size="sm">{one.kind}</Text>
                    <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                      {one.id}
                    </Text>
                  </Table.Td>
                  <Table.Td>
                    <Badge
                      {...(one.state === 'dead' ? { color: 'red.9' } : { variant: 'default' })}
                      tt="none"
                    >
                      {text.states[one.state]}
                    </Badge>
                    {one.error === undefined ? null : <Text size="xs">{one.error}</Text>}
                    {one.dueAt === undefined || one.attempts === 0 ? null : (
                      <Text size="xs" c="dimmed">
                        {text.columns.next}: <Time at={one.dueAt} />
                      </Text>
                    )}
                  </Table.Td>
                  <Table.Td>{one.attempts}</Table.Td>
                  <Table.Td>
                    <Time at={one.createdAt} />
                  </Table.Td>
                  <Table.Td>
                    {one.state === 'pending' ? null : (
                      <Button
                        size="xs"
                        variant="default"
                        aria-label={text.againOf(one.id)}
                        onClick={() => sending.mutate(one.id)}
                      >
                        {text.again}
                      </Button>
                    )}
                  </Table.Td>
                </Table.Tr>
              ))}
            </DataTable>
          </>
        )
      }
    </Pages>
  );
}
