/** The team: reach by role, everybody's standing, the staff register, completions from other systems. */
import {
  confirmStaff,
  exportCompletions,
  exportStaff,
  getTeam,
  importCompletions,
  importStaff,
  type ResultOf,
  urlOf,
} from '@custos/contract';
import { Button, Group, Progress, Stack, Table, Text, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Time } from '../../parts/time.tsx';
import { TrainingPage } from './frame.tsx';
import { type ImportCall, ImportFile } from './import-file.tsx';
import { StateBadge } from './state-badge.tsx';
import { text } from './text.ts';

type Team = ResultOf<typeof getTeam>;

export function TeamPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training/team' });
  const team = useQuery(read(getTeam, { params: { organisation } }));
  const manages = useStandingOn(organisation).may('training.manage');
  return (
    <TrainingPage organisation={organisation} description={text.team.description}>
      <Await query={team}>
        {(data) => (
          <Stack gap="xl">
            <Reach reach={data.reach} />
            <Register organisation={organisation} register={data.register} manages={manages} />
            <Completions organisation={organisation} manages={manages} />
            <People team={data} />
          </Stack>
        )}
      </Await>
    </TrainingPage>
  );
}

function Reach({ reach }: { reach: Team['reach'] }) {
  return (
    <Stack component="section" gap="xs">
      <Title order={2} size="h4">
        {text.team.reach}
      </Title>
      <DataTable
        label={text.team.reach}
        minWidth={420}
        columns={[text.team.role, text.team.people, text.team.complete, text.team.share]}
      >
        {reach.map(({ role, people, complete }) => {
          const share = people === 0 ? 0 : Math.round((complete / people) * 100);
          return (
            <Table.Tr key={role}>
              <Table.Td>{role.replaceAll('_', ' ')}</Table.Td>
              <Table.Td className="tabular">{people}</Table.Td>
              <Table.Td className="tabular">{complete}</Table.Td>
              <Table.Td>
                <Group gap="xs" wrap="nowrap">
                  <Progress value={share} w={80} aria-hidden />
                  <span className="tabular">{share} %</span>
                </Group>
              </Table.Td>
            </Table.Tr>
          );
        })}
      </DataTable>
    </Stack>
  );
}

function Register({
  organisation,
  register,
  manages,
}: {
  organisation: string;
  register: Team['register'];
  manages: boolean;
}) {
  const [importing, setImporting] = useState(false);
  const confirming = useMutation({
    mutationFn: () => client.call(confirmStaff, { params: { organisation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  const run: ImportCall = ({ text: given, scope, preview }) =>
    client.call(importStaff, { params: { organisation }, body: { text: given, scope, preview } });
  return (
    <Card title={text.team.register} help={text.team.registerHelp}>
      {register ? (
        <Text size="sm">
          {register.scope}. {text.team.recorded} <Time at={register.recordedAt} />, {text.team.stale}{' '}
          <Time at={register.staleAt} />.
        </Text>
      ) : (
        <Text size="sm">{text.team.noRegister}</Text>
      )}
      {confirming.error ? <Failure error={confirming.error} /> : null}
      <Group className="no-print">
        {manages ? (
          <Button size="xs" onClick={() => setImporting(true)}>
            {text.team.importStaff}
          </Button>
        ) : null}
        {manages && register ? (
          <Button
            size="xs"
            variant="default"
            loading={confirming.isPending}
            onClick={() => confirming.mutate()}
          >
            {text.team.confirm}
          </Button>
        ) : null}
        {register ? (
          <Button
            size="xs"
            variant="default"
            component="a"
            href={urlOf(exportStaff, { params: { organisation } })}
          >
            {text.team.exportStaff}
          </Button>
        ) : null}
      </Group>
      {importing ? (
        <ImportFile
          title={text.team.importStaff}
          accept=".csv,text/csv"
          scope={register?.scope ?? ''}
          run={run}
          close={() => setImporting(false)}
        />
      ) : null}
    </Card>
  );
}

function Completions({ organisation, manages }: { organisation: string; manages: boolean }) {
  const [importing, setImporting] = useState(false);
  const run: ImportCall = ({ text: given, name, preview, partial }) =>
    client.call(importCompletions, {
      params: { organisation },
      body: {
        format: name.toLowerCase().endsWith('.json') ? 'xapi' : 'csv',
        text: given,
        source: name,
        preview,
        partial,
      },
    });
  return (
    <Card title={text.team.completions} help={text.team.completionsHelp}>
      <Group className="no-print">
        {manages ? (
          <Button size="xs" onClick={() => setImporting(true)}>
            {text.team.importCompletions}
          </Button>
        ) : null}
        <Button
          size="xs"
          variant="default"
          component="a"
          href={urlOf(exportCompletions, { params: { organisation } })}
        >
          {text.team.exportCompletions}
        </Button>
      </Group>
      {importing ? (
        <ImportFile
          title={text.team.importCompletions}
          accept=".csv,.json,text/csv,application/json"
          run={run}
          close={() => setImporting(false)}
        />
      ) : null}
    </Card>
  );
}

function People({ team }: { team: Team }) {
  if (team.people.length === 0) return <Text>{text.team.nobody}</Text>;
  return (
    <DataTable
      label={text.team.progress}
      minWidth={640}
      columns={[text.team.person, text.team.roles, text.team.open, text.team.acknowledged]}
    >
      {team.people.map(({ person, name, roles, modules, acknowledgedAt }) => {
        const open = modules.filter(({ state }) => state !== 'passed');
        return (
          <Table.Tr key={person}>
            <Table.Td>
              {name}
              {name === person ? null : (
                <Text size="xs" c="dimmed">
                  {person}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{roles.map((role) => role.replaceAll('_', ' ')).join(', ')}</Table.Td>
            <Table.Td>
              {open.length === 0 ? text.team.nothingOpen : null}
              <Stack gap={4}>
                {open.map(({ module, title, state }) => (
                  <Group key={module} gap="xs" wrap="nowrap">
                    <StateBadge state={state} /> <Text size="sm">{title}</Text>
                  </Group>
                ))}
              </Stack>
            </Table.Td>
            <Table.Td>{acknowledgedAt ? <Time at={acknowledgedAt} /> : text.team.notYet}</Table.Td>
          </Table.Tr>
        );
      })}
    </DataTable>
  );
}
