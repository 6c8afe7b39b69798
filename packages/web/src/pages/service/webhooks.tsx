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
import { useInfiniteQuery, useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { OnceOnly } from '../members/once-only.tsx';
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
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          making.mutate();
        }}
      >
        <Stack gap="sm">
          <Group align="flex-start" grow preventGrowOverflow={false}>
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
              description=" "
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

function OneWebhook({ organisation, webhook }: { organisation: string; webhook: Webhook }) {
  const params = { organisation, webhook: webhook.id };
  const [open, setOpen] = useState(false);
  const [sure, setSure] = useState(false);
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
  const removing = useMutation({
    mutationFn: () => client.call(deleteWebhook, { params }),
    onSettled: refresh,
  });
  const error = switching.error ?? testing.error ?? removing.error;
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
          {sure ? (
            <>
              <Button size="xs" color="red" loading={removing.isPending} onClick={() => removing.mutate()}>
                {text.removeSure}
              </Button>
              <Button size="xs" variant="default" onClick={() => setSure(false)}>
                {text.keep}
              </Button>
            </>
          ) : (
            <Button
              size="xs"
              variant="default"
              aria-label={text.removeOf(webhook.url)}
              onClick={() => setSure(true)}
            >
              {text.remove}
            </Button>
          )}
        </Group>
        {open ? <Deliveries organisation={organisation} webhook={webhook} /> : null}
      </Stack>
    </Paper>
  );
}

function Deliveries({ organisation, webhook }: { organisation: string; webhook: Webhook }) {
  const params = { organisation, webhook: webhook.id };
  const pages = useInfiniteQuery({
    queryKey: [listDeliveries.id, params],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        listDeliveries,
        { params, query: { limit: 20, ...(pageParam === '' ? {} : { cursor: pageParam }) } },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    // What waits is sent within seconds.
    refetchInterval: 5000,
  });
  const sending = useMutation({
    mutationFn: (delivery: string) => client.call(redeliver, { params: { ...params, delivery } }),
    onSettled: () => pages.refetch(),
  });
  return (
    <Await query={pages} height={80}>
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        if (items.length === 0)
          return (
            <Text size="sm" c="dimmed">
              {text.noDeliveries}
            </Text>
          );
        return (
          <Stack gap="xs">
            {sending.error ? <Failure error={sending.error} /> : null}
            <Table.ScrollContainer
              minWidth={640}
              scrollAreaProps={{
                viewportProps: {
                  tabIndex: 0,
                  'aria-label': text.deliveriesOf(webhook.url),
                  role: 'region',
                },
              }}
            >
              <Table>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text.columns.kind}</Table.Th>
                    <Table.Th>{text.columns.state}</Table.Th>
                    <Table.Th>{text.columns.attempts}</Table.Th>
                    <Table.Th>{text.columns.when}</Table.Th>
                    <Table.Td />
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
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
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {pages.hasNextPage ? (
              <Group>
                <Button size="xs" variant="default" onClick={() => void pages.fetchNextPage()}>
                  {text.more}
                </Button>
              </Group>
            ) : null}
          </Stack>
        );
      }}
    </Await>
  );
}
