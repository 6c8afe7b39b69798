/** My training: what is due, what lapses, what I have passed. */
import { getMyTraining, type ResultOf } from '@custos/contract';
import { Anchor, Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Note } from '../../parts/note.tsx';
import { Time } from '../../parts/time.tsx';
import { TrainingPage } from './frame.tsx';
import { StateBadge } from './state-badge.tsx';
import { text } from './text.ts';

type Mine = ResultOf<typeof getMyTraining>;

/** What needs doing comes first. */
const ORDER = ['expired', 'failed', 'due', 'expiring', 'passed'] as const;

export function MyTrainingPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training' });
  const mine = useQuery(read(getMyTraining, { params: { organisation } }));
  return (
    <TrainingPage organisation={organisation} description={text.mine.description}>
      <Await query={mine}>{(data) => <Content organisation={organisation} data={data} />}</Await>
    </TrainingPage>
  );
}

function Content({ organisation, data }: { organisation: string; data: Mine }) {
  const modules = [...data.modules].sort((a, b) => ORDER.indexOf(a.state) - ORDER.indexOf(b.state));
  return (
    <Stack>
      <Text size="sm" c="dimmed">
        {text.mine.roles(data.roles.map((role) => role.replaceAll('_', ' ')).join(', '))}
      </Text>
      {data.policy && data.policy.acknowledgedAt === undefined ? (
        <Note color="yellow" title={text.mine.policyTitle} role="note">
          <Group justify="space-between">
            <Text size="sm">{text.mine.policyOpen(data.policy.version)}</Text>
            <Button
              size="xs"
              renderRoot={(props) => (
                <Link to="/$organisation/training/policy" params={{ organisation }} {...props} />
              )}
            >
              {text.mine.readPolicy}
            </Button>
          </Group>
        </Note>
      ) : null}
      {modules.length === 0 ? (
        <Paper withBorder p="lg">
          <Text fw={600}>{text.mine.none}</Text>
          <Text size="sm">{text.mine.noneHelp}</Text>
        </Paper>
      ) : null}
      <Stack component="ul" gap="sm" m={0} p={0} style={{ listStyle: 'none' }}>
        {modules.map((module) => (
          <Paper key={module.module} component="li" withBorder p="md">
            <Group justify="space-between" align="flex-start" gap="sm">
              <Stack gap={4} style={{ flex: '1 1 260px' }}>
                <Group gap="xs">
                  <StateBadge state={module.state} />
                  <ModuleLink organisation={organisation} module={module.module} title={module.title} />
                </Group>
                <Text size="sm">{module.summary}</Text>
                <Text size="sm" c="dimmed">
                  {text.mine.minutes(module.minutes)}.{' '}
                  {text.mine.askedBy(module.roles.map((role) => role.replaceAll('_', ' ')).join(', '))}.
                </Text>
              </Stack>
              <Text size="sm" c="dimmed">
                {module.expiresAt ? (
                  <>
                    {text.mine.expires} <Time at={module.expiresAt} />
                  </>
                ) : null}
                {module.dueAt ? (
                  <>
                    {text.mine.due} <Time at={module.dueAt} />
                  </>
                ) : null}
              </Text>
            </Group>
          </Paper>
        ))}
      </Stack>
      {data.others.length > 0 ? (
        <Stack gap="xs">
          <Title order={2} size="h4">
            {text.mine.others}
          </Title>
          {data.others.map(({ module, title, summary, minutes }) => (
            <div key={module}>
              <ModuleLink organisation={organisation} module={module} title={title} />
              <Text size="sm" c="dimmed">
                {summary} {text.mine.minutes(minutes)}.
              </Text>
            </div>
          ))}
        </Stack>
      ) : null}
    </Stack>
  );
}

function ModuleLink({
  organisation,
  module,
  title,
}: {
  organisation: string;
  module: string;
  title: string;
}) {
  return (
    <Anchor
      fw={600}
      renderRoot={(props) => (
        <Link to="/$organisation/training/modules/$module" params={{ organisation, module }} {...props} />
      )}
    >
      {title}
    </Anchor>
  );
}
