/** How the service does: its jobs, and the ledgers that it verifies. */
import { getServiceStatus, type ResultOf, runJob } from '@custos/contract';
import { Alert, Badge, Button, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { text as all } from './text.ts';

const text = all.service;
type Status = ResultOf<typeof getServiceStatus>;
type Job = Status['jobs'][number];
const BAD: ReadonlySet<Job['state']> = new Set(['failing', 'overdue']);

export function ServicePage() {
  const { organisation } = useParams({ from: '/shell/$organisation/service' });
  const status = useQuery({
    ...read(getServiceStatus, { params: { organisation } }),
    refetchInterval: 15_000,
  });
  const runs = useStandingOn(organisation).may('organisation.manage');
  return (
    <Page title={text.title} description={text.description}>
      <Await query={status}>
        {(data) => (
          <Stack gap="xl">
            {data.runsJobs ? null : (
              <Alert color="orange" variant="outline">
                <Text size="sm">{text.noJobs}</Text>
              </Alert>
            )}
            <Ledgers ledgers={data.ledgers} />
            <Jobs organisation={organisation} jobs={data.jobs} runs={runs} />
            <Text size="xs" c="dimmed">
              {text.facts(data.version, text.stores[data.store])}
            </Text>
          </Stack>
        )}
      </Await>
    </Page>
  );
}

function Ledgers({ ledgers }: { ledgers: Status['ledgers'] }) {
  return (
    <Stack component="section" gap="xs">
      <Title order={2} size="h4">
        {text.ledgers}
      </Title>
      {ledgers.failures.map(({ system, failure, checkedAt }) => (
        <Alert key={system ?? ''} color="red" variant="outline" title={text.unsound(system ?? text.own)}>
          <Text size="sm">
            {failure} {text.advice}
          </Text>
          <Text size="xs" c="dimmed">
            <Time at={checkedAt} />
          </Text>
        </Alert>
      ))}
      <Text size="sm">
        {text.sound(ledgers.verified)} {ledgers.unverified === 0 ? null : text.unverified(ledgers.unverified)}
      </Text>
      {ledgers.oldestCheck === undefined ? null : (
        <Text size="sm" c="dimmed">
          {text.oldest} <Time at={ledgers.oldestCheck} />
        </Text>
      )}
    </Stack>
  );
}

function Jobs({ organisation, jobs, runs }: { organisation: string; jobs: readonly Job[]; runs: boolean }) {
  const running = useMutation({
    mutationFn: (job: string) => client.call(runJob, { params: { organisation, job } }),
    onSettled: () => queryClient.invalidateQueries({ queryKey: [getServiceStatus.id] }),
  });
  return (
    <Stack component="section" gap="xs">
      <Title order={2} size="h4">
        {text.jobs}
      </Title>
      {running.error ? <Failure error={running.error} /> : null}
      <DataTable
        label={text.jobs}
        minWidth={720}
        verticalSpacing="sm"
        columns={[text.columns.job, text.columns.state, text.columns.last, text.columns.next, '']}
      >
        {jobs.map((job) => (
          <Table.Tr key={job.name}>
            <Table.Td>
              <Text size="sm">{job.name}</Text>
              <Text size="xs" c="dimmed">
                {job.summary}. {job.scope === 'service' ? text.shared : null}
              </Text>
            </Table.Td>
            <Table.Td>
              <Badge
                {...(BAD.has(job.state) ? { color: 'red.9' } : { variant: 'default' })}
                tt="none"
                miw="max-content"
              >
                {text.states[job.state]}
              </Badge>
              {job.failures > 0 ? <Text size="xs">{text.failed(job.failures)}</Text> : null}
              {job.error === undefined ? null : <Text size="xs">{job.error}</Text>}
            </Table.Td>
            <Table.Td>{job.succeededAt === undefined ? text.never : <Time at={job.succeededAt} />}</Table.Td>
            <Table.Td>
              <Time at={job.dueAt} />
            </Table.Td>
            <Table.Td>
              {runs && job.scope === 'organisation' ? (
                <Button
                  size="xs"
                  variant="default"
                  aria-label={text.runOf(job.name)}
                  loading={running.isPending && running.variables === job.name}
                  onClick={() => running.mutate(job.name)}
                >
                  {text.run}
                </Button>
              ) : null}
            </Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}
