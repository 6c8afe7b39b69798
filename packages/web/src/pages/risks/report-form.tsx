/** The form of a report, what to do with the code, and following a report by it. */
import {
  addToRiskReport,
  followRiskReport,
  getMyRiskReports,
  type ResultOf,
  reportRisk,
  reportRiskUnnamed,
} from '@custos/contract';
import { Button, Checkbox, Code, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { Failure } from '../../parts/failure.tsx';
import { Note } from '../../parts/note.tsx';
import { Messages, Progress } from './progress.tsx';
import { text } from './text.ts';

export function ReportForm({
  organisation,
  ticket,
  unnamedOnly = false,
}: {
  organisation: string;
  /** Shows that the reporter belongs here, not who it is. */
  ticket?: string | undefined;
  unnamedOnly?: boolean;
}) {
  const [subject, setSubject] = useState('');
  const [body, setBody] = useState('');
  const [unnamed, setUnnamed] = useState(unnamedOnly);
  const sending = useMutation({
    mutationFn: () =>
      unnamed
        ? client.call(reportRiskUnnamed, {
            params: { organisation },
            body: { subject, body, ...(ticket === undefined ? {} : { ticket }) },
          })
        : client.call(reportRisk, { params: { organisation }, body: { subject, body } }),
    // What is asked right after a report without a name, under a name, would tell who made it.
    onSuccess: () =>
      unnamed ? undefined : queryClient.invalidateQueries({ queryKey: [getMyRiskReports.id] }),
  });
  if (sending.data)
    return (
      <Note color="green" title={text.sent} role="status">
        <Stack gap="sm">
          <Text size="sm">{text.keepCode}</Text>
          <Code fz="lg" style={{ alignSelf: 'flex-start' }}>
            {sending.data.code}
          </Code>
          <Group>
            <Button
              variant="default"
              size="xs"
              onClick={() => {
                sending.reset();
                setSubject('');
                setBody('');
              }}
            >
              {text.another}
            </Button>
          </Group>
        </Stack>
      </Note>
    );
  return (
    <form
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        sending.mutate();
      }}
    >
      <Stack maw={760}>
        <TextInput
          label={text.subject}
          required
          minLength={5}
          maxLength={200}
          value={subject}
          onChange={(event) => setSubject(event.currentTarget.value)}
        />
        <Textarea
          label={text.body}
          description={text.bodyHelp}
          required
          minLength={20}
          autosize
          minRows={6}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        {unnamedOnly ? null : (
          <Checkbox
            label={text.anonymous}
            description={text.anonymousHelp}
            checked={unnamed}
            onChange={(event) => setUnnamed(event.currentTarget.checked)}
          />
        )}
        {sending.error ? <Failure error={sending.error} /> : null}
        <Group>
          <Button type="submit" loading={sending.isPending}>
            {text.send}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

export function FollowReport({ organisation }: { organisation: string }) {
  const [code, setCode] = useState('');
  const looking = useMutation({
    mutationFn: () =>
      client.call(followRiskReport, { params: { organisation }, body: { code: code.trim() } }),
  });
  return (
    <Paper withBorder p="md" component="section">
      <Stack>
        <Title order={2} size="h4">
          {text.follow}
        </Title>
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            looking.mutate();
          }}
        >
          <Group align="flex-end">
            <TextInput
              label={text.code}
              description={text.followHelp}
              required
              minLength={20}
              autoComplete="off"
              spellCheck={false}
              miw={280}
              maw="100%"
              value={code}
              onChange={(event) => setCode(event.currentTarget.value)}
            />
            <Button type="submit" variant="default" loading={looking.isPending}>
              {text.look}
            </Button>
          </Group>
        </form>
        {looking.error ? <Failure error={looking.error} /> : null}
        <div role="status">
          {looking.data ? (
            <Followed
              organisation={organisation}
              code={code.trim()}
              report={looking.data}
              again={() => looking.mutate()}
            />
          ) : null}
        </div>
      </Stack>
    </Paper>
  );
}

function Followed({
  organisation,
  code,
  report,
  again,
}: {
  organisation: string;
  code: string;
  report: ResultOf<typeof followRiskReport>;
  again: () => void;
}) {
  const [more, setMore] = useState('');
  const adding = useMutation({
    mutationFn: () => client.call(addToRiskReport, { params: { organisation }, body: { code, text: more } }),
    onSuccess: () => {
      setMore('');
      again();
    },
  });
  return (
    <Stack gap="sm">
      <Text fw={600}>{report.subject}</Text>
      <Progress report={report} />
      <Messages messages={report.messages} />
      {report.state === 'closed' ? null : (
        <form
          onSubmit={(event: FormEvent) => {
            event.preventDefault();
            adding.mutate();
          }}
        >
          <Stack gap="xs">
            <Textarea
              label={text.add}
              required
              autosize
              value={more}
              onChange={(event) => setMore(event.currentTarget.value)}
            />
            {adding.error ? <Failure error={adding.error} /> : null}
            <Group>
              <Button type="submit" size="xs" loading={adding.isPending}>
                {text.addSend}
              </Button>
            </Group>
          </Stack>
        </form>
      )}
    </Stack>
  );
}
