import { getAssessment, type ResultOf } from '@custos/contract';
import { Drawer, List, Paper, Skeleton, Stack, Table, Text, Title, UnstyledButton } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../api/client.ts';
import { Failure } from '../parts/failure.tsx';
import { Time } from '../parts/time.tsx';
import { VerdictBadge } from '../parts/verdict-badge.tsx';

type Assessment = ResultOf<typeof getAssessment>;
type Duty = Assessment['provisions'][number]['duties'][number];

export function SystemPage() {
  const { organisation, system } = useParams({ from: '/shell/$organisation/systems/$system' });
  const assessment = useQuery(read(getAssessment, { params: { organisation, system } }));
  const [why, setWhy] = useState<Duty>();
  if (assessment.error) return <Failure error={assessment.error} retry={() => void assessment.refetch()} />;
  if (!assessment.data) return <Skeleton height={400} />;
  const { data } = assessment;
  return (
    <Stack>
      <div>
        <Title order={2}>{data.system.name}</Title>
        <Text size="sm" c="dimmed">
          Fingerprint {data.fingerprint ?? 'not scanned yet'}, assessed <Time at={data.evaluatedAt} />
        </Text>
      </div>
      <Paper withBorder>
        <Table.ScrollContainer minWidth={480}>
          <Table>
            <Table.Thead>
              <Table.Tr>
                <Table.Th>Duty</Table.Th>
                <Table.Th>Verb</Table.Th>
                <Table.Th>Verdict</Table.Th>
                <Table.Th>Why</Table.Th>
              </Table.Tr>
            </Table.Thead>
            <Table.Tbody>
              {data.provisions.flatMap((provision) =>
                provision.duties.map((duty) => (
                  <Table.Tr key={duty.id}>
                    <Table.Td>{duty.id}</Table.Td>
                    <Table.Td>{duty.norm}</Table.Td>
                    <Table.Td>
                      <VerdictBadge verdict={duty.verdict} waived={duty.waived} />
                    </Table.Td>
                    <Table.Td>
                      <UnstyledButton onClick={() => setWhy(duty)}>
                        <Text size="sm" td="underline">
                          {duty.reasons[0]?.message ?? 'Details'}
                        </Text>
                      </UnstyledButton>
                    </Table.Td>
                  </Table.Tr>
                )),
              )}
            </Table.Tbody>
          </Table>
        </Table.ScrollContainer>
      </Paper>
      <Drawer
        opened={why !== undefined}
        onClose={() => setWhy(undefined)}
        position="right"
        title={why?.id}
        closeButtonProps={{ 'aria-label': 'Close' }}
      >
        {why ? <Why duty={why} /> : null}
      </Drawer>
    </Stack>
  );
}

function Why({ duty }: { duty: Duty }) {
  return (
    <Stack>
      <VerdictBadge verdict={duty.verdict} waived={duty.waived} />
      <List>
        {duty.reasons.map((reason) => (
          <List.Item key={reason.code + reason.message}>{reason.message}</List.Item>
        ))}
      </List>
      {duty.validUntil ? (
        <Text size="sm">
          Holds until <Time at={duty.validUntil} />
        </Text>
      ) : null}
      <Text size="sm">
        Evidence: {duty.observations.length} observations. Opens again on {duty.reopens.join(', ')}.
      </Text>
    </Stack>
  );
}
