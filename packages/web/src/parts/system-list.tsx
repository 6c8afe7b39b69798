import { listSystems, loadExamples } from '@custos/contract';
import { Anchor, Button, Group, Paper, Skeleton, Stack, Table, Text } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, queryClient, read } from '../api/client.ts';
import { Failure } from './failure.tsx';
import { Time } from './time.tsx';

export function SystemList({ organisation }: { organisation: string }) {
  const systems = useQuery(read(listSystems, { params: { organisation } }));
  if (systems.error) return <Failure error={systems.error} retry={() => void systems.refetch()} />;
  if (!systems.data) return <Skeleton height={160} />;
  if (systems.data.items.length === 0) return <NoSystems organisation={organisation} />;
  return (
    <Table.ScrollContainer minWidth={560}>
      <Table striped highlightOnHover>
        <Table.Thead>
          <Table.Tr>
            <Table.Th>System</Table.Th>
            <Table.Th>Phase</Table.Th>
            <Table.Th>Shall: pass, fail, inconclusive</Table.Th>
            <Table.Th>Assessed</Table.Th>
          </Table.Tr>
        </Table.Thead>
        <Table.Tbody>
          {systems.data.items.map((system) => (
            <Table.Tr key={system.id}>
              <Table.Td>
                <Anchor
                  renderRoot={(props) => (
                    <Link
                      to="/$organisation/systems/$system"
                      params={{ organisation, system: system.id }}
                      {...props}
                    />
                  )}
                >
                  {system.name}
                </Anchor>
                <Text size="xs" c="dimmed">
                  {system.purpose}
                </Text>
              </Table.Td>
              <Table.Td>{system.phase.replaceAll('_', ' ')}</Table.Td>
              <Table.Td>
                {system.assessment
                  ? `${system.assessment.counts.shall.pass}, ${system.assessment.counts.shall.fail}, ${system.assessment.counts.shall.inconclusive}`
                  : 'not assessed yet'}
              </Table.Td>
              <Table.Td>{system.assessment ? <Time at={system.assessment.evaluatedAt} /> : '–'}</Table.Td>
            </Table.Tr>
          ))}
        </Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

function NoSystems({ organisation }: { organisation: string }) {
  const loading = useMutation({
    mutationFn: () => client.call(loadExamples, { params: { organisation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Paper withBorder p="lg">
      <Stack>
        <Text>
          There is no AI system yet. Declare one, or load the three example systems to see what Custos makes
          of evidence.
        </Text>
        {loading.error ? <Failure error={loading.error} /> : null}
        <Group>
          <Button onClick={() => loading.mutate()} loading={loading.isPending}>
            Load the examples
          </Button>
        </Group>
      </Stack>
    </Paper>
  );
}
