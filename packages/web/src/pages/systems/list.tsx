/** All systems: found, filtered, page by page. */
import { allows, getMe, listSystems, loadExamples, type ResultOf } from '@custos/contract';
import { Phase, VERDICTS } from '@custos/core';
import {
  Anchor,
  Button,
  Group,
  List,
  Paper,
  Select,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { keepPreviousData, useInfiniteQuery, useMutation, useSuspenseQuery } from '@tanstack/react-query';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { VerdictCounts } from '../../parts/verdict-counts.tsx';
import { PHASE, VERDICT } from '../../parts/words.ts';
import type { SystemsSearch } from './search.ts';
import { text } from './text.ts';

type Summary = ResultOf<typeof listSystems>['items'][number];

const PHASES = Phase.options.map((value) => ({ value, label: PHASE[value] }));
const VERDICT_OPTIONS = VERDICTS.map((value) => ({ value, label: VERDICT[value] }));

function useMay() {
  const { organisation } = useParams({ from: '/shell/$organisation/systems' });
  const { data: me } = useSuspenseQuery(read(getMe, {}));
  const held = {
    organisation: me.organisations.find(({ id }) => id === organisation)?.role,
    system: [],
  };
  return { create: allows(held, 'systems.create'), manage: allows(held, 'organisation.manage') };
}

export function SystemsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/systems' });
  const filter = useSearch({ from: '/shell/$organisation/systems' });
  const navigate = useNavigate({ from: '/$organisation/systems' });
  const may = useMay();
  const pages = useInfiniteQuery({
    queryKey: [listSystems.id, { organisation }, filter, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        listSystems,
        {
          params: { organisation },
          query: { ...filter, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  return (
    <Page
      title={text.title}
      description={text.help}
      actions={
        may.create ? (
          <Button
            renderRoot={(props) => (
              <Link to="/$organisation/new-system" params={{ organisation }} {...props} />
            )}
          >
            {text.create}
          </Button>
        ) : null
      }
    >
      <Await query={pages}>
        {(data) => {
          const items = data.pages.flatMap((page) => page.items);
          if (items.length === 0 && !filtered) return <NoSystems organisation={organisation} />;
          return (
            <Stack gap="sm">
              <Filters
                filter={filter}
                set={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
              />
              {items.length === 0 ? (
                <Group>
                  <Text>{text.noMatch}</Text>
                  <Button size="xs" variant="default" onClick={() => void navigate({ search: {} })}>
                    {text.clear}
                  </Button>
                </Group>
              ) : (
                <Systems organisation={organisation} items={items} />
              )}
              {pages.hasNextPage ? (
                <Button
                  variant="default"
                  loading={pages.isFetchingNextPage}
                  onClick={() => void pages.fetchNextPage()}
                >
                  {text.more}
                </Button>
              ) : null}
            </Stack>
          );
        }}
      </Await>
    </Page>
  );
}

function Filters({ filter, set }: { filter: SystemsSearch; set: (change: Partial<SystemsSearch>) => void }) {
  const [words, setWords] = useState(filter.search ?? '');
  const search = useDebouncedCallback((value: string) => set({ search: value || undefined }), 200);
  return (
    <Group align="flex-end" gap="sm" className="no-print">
      <TextInput
        size="xs"
        w={240}
        label={text.search}
        placeholder={text.searchHelp}
        value={words}
        onChange={(event) => {
          setWords(event.currentTarget.value);
          search(event.currentTarget.value);
        }}
      />
      <Select
        size="xs"
        label={text.phase}
        placeholder={text.any}
        data={PHASES}
        clearable
        clearButtonProps={{ 'aria-label': `${text.phase}: ${text.any}` }}
        value={filter.phase ?? null}
        onChange={(value) => set({ phase: value === null ? undefined : Phase.parse(value) })}
      />
      <Select
        size="xs"
        label={text.verdict}
        placeholder={text.any}
        data={VERDICT_OPTIONS}
        clearable
        clearButtonProps={{ 'aria-label': `${text.verdict}: ${text.any}` }}
        value={filter.verdict ?? null}
        onChange={(value) => set({ verdict: VERDICTS.find((verdict) => verdict === value) })}
      />
    </Group>
  );
}

function Systems({ organisation, items }: { organisation: string; items: readonly Summary[] }) {
  return (
    <Paper withBorder>
      <Table.ScrollContainer minWidth={760}>
        <Table verticalSpacing="xs" highlightOnHover>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.system}</Table.Th>
              <Table.Th>{text.phase}</Table.Th>
              <Table.Th>{text.shall}</Table.Th>
              <Table.Th>{text.should}</Table.Th>
              <Table.Th>{text.assessed}</Table.Th>
              <Table.Th>{text.lapses}</Table.Th>
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody>
            {items.map((system) => (
              <Table.Tr key={system.id}>
                <Table.Td maw={420}>
                  <Anchor
                    fw={600}
                    size="sm"
                    renderRoot={(props) => (
                      <Link
                        to="/$organisation/systems/$system/board"
                        params={{ organisation, system: system.id }}
                        {...props}
                      />
                    )}
                  >
                    {system.name}
                  </Anchor>
                  <Text size="xs" c="dimmed" lineClamp={1}>
                    {system.purpose}
                  </Text>
                </Table.Td>
                <Table.Td fz="sm">{PHASE[system.phase]}</Table.Td>
                {system.assessment ? (
                  <>
                    <Table.Td>
                      <VerdictCounts counts={system.assessment.counts.shall} />
                    </Table.Td>
                    <Table.Td>
                      <VerdictCounts counts={system.assessment.counts.should} />
                    </Table.Td>
                    <Table.Td fz="sm">
                      <Time at={system.assessment.evaluatedAt} short />
                    </Table.Td>
                    <Table.Td fz="sm">
                      {system.assessment.nextExpiry ? <Time at={system.assessment.nextExpiry} short /> : '–'}
                    </Table.Td>
                  </>
                ) : (
                  <Table.Td colSpan={4} fz="sm">
                    {text.notAssessed}
                  </Table.Td>
                )}
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
      </Table.ScrollContainer>
    </Paper>
  );
}

/** What there is to do when there is nothing yet. */
export function NoSystems({ organisation }: { organisation: string }) {
  const { data: me } = useSuspenseQuery(read(getMe, {}));
  const role = me.organisations.find(({ id }) => id === organisation)?.role;
  const held = { organisation: role, system: [] };
  const loading = useMutation({
    mutationFn: () => client.call(loadExamples, { params: { organisation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  if (!allows(held, 'systems.create')) return <Text>{text.empty.noRight}</Text>;
  return (
    <Paper withBorder p="lg" maw={760}>
      <Stack>
        <Title order={2} size="h4">
          {text.empty.title}
        </Title>
        <List type="ordered" spacing="xs" size="sm">
          {text.empty.steps.map((step) => (
            <List.Item key={step}>{step}</List.Item>
          ))}
        </List>
        {loading.error ? <Failure error={loading.error} /> : null}
        <Group>
          <Button
            variant={allows(held, 'organisation.manage') ? 'default' : 'filled'}
            renderRoot={(props) => (
              <Link to="/$organisation/new-system" params={{ organisation }} {...props} />
            )}
          >
            {text.create}
          </Button>
          {allows(held, 'organisation.manage') ? (
            <Button onClick={() => loading.mutate()} loading={loading.isPending}>
              {text.empty.examples}
            </Button>
          ) : null}
        </Group>
        <Text size="sm" c="dimmed">
          {text.empty.examplesHelp}
        </Text>
      </Stack>
    </Paper>
  );
}
