/** Reporting a risk from outside, where the organisation allows it; and following a report without signing in. */
import { Center, Paper, Stack, Text, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useParams } from '@tanstack/react-router';
import { FollowReport, ReportForm } from './report-form.tsx';
import { text } from './text.ts';

export function PublicReportPage() {
  const { organisation } = useParams({ from: '/report/$organisation' });
  useDocumentTitle(text.publicTitle(organisation));
  return (
    <Center component="main" p="md">
      <Paper withBorder p={{ base: 'md', sm: 'xl' }} w={820} maw="100%">
        <Stack gap="lg">
          <div>
            <Title order={1} size="h2">
              {text.publicTitle(organisation)}
            </Title>
            <Text size="sm" c="dimmed">
              {text.description}
            </Text>
          </div>
          <ReportForm organisation={organisation} unnamedOnly />
          <FollowReport organisation={organisation} />
        </Stack>
      </Paper>
    </Center>
  );
}
