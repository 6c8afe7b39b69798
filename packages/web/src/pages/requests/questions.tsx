/** Questions to people outside: asked by link, answered there, accepted or returned here. */
import { askTask, listTasks, type ResultOf, reviewTask, revokeTask } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import { Alert, Badge, Button, Group, Paper, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { DayField, endOfDay } from '../../parts/day-field.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { OnceOnly } from '../../parts/once-only.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Part } from '../../parts/part.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { useStanding, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

const words = text.tasks;
type Task = ResultOf<typeof listTasks>['items'][number];
type Asked = ResultOf<typeof askTask> & { person: string };

export function Questions() {
  const params = useSystemParams();
  const { may } = useStanding();
  const tasks = usePages(listTasks, { params });
  const [asking, setAsking] = useState(false);
  const [asked, setAsked] = useState<Asked>();
  return (
    <Part
      title={words.title}
      help={words.help}
      actions={
        may('request.make') ? (
          <Button size="xs" variant="default" onClick={() => setAsking(true)}>
            {words.ask}
          </Button>
        ) : null
      }
    >
      {asking ? <Ask asked={setAsked} close={() => setAsking(false)} /> : null}
      {asked?.sent ? (
        <Alert color="green" variant="outline" role="status">
          <Text size="sm">{words.linkSent(asked.person)}</Text>
        </Alert>
      ) : null}
      {asked?.link === undefined ? null : (
        <OnceOnly
          title={words.linkTitle}
          help={words.linkHelp}
          secret={asked.link}
          close={() => setAsked(undefined)}
        />
      )}
      <Pages query={tasks} height={80}>
        {(items) =>
          items.length === 0 ? (
            <Text size="sm">{words.none}</Text>
          ) : (
            <Stack gap="sm">
              {items.map((task) => (
                <Question key={task.id} task={task} />
              ))}
            </Stack>
          )
        }
      </Pages>
    </Part>
  );
}

function Question({ task }: { task: Task }) {
  const params = useSystemParams();
  const { may } = useStanding();
  const revoking = useMutation({
    mutationFn: () => client.call(revokeTask, { params: { ...params, task: task.id } }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [listTasks.id] }),
  });
  const open = task.status === 'open' || task.status === 'returned';
  return (
    <Paper withBorder p="md">
      <Stack gap={6}>
        <Group gap="xs">
          <Text fw={600}>{task.title}</Text>
          <Badge variant="default" tt="none">
            {words.statusOf[task.status]}
            {open && task.expired ? `, ${words.expired}` : ''}
          </Badge>
          <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
            {task.person}, <Time at={task.createdAt} short />
          </Text>
        </Group>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {task.question}
        </Text>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          <b>{words.answer}:</b> {task.answer ?? words.noAnswer}
        </Text>
        {task.review === undefined ? null : (
          <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
            <b>{words.review(task.reviewedBy ?? '')}:</b> {task.review}
          </Text>
        )}
        {revoking.error ? <Failure error={revoking.error} /> : null}
        {task.status === 'answered' && may('decision.make') ? <Review task={task} /> : null}
        {open && may('request.make') ? (
          <Group>
            <Button
              size="compact-xs"
              variant="default"
              aria-label={words.revokeOf(task.title)}
              loading={revoking.isPending}
              onClick={() => revoking.mutate()}
            >
              {words.revoke}
            </Button>
          </Group>
        ) : null}
      </Stack>
    </Paper>
  );
}

function Review({ task }: { task: Task }) {
  const params = useSystemParams();
  const { speaks, person } = useStanding();
  const roles = speaks.flatMap((role) => DeciderRole.safeParse(role).data ?? []);
  const [role, setRole] = useState(roles[0]);
  const [note, setNote] = useState('');
  const reviewing = useMutation({
    mutationFn: (decision: 'accepted' | 'returned') =>
      client.call(reviewTask, {
        params: { ...params, task: task.id },
        body: { role: role ?? 'developer', decision, note },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [listTasks.id] }),
  });
  const ready = note.trim().length >= 20;
  return (
    <Stack gap="xs">
      {roles.length > 1 ? (
        <Select
          label={words.reviewAs}
          allowDeselect={false}
          data={roles.map((value) => ({ value, label: ROLE[value] }))}
          value={role ?? null}
          onChange={(value) => setRole(DeciderRole.safeParse(value).data)}
        />
      ) : null}
      <Textarea
        label={words.note}
        description={text.request.reasonHelp}
        autosize
        minRows={2}
        value={note}
        onChange={(event) => setNote(event.currentTarget.value)}
      />
      {reviewing.error ? <Failure error={reviewing.error} /> : null}
      <Group>
        {/* Nobody accepts the answer to their own question: where no mail went out, they had the link too. */}
        {task.askedBy === person ? null : (
          <Button
            size="xs"
            disabled={!ready}
            loading={reviewing.isPending}
            onClick={() => reviewing.mutate('accepted')}
          >
            {words.accept}
          </Button>
        )}
        <Button
          size="xs"
          variant="default"
          disabled={!ready}
          loading={reviewing.isPending}
          onClick={() => reviewing.mutate('returned')}
        >
          {words.giveBack}
        </Button>
      </Group>
    </Stack>
  );
}

function Ask({ asked, close }: { asked: (done: Asked) => void; close: () => void }) {
  const params = useSystemParams();
  const [values, setValues] = useState({ person: '', title: '', question: '', until: '' });
  const set = (part: Partial<typeof values>) => setValues({ ...values, ...part });
  const { person, title, question, until } = values;
  return (
    <FormDialog
      title={words.ask}
      submit={words.send}
      done={words.asked}
      size="md"
      close={close}
      run={async () => {
        const body = { person, title, question, expiresAt: endOfDay(until) };
        asked({ ...(await client.call(askTask, { params, body })), person });
      }}
    >
      <TextInput
        label={words.person}
        type="email"
        required
        value={person}
        onChange={(event) => set({ person: event.currentTarget.value })}
      />
      <TextInput
        label={words.name}
        required
        minLength={3}
        value={title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <ReasonField
        label={words.question}
        description={words.questionHelp}
        minRows={3}
        value={question}
        onChange={(said) => set({ question: said })}
      />
      <DayField label={words.until} value={until} onChange={(day) => set({ until: day })} />
    </FormDialog>
  );
}
