/** What needs me now, how all systems stand, what changed, what lapses next. */
import {
  getCatalogue,
  getOverview,
  listChanges,
  listRequests,
  type RequestSummary,
  type ResultOf,
} from '@custos/contract';
import { Anchor, Badge, Box, Grid, Group, Progress, Stack, Table, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK, VerdictBadge } from '../../parts/verdict-badge.tsx';
import { PHASE } from '../../parts/words.ts';
import { NoSystems } from '../systems/none.tsx';
import { Expiries } from './expiries.tsx';
import { text } from './text.ts';

type Overview = ResultOf<typeof getOverview>;

export function HomePage() {
  const { organisation } = useParams({ from: '/shell/$organisation' });
  const overview = useQuery(read(getOverview, { params: { organisation } }));
  return (
    <Page title={text.title}>
      <Await query={overview} height={420}>
        {({ phases, mine }) =>
          phases.every(({ systems }) => systems === 0) ? (
            <NoSystems organisation={organisation} />
          ) : (
            <Grid gap="md">
              <Grid.Col span={{ base: 12, md: 7 }} miw={0}>
                <Stack gap="md">
                  <NeedsMe mine={mine} organisation={organisation} />
                  <Changes organisation={organisation} />
                </Stack>
              </Grid.Col>
              <Grid.Col span={{ base: 12, md: 5 }} miw={0}>
                <Stack gap="md">
                  <Phases phases={phases} organisation={organisation} />
                  <Expiries organisation={organisation} />
                </Stack>
              </Grid.Col>
            </Grid>
          )
        }
      </Await>
    </Page>
  );
}

/** A duty on a system, leading to why it stands so. */
export function DutyLink({
  organisation,
  system,
  duty,
}: {
  organisation: string;
  system: string;
  duty: string;
}) {
  const catalogue = useQuery({
    ...read(getCatalogue, { params: { organisation } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
  const words = catalogue.data?.provisions
    .flatMap(({ duties }) => duties)
    .find(({ id }) => id === duty)?.text;
  return (
    <Anchor
      size="sm"
      renderRoot={(props) => (
        <Link
          to="/$organisation/systems/$system/board"
          params={{ organisation, system }}
          search={{ duty }}
          {...props}
        />
      )}
    >
      {words === undefined ? duty : `${duty} ${words}`}
    </Anchor>
  );
}

/** Requests shown at once; the page of requests has the rest. */
const REQUESTS = 10;

function NeedsMe({ mine, organisation }: { mine: Overview['mine']; organisation: string }) {
  const { failing, failingCount, lapsing, lapsingCount, systems } = mine;
  const requests = useQuery(
    read(listRequests, { params: { organisation }, query: { mine: 'waiting', limit: REQUESTS } }),
  );
  const waiting = requests.data?.items ?? [];
  return (
    <Card title={text.needsMe}>
      {requests.error ? <Failure error={requests.error} retry={() => void requests.refetch()} /> : null}
      {failingCount + lapsingCount + waiting.length === 0 ? (
        // Nobody is said to wait before that is known.
        requests.data && <Text size="sm">{systems === 0 ? text.noRoles : text.nothingFails}</Text>
      ) : (
        <Stack gap="md">
          {waiting.length === 0 ? null : (
            <Requests
              organisation={organisation}
              requests={waiting}
              more={requests.data?.next !== undefined}
            />
          )}
          {failingCount === 0 ? null : (
            <Items title={text.failing(failingCount)} left={failingCount - failing.length}>
              {failing.map(({ system, name, duty, reason, waived }) => (
                <Line key={system + duty} sign="fail">
                  <DutyLink {...{ organisation, system, duty }} />
                  {waived ? (
                    <Badge size="xs" variant="default" ml={6} tt="none">
                      {text.waived}
                    </Badge>
                  ) : null}
                  <Text size="sm" c="dimmed" lineClamp={2}>
                    {name}: {reason}
                  </Text>
                </Line>
              ))}
            </Items>
          )}
          {lapsingCount === 0 ? null : (
            <Items title={text.lapsing(lapsingCount)} left={lapsingCount - lapsing.length}>
              {lapsing.map(({ system, name, duty, at }) => (
                <Line key={system + duty} sign="inconclusive">
                  <DutyLink {...{ organisation, system, duty }} />
                  <Text size="sm" c="dimmed">
                    {name}, {text.lapses} <Time at={at} short />
                  </Text>
                </Line>
              ))}
            </Items>
          )}
        </Stack>
      )}
    </Card>
  );
}

function Requests({
  organisation,
  requests,
  more,
}: {
  organisation: string;
  requests: readonly RequestSummary[];
  more: boolean;
}) {
  return (
    <Box>
      <Items title={text.waiting(requests.length, more)} left={0}>
        {requests.map(({ id, system, title, dueAt, overdue }) => (
          <Line key={id} sign="inconclusive">
            <Anchor
              size="sm"
              renderRoot={(props) => (
                <Link
                  to="/$organisation/systems/$system/requests/$request"
                  params={{ organisation, system, request: id }}
                  {...props}
                />
              )}
            >
              {title}
            </Anchor>
            <Text size="sm" c="dimmed">
              {system}, {overdue ? text.overdue : text.due} <Time at={dueAt} />
            </Text>
          </Line>
        ))}
      </Items>
      {more ? (
        <Anchor
          size="sm"
          renderRoot={(props) => <Link to="/$organisation/requests" params={{ organisation }} {...props} />}
        >
          {text.allRequests}
        </Anchor>
      ) : null}
    </Box>
  );
}

function Items({ title, left, children }: { title: string; left: number; children: ReactNode }) {
  return (
    <Box>
      <Text size="sm" fw={600} mb={4}>
        {title}
      </Text>
      <Stack gap={6} component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
        {children}
      </Stack>
      {left > 0 ? (
        <Text size="sm" c="dimmed" mt={4}>
          {text.more(left)}
        </Text>
      ) : null}
    </Box>
  );
}

function Line({ sign, children }: { sign: 'fail' | 'inconclusive'; children: ReactNode }) {
  const look = VERDICT_LOOK[sign];
  return (
    <li>
      <Group gap="xs" wrap="nowrap" align="flex-start">
        <Text span fw={700} c={look.ink} aria-hidden>
          {look.sign}
        </Text>
        <Box miw={0}>{children}</Box>
      </Group>
    </li>
  );
}

const OUTCOMES = [
  ['fail', 'red.8'],
  ['inconclusive', 'yellow.4'],
  ['pass', 'green.8'],
  ['notAssessed', 'gray.5'],
] as const;

function Phases({ phases, organisation }: { phases: Overview['phases']; organisation: string }) {
  const sum = (key: 'systems' | (typeof OUTCOMES)[number][0]) =>
    phases.reduce((all, phase) => all + phase[key], 0);
  return (
    <Card title={text.phases}>
      <Table.ScrollContainer minWidth={380}>
        <Table fz="sm" verticalSpacing={6} horizontalSpacing={6}>
          <Table.Thead>
            <Table.Tr>
              <Table.Th>{text.phase}</Table.Th>
              <Table.Th ta="right">{text.systems}</Table.Th>
              {OUTCOMES.map(([outcome]) => (
                <Table.Th key={outcome} ta="right" fz="xs">
                  {text.outcome[outcome]}
                </Table.Th>
              ))}
            </Table.Tr>
          </Table.Thead>
          <Table.Tbody className="tabular">
            {phases.map((row) => (
              <Table.Tr key={row.phase}>
                <Table.Td>
                  <Anchor
                    size="sm"
                    renderRoot={(props) => (
                      <Link
                        to="/$organisation/systems"
                        params={{ organisation }}
                        search={{ phase: row.phase }}
                        {...props}
                      />
                    )}
                  >
                    {PHASE[row.phase]}
                  </Anchor>
                  <Progress.Root size={6} mt={4} aria-hidden>
                    {OUTCOMES.map(([outcome, color]) => (
                      <Progress.Section
                        key={outcome}
                        value={row.systems === 0 ? 0 : (100 * row[outcome]) / row.systems}
                        color={color}
                        withAria={false}
                      />
                    ))}
                  </Progress.Root>
                </Table.Td>
                <Table.Td ta="right" fw={600}>
                  {row.systems}
                </Table.Td>
                {OUTCOMES.map(([outcome]) => (
                  <Table.Td key={outcome} ta="right">
                    {row[outcome]}
                  </Table.Td>
                ))}
              </Table.Tr>
            ))}
          </Table.Tbody>
          <Table.Tfoot className="tabular">
            <Table.Tr>
              <Table.Th>{text.total}</Table.Th>
              <Table.Td ta="right" fw={600}>
                {sum('systems')}
              </Table.Td>
              {OUTCOMES.map(([outcome]) => (
                <Table.Td key={outcome} ta="right">
                  {sum(outcome)}
                </Table.Td>
              ))}
            </Table.Tr>
          </Table.Tfoot>
        </Table>
      </Table.ScrollContainer>
    </Card>
  );
}

function Changes({ organisation }: { organisation: string }) {
  const changes = useQuery(read(listChanges, { params: { organisation }, query: { limit: 15 } }));
  return (
    <Card title={text.changed}>
      <Await query={changes} height={120}>
        {({ items }) =>
          items.length === 0 ? (
            <Text size="sm">{text.noChange}</Text>
          ) : (
            <Stack gap="sm" component="ul" m={0} p={0} style={{ listStyle: 'none' }}>
              {items.map(({ system, name, duty, sequence, at, was, became, reason }) => (
                <li key={`${system} ${sequence} ${duty}`}>
                  <Group gap={6}>
                    <VerdictBadge verdict={was} />
                    <Text span size="sm" aria-label="to">
                      →
                    </Text>
                    <VerdictBadge verdict={became} />
                    <DutyLink {...{ organisation, system, duty }} />
                    <Text span size="xs" c="dimmed">
                      {name}, <Time at={at} />
                    </Text>
                  </Group>
                  <Text size="sm" c="dimmed" lineClamp={2}>
                    {reason}
                  </Text>
                </li>
              ))}
            </Stack>
          )
        }
      </Await>
    </Card>
  );
}
