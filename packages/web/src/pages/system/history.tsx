/** Past assessments: computed again, and compared. */
import { listAssessments, type ResultOf, replayAssessment } from '@custos/contract';
import { Alert, Button, Checkbox, Group, List, Paper, Stack, Table, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { read } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { VerdictBadge } from '../../parts/verdict-badge.tsx';
import { VerdictCounts } from '../../parts/verdict-counts.tsx';
import { type Difference, differenceOf } from './compare.ts';
import { useSystem, useSystemParams } from './data.ts';
import { text } from './text.ts';

type Entry = ResultOf<typeof listAssessments>['items'][number];

export function HistoryPage() {
  const params = useSystemParams();
  const system = useSystem();
  const { replay, compare = [] } = useSearch({ from: '/shell/$organisation/systems/$system/history' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/history' });
  const pages = usePages(listAssessments, { params, query: { limit: 25 } });
  const choose = (sequence: number, on: boolean) =>
    void navigate({
      search: { compare: on ? [...compare, sequence].slice(-2) : compare.filter((one) => one !== sequence) },
      replace: true,
      resetScroll: false,
    });
  const [a, b] = [...compare].sort((x, y) => x - y);
  return (
    <Section title={text.history.title} of={system.data?.value.name ?? ''} help={text.history.help}>
      {a !== undefined && b !== undefined ? <Comparison from={a} to={b} /> : null}
      {replay === undefined ? null : <Replay sequence={replay} />}
      <Pages query={pages} more={text.history.more}>
        {(items) => (
          <Paper withBorder>
            <DataTable
              label={text.history.title}
              minWidth={760}
              columns={[
                text.history.compare,
                text.history.sequence,
                text.history.when,
                text.header.shall,
                text.header.should,
                text.history.digest,
                text.history.replay,
              ]}
            >
              {items.map((entry) => (
                <Row
                  key={entry.sequence}
                  entry={entry}
                  chosen={compare.includes(entry.sequence)}
                  choose={choose}
                  replay={() => void navigate({ search: { replay: entry.sequence }, resetScroll: false })}
                />
              ))}
            </DataTable>
          </Paper>
        )}
      </Pages>
    </Section>
  );
}

function Row({
  entry,
  chosen,
  choose,
  replay,
}: {
  entry: Entry;
  chosen: boolean;
  choose: (sequence: number, on: boolean) => void;
  replay: () => void;
}) {
  return (
    <Table.Tr>
      <Table.Td>
        <Checkbox
          aria-label={text.history.choose(entry.sequence)}
          checked={chosen}
          onChange={(event) => choose(entry.sequence, event.currentTarget.checked)}
        />
      </Table.Td>
      <Table.Td className="tabular">{entry.sequence}</Table.Td>
      <Table.Td>
        <Time at={entry.evaluatedAt} />
      </Table.Td>
      <Table.Td>
        <VerdictCounts counts={entry.counts.shall} />
      </Table.Td>
      <Table.Td>
        <VerdictCounts counts={entry.counts.should} />
      </Table.Td>
      <Table.Td ff="monospace" fz="xs" title={entry.digest}>
        {entry.digest.slice(7, 19)}…
      </Table.Td>
      <Table.Td>
        <Button
          size="compact-xs"
          variant="default"
          aria-label={`${text.history.replay} ${entry.sequence}`}
          onClick={replay}
        >
          {text.history.replay}
        </Button>
      </Table.Td>
    </Table.Tr>
  );
}

/** What was computed again never changes while the ledger is whole. */
function useReplay(sequence: number) {
  const params = { ...useSystemParams(), sequence };
  return useQuery({ ...read(replayAssessment, { params }), staleTime: Number.POSITIVE_INFINITY });
}

function Replay({ sequence }: { sequence: number }) {
  const replayed = useReplay(sequence);
  return (
    <Await query={replayed} height={80}>
      {(replay) => (
        <Alert color={colorOf(replay)} variant="light" title={text.history.replayOf(sequence)} role="status">
          <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
            {meaningOf(replay)}
          </Text>
          {replay.digest === undefined ? null : (
            <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
              {replay.digest}
            </Text>
          )}
          <Text size="sm">
            {text.history.ledger(replay.recorded.systemLedger, replay.recorded.organisationLedger)}{' '}
            {text.history.madeBy(replay.engine.recorded)}
          </Text>
        </Alert>
      )}
    </Await>
  );
}

type Replayed = ResultOf<typeof replayAssessment>;

/** Only what the same engine computes otherwise speaks against the ledger. */
function colorOf({ same, engine }: Replayed): string {
  if (same) return 'green';
  return same === null || engine.recorded !== engine.current ? 'yellow' : 'red';
}

function meaningOf({ same, engine, specification }: Replayed): string {
  if (same) return text.history.same;
  if (same === null) return text.history.notComparable(specification.recorded, specification.current);
  return engine.recorded === engine.current
    ? text.history.different
    : text.history.otherEngine(engine.recorded, engine.current);
}

function Comparison({ from, to }: { from: number; to: number }) {
  const before = useReplay(from);
  const after = useReplay(to);
  return (
    <Paper withBorder p="md">
      <Stack gap="sm">
        <Title order={3} size="h5">
          {text.history.diffOf(from, to)}
        </Title>
        <Await query={before} height={80}>
          {(a) => (
            <Await query={after} height={80}>
              {(b) =>
                a.assessment && b.assessment ? (
                  <Differences {...differenceOf(a.assessment, b.assessment)} />
                ) : (
                  <Text size="sm">{text.history.notKept}</Text>
                )
              }
            </Await>
          )}
        </Await>
      </Stack>
    </Paper>
  );
}

function Differences({ verdicts, facts, assets, findings }: Difference) {
  const lists: [string, ReactNode[]][] = [
    [text.history.facts, facts.map(({ feature, was, became }) => `${feature}: ${was} → ${became}`)],
    [text.history.assetsAdded, assets.added],
    [text.history.assetsRemoved, assets.removed],
    [text.history.findingsAdded, findings.added],
    [text.history.findingsRemoved, findings.removed],
  ];
  const filled = lists.filter(([, items]) => items.length > 0);
  if (verdicts.length === 0 && filled.length === 0) return <Text size="sm">{text.history.noDifference}</Text>;
  return (
    <>
      {verdicts.length === 0 ? null : (
        <DataTable
          label={text.history.duty}
          minWidth={640}
          columns={[text.history.duty, text.history.was, text.history.became, text.history.because]}
        >
          {verdicts.map(({ duty, was, became, reason }) => (
            <Table.Tr key={duty}>
              <Table.Td>{duty}</Table.Td>
              <Table.Td>
                <VerdictBadge verdict={was} />
              </Table.Td>
              <Table.Td>
                <VerdictBadge verdict={became} />
              </Table.Td>
              <Table.Td>{reason}</Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      )}
      <Group align="flex-start" gap="xl">
        {filled.map(([name, items]) => (
          <div key={name}>
            <Title order={4} size="h6">
              {name}
            </Title>
            <List size="sm">
              {items.map((item, at) => (
                // biome-ignore lint/suspicious/noArrayIndexKey: two findings may read the same
                <List.Item key={at}>{item}</List.Item>
              ))}
            </List>
          </div>
        ))}
      </Group>
    </>
  );
}
