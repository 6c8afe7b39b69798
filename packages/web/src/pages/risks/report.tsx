/** Reporting a risk from inside, and one's own reports. */
import { getMyRiskReports } from '@custos/contract';
import { Button, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Page } from '../../parts/page.tsx';
import { useMay } from '../training/frame.tsx';
import { Progress } from './progress.tsx';
import { FollowReport, ReportForm } from './report-form.tsx';
import { text } from './text.ts';

export function ReportRiskPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/report-a-risk' });
  const mine = useQuery(read(getMyRiskReports, { params: { organisation } }));
  const handles = useMay(organisation)('risk.handle');
  return (
    <Page
      title={text.title}
      description={text.description}
      actions={
        handles ? (
          <Button
            variant="default"
            renderRoot={(props) => (
              <Link to="/$organisation/risk-reports" params={{ organisation }} {...props} />
            )}
          >
            {text.toInbox}
          </Button>
        ) : null
      }
    >
      <Await query={mine}>
        {({ items, ticket }) => (
          <Stack gap="xl">
            <ReportForm organisation={organisation} ticket={ticket} />
            {items.length > 0 ? (
              <Stack component="section" gap="sm">
                <Title order={2} size="h4">
                  {text.mine}
                </Title>
                {items.map((report) => (
                  <Paper key={report.id} withBorder p="md">
                    <Text fw={600}>{report.subject}</Text>
                    <Progress report={report} />
                  </Paper>
                ))}
              </Stack>
            ) : null}
            <FollowReport organisation={organisation} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}
