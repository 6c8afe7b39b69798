/** What there is to do when there is nothing yet. */
import { loadExamples } from '@custos/contract';
import { Button, Group, List, Paper, Stack, Text, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import { client, queryClient } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Failure } from '../../parts/failure.tsx';
import { text } from './text.ts';

export function NoSystems({ organisation }: { organisation: string }) {
  const { may } = useStandingOn(organisation);
  const loading = useMutation({
    mutationFn: () => client.call(loadExamples, { params: { organisation } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  if (!may('systems.create')) return <Text>{text.empty.noRight}</Text>;
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
            variant={may('organisation.manage') ? 'default' : 'filled'}
            renderRoot={(props) => (
              <Link to="/$organisation/new-system" params={{ organisation }} {...props} />
            )}
          >
            {text.create}
          </Button>
          {may('organisation.manage') ? (
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
