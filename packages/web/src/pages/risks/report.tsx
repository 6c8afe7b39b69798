/** Reporting a risk from inside, and one's own reports. */
import { getMe, getMyRiskReports } from '@custos/contract';
import { Button, Group, Paper, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { Page } from '../../parts/page.tsx';
import { Progress } from './progress.tsx';
import { FollowReport, ReportForm } from './report-form.tsx';
import { text } from './text.ts';

export function ReportRiskPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/report-a-risk' });
  const me = useQuery(read(getMe, {}));
  const handles = useStandingOn(organisation).may('risk.handle');
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
      <Await query={me}>
        {({ organisations }) => (
          <Stack gap="xl">
            <ReportForm
              organisation={organisation}
              ticket={organisations.find(({ id }) => id === organisation)?.reportTicket}
            />
            <Mine organisation={organisation} />
            <FollowReport organisation={organisation} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}

/** Asked for only by who wants to see them: whoever reports without a name asks for nothing of their own. */
function Mine({ organisation }: { organisation: string }) {
  const [shown, setShown] = useState(false);
  const mine = useQuery({ ...read(getMyRiskReports, { params: { organisation } }), enabled: shown });
  return (
    <Stack component="section" gap="sm">
      <Title order={2} size="h4">
        {text.mine}
      </Title>
      {shown ? (
        <Await query={mine}>
          {({ items }) =>
            items.length === 0 ? (
              <Text size="sm">{text.mineNone}</Text>
            ) : (
              items.map((report) => (
                <Paper key={report.id} withBorder p="md">
                  <Text fw={600}>{report.subject}</Text>
                  <Progress report={report} />
                </Paper>
              ))
            )
          }
        </Await>
      ) : (
        <Group>
          <Button variant="default" onClick={() => setShown(true)}>
            {text.mineShow}
          </Button>
        </Group>
      )}
    </Stack>
  );
}
