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
import { useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { Form } from '../../parts/form.tsx';
import { Note } from '../../parts/note.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
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
    mutationFn: (nameless: boolean) =>
      nameless
        ? client.call(reportRiskUnnamed, {
            params: { organisation },
            body: { subject, body, ...(ticket === undefined ? {} : { ticket }) },
          })
        : client.call(reportRisk, { params: { organisation }, body: { subject, body } }),
    // What is asked right after a report without a name, under a name, would tell who made it.
    onSuccess: (_, nameless) =>
      nameless ? undefined : queryClient.invalidateQueries({ queryKey: [getMyRiskReports.id] }),
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
    <Form run={{ ...sending, mutate: () => sending.mutate(unnamed) }} maw={760} submit={text.send}>
      <TextInput
        label={text.subject}
        required
        minLength={5}
        maxLength={200}
        value={subject}
        onChange={(event) => setSubject(event.currentTarget.value)}
      />
      <ReasonField
        label={text.body}
        description={text.bodyHelp}
        minRows={6}
        value={body}
        onChange={setBody}
      />
      {unnamedOnly ? null : (
        <Checkbox
          label={text.anonymous}
          description={text.anonymousHelp}
          checked={unnamed}
          onChange={(event) => setUnnamed(event.currentTarget.checked)}
        />
      )}
    </Form>
  );
}

export function FollowReport({ organisation }: { organisation: string }) {
  const [code, setCode] = useState('');
  const looking = useMutation({
    mutationFn: (asked: string) =>
      client.call(followRiskReport, { params: { organisation }, body: { code: asked } }),
  });
  return (
    <Paper withBorder p="md" component="section">
      <Stack>
        <Title order={2} size="h4">
          {text.follow}
        </Title>
        <Form run={{ ...looking, mutate: () => looking.mutate(code.trim()) }} submit={text.look} quiet>
          <TextInput
            label={text.code}
            description={text.followHelp}
            required
            minLength={20}
            autoComplete="off"
            spellCheck={false}
            maw={360}
            value={code}
            onChange={(event) => setCode(event.currentTarget.value)}
          />
        </Form>
        <div role="status">
          {looking.data ? (
            <Followed
              organisation={organisation}
              code={looking.variables}
              report={looking.data}
              again={() => looking.mutate(looking.variables)}
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
        <Form run={adding} submit={text.addSend} quiet>
          <Textarea
            label={text.add}
            required
            autosize
            value={more}
            onChange={(event) => setMore(event.currentTarget.value)}
          />
        </Form>
      )}
    </Stack>
  );
}
