/** The inbox of those who handle reports. */
import {
  acknowledgeRiskReport,
  answerRiskReport,
  closeRiskReport,
  getRiskReport,
  listRiskReports,
  type ResultOf,
  RiskOutcome,
  setPublicRiskReports,
} from '@custos/contract';
import {
  Accordion,
  Badge,
  Button,
  Group,
  NativeSelect,
  SegmentedControl,
  Stack,
  Switch,
  Text,
  Textarea,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Form } from '../../parts/form.tsx';
import { Page } from '../../parts/page.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK } from '../../parts/verdict-badge.tsx';
import { Messages, Progress } from './progress.tsx';
import { text } from './text.ts';

const refresh = () => queryClient.invalidateQueries();
const PILES = ['open', 'closed'] as const;
type Pile = (typeof PILES)[number];

export function RiskInboxPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/risk-reports' });
  const [state, setState] = useState<Pile>('open');
  const reports = usePages(listRiskReports, { params: { organisation }, query: { state } });
  // What stands above the piles is the same over each.
  const inbox = usePages(listRiskReports, { params: { organisation }, query: { state: 'open' } });
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Page title={text.inboxTitle} description={text.inboxDescription}>
      <Head organisation={organisation} page={inbox.data?.pages[0]} />
      <SegmentedControl
        aria-label={text.which}
        style={{ alignSelf: 'flex-start' }}
        data={PILES.map((value) => ({ value, label: text.piles[value] }))}
        value={state}
        onChange={setState}
      />
      <Pages query={reports} more={text.more}>
        {(items) =>
          items.length === 0 ? (
            <Text>{text.none[state]}</Text>
          ) : (
            <Accordion value={open} onChange={setOpen} variant="separated" order={2}>
              {items.map((report) => (
                <Accordion.Item key={report.id} value={report.id}>
                  <Accordion.Control>
                    <Group gap="xs">
                      <Badge
                        color={report.state === 'received' ? VERDICT_LOOK.fail.color : 'gray.7'}
                        variant="filled"
                        tt="none"
                      >
                        {text.states[report.state]}
                      </Badge>
                      <Text fw={600}>{report.subject}</Text>
                      <Text size="sm" c="dimmed">
                        <Time at={report.receivedAt} />, {text.channel[report.channel]}
                      </Text>
                    </Group>
                  </Accordion.Control>
                  <Accordion.Panel>
                    {open === report.id ? <Report organisation={organisation} report={report.id} /> : null}
                  </Accordion.Panel>
                </Accordion.Item>
              ))}
            </Accordion>
          )
        }
      </Pages>
    </Page>
  );
}

/** How quickly reports are acknowledged, and whether anybody may report. */
function Head({
  organisation,
  page,
}: {
  organisation: string;
  page: ResultOf<typeof listRiskReports> | undefined;
}) {
  if (!page) return null;
  const { acknowledgement, publicReports } = page;
  return (
    <>
      {acknowledgement ? (
        <Text size="sm">
          {text.times(text.hours(acknowledgement.median), text.hours(acknowledgement.longest))}
        </Text>
      ) : null}
      <PublicSwitch organisation={organisation} on={publicReports} />
    </>
  );
}

function PublicSwitch({ organisation, on }: { organisation: string; on: boolean }) {
  const setting = useMutation({
    mutationFn: (publicReports: boolean) =>
      client.call(setPublicRiskReports, { params: { organisation }, body: { publicReports } }),
    onSuccess: refresh,
  });
  return (
    <div>
      <Switch
        label={text.publicSwitch}
        description={on ? text.publicAt(`${window.location.origin}/report/${organisation}`) : undefined}
        checked={on}
        disabled={setting.isPending}
        onChange={(event) => setting.mutate(event.currentTarget.checked)}
      />
      {setting.error ? <Failure error={setting.error} /> : null}
    </div>
  );
}

function Report({ organisation, report }: { organisation: string; report: string }) {
  const params = { organisation, report };
  const found = useQuery(readVersioned(getRiskReport, { params }));
  const [outcome, setOutcome] = useState<RiskOutcome>('mitigated');
  const [answer, setAnswer] = useState('');
  const etag = found.data?.etag;
  const versioned = etag === undefined ? {} : { ifMatch: etag };
  const acknowledging = useMutation({
    mutationFn: () => client.call(acknowledgeRiskReport, { params }, versioned),
    // Refused, it may have changed by now.
    onSettled: refresh,
  });
  const closing = useMutation({
    mutationFn: () => client.call(closeRiskReport, { params, body: { outcome } }, versioned),
    onSettled: refresh,
  });
  const answering = useMutation({
    mutationFn: () => client.call(answerRiskReport, { params, body: { text: answer } }),
    onSuccess: () => {
      setAnswer('');
      return refresh();
    },
  });
  const error = acknowledging.error ?? closing.error;
  return (
    <Await query={found}>
      {({ value }) => (
        <Stack>
          <Progress report={value} />
          <Text size="sm">
            {text.reporter}: {value.reporter ?? text.nobody}
          </Text>
          <Text style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>{value.body}</Text>
          <Messages messages={value.messages} />
          {error ? <Failure error={error} /> : null}
          {value.state === 'received' ? (
            <Group>
              <Button loading={acknowledging.isPending} onClick={() => acknowledging.mutate()}>
                {text.acknowledge}
              </Button>
            </Group>
          ) : null}
          <Form run={answering} submit={text.addSend} quiet>
            <Textarea
              label={text.answer}
              required
              autosize
              value={answer}
              onChange={(event) => setAnswer(event.currentTarget.value)}
            />
          </Form>
          {value.state === 'acknowledged' ? (
            <Group align="flex-end">
              <NativeSelect
                label={text.outcome}
                data={RiskOutcome.options.map((one) => ({ value: one, label: text.outcomes[one] }))}
                value={outcome}
                onChange={(event) => setOutcome(RiskOutcome.parse(event.currentTarget.value))}
              />
              <Button loading={closing.isPending} onClick={() => closing.mutate()}>
                {text.close}
              </Button>
            </Group>
          ) : null}
        </Stack>
      )}
    </Await>
  );
}
