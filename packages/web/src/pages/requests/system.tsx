/** Requests on one system, who decides in whose place, and questions to people outside. */
import { Button, Group, Paper, Stack, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import { Section } from '../../parts/section.tsx';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { Delegations } from './delegations.tsx';
import { Questions } from './questions.tsx';
import { RequestTable } from './request-table.tsx';
import { text } from './text.ts';

export function SystemRequestsPage() {
  const params = useSystemParams();
  const of = useSystem();
  const { may } = useStanding();
  return (
    <Stack gap="xl">
      <Section
        title={text.tab}
        of={of.data?.value.name ?? params.system}
        help={text.tabHelp}
        actions={
          may('request.make') ? (
            <Button
              size="xs"
              renderRoot={(props) => (
                <Link to="/$organisation/systems/$system/requests/new" params={params} {...props} />
              )}
            >
              {text.newRequest}
            </Button>
          ) : null
        }
      >
        <RequestTable
          organisation={params.organisation}
          showSystem={false}
          query={{ system: params.system }}
          empty={
            <Paper withBorder p="lg">
              <Group>
                <Stack gap={4}>
                  <Text fw={600}>{text.noneYet}</Text>
                  <Text size="sm" c="dimmed">
                    {text.noneYetHelp}
                  </Text>
                </Stack>
              </Group>
            </Paper>
          }
        />
      </Section>
      <Delegations />
      <Questions />
    </Stack>
  );
}
