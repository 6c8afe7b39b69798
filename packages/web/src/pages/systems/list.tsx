/** All systems: found, filtered, page by page. */
import { listSystems, type ResultOf } from '@custos/contract';
import { Phase, VERDICTS } from '@custos/core';
import { Anchor, Button, Group, Paper, Select, Table, Text, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { Link, useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import { usePages } from '../../api/pages.ts';
import { useStandingOn } from '../../api/standing.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Page } from '../../parts/page.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Time } from '../../parts/time.tsx';
import { VerdictCounts } from '../../parts/verdict-counts.tsx';
import { PHASE, VERDICT } from '../../parts/words.ts';
import { NoSystems } from './none.tsx';
import type { SystemsSearch } from './search.ts';
import { text } from './text.ts';

type Summary = ResultOf<typeof listSystems>['items'][number];

const PHASES = Phase.options.map((value) => ({ value, label: PHASE[value] }));
const VERDICT_OPTIONS = VERDICTS.map((value) => ({ value, label: VERDICT[value] }));

export function SystemsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/systems' });
  const filter = useSearch({ from: '/shell/$organisation/systems' });
  const navigate = useNavigate({ from: '/$organisation/systems' });
  const { may } = useStandingOn(organisation);
  const pages = usePages(listSystems, { params: { organisation }, query: { ...filter, limit: 50 } });
  const filtered = Object.values(filter).some((value) => value !== undefined);
  const none = !filtered && pages.data?.pages[0]?.items.length === 0;
  return (
    <Page
      title={text.title}
      description={text.help}
      actions={
        may('systems.create') ? (
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
      {none ? null : (
        <Filters
          filter={filter}
          set={(change) => void navigate({ search: (old) => ({ ...old, ...change }), replace: true })}
        />
      )}
      <Pages query={pages} more={text.more}>
        {(items) => {
          if (none) return <NoSystems organisation={organisation} />;
          if (items.length > 0) return <Systems organisation={organisation} items={items} />;
          return (
            <Group>
              <Text>{text.noMatch}</Text>
              <Button size="xs" variant="default" onClick={() => void navigate({ search: {} })}>
                {text.clear}
              </Button>
            </Group>
          );
        }}
      </Pages>
    </Page>
  );
}

function Filters({ filter, set }: { filter: SystemsSearch; set: (change: Partial<SystemsSearch>) => void }) {
  const [words, setWords] = useState(filter.search ?? '');
  const said = useRef(filter.search);
  const search = useDebouncedCallback((value: string) => {
    said.current = value || undefined;
    set({ search: said.current });
  }, 200);
  // The address changed by itself: filters were cleared, or somebody went back.
  useEffect(() => {
    if (filter.search === said.current) return;
    said.current = filter.search;
    setWords(filter.search ?? '');
  }, [filter.search]);
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
      <DataTable
        label={text.title}
        minWidth={760}
        verticalSpacing="xs"
        highlightOnHover
        columns={[text.system, text.phase, text.shall, text.should, text.assessed, text.lapses]}
      >
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
      </DataTable>
    </Paper>
  );
}
