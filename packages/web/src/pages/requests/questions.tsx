/** Questions to people outside: asked by link, answered there, accepted or returned here. */
import { askTask, listTasks, type ResultOf, reviewTask, revokeTask } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import {
  Badge,
  Button,
  Code,
  CopyButton,
  Group,
  Modal,
  Paper,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { useStanding, useSystemParams } from '../system/data.ts';
import { endOfDay } from './choices.ts';
import { text } from './text.ts';

const words = text.tasks;
type Task = ResultOf<typeof listTasks>['items'][number];

export function Questions() {
  const params = useSystemParams();
  const { may } = useStanding();
  const tasks = useQuery(read(listTasks, { params, query: { limit: 100 } }));
  return (
    <Stack component="section" gap="xs">
      <Group justify="space-between" align="flex-end">
        <div>
          <Title order={3} size="h5">
            {words.title}
          </Title>
          <Text size="sm" c="dimmed" maw={760}>
            {words.help}
          </Text>
        </div>
        {may('request.make') ? <Ask /> : null}
      </Group>
      <Await query={tasks} height={80}>
        {({ items }) =>
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
      </Await>
    </Stack>
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
        {/* Who asked had the link too, and could have answered. */}
        {task.askedBy === person ? null : (
          <Button size="xs" disabled={!ready} onClick={() => reviewing.mutate('accepted')}>
            {words.accept}
          </Button>
        )}
        <Button size="xs" variant="default" disabled={!ready} onClick={() => reviewing.mutate('returned')}>
          {words.giveBack}
        </Button>
      </Group>
    </Stack>
  );
}

function Ask() {
  const params = useSystemParams();
  const [opened, { open, close }] = useDisclosure(false);
  const [values, setValues] = useState({ person: '', title: '', question: '', until: '' });
  const set = (field: keyof typeof values) => (event: { currentTarget: { value: string } }) =>
    setValues({ ...values, [field]: event.currentTarget.value });
  const asking = useMutation({
    mutationFn: () => {
      const { person, title, question, until } = values;
      return client.call(askTask, {
        params,
        body: { person, title, question, expiresAt: endOfDay(until) },
      });
    },
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [listTasks.id] }),
  });
  const finish = () => {
    close();
    asking.reset();
    setValues({ person: '', title: '', question: '', until: '' });
  };
  return (
    <>
      <Button size="xs" variant="default" onClick={open}>
        {words.ask}
      </Button>
      <Modal
        opened={opened}
        onClose={finish}
        title={asking.data ? words.linkTitle : words.ask}
        closeButtonProps={{ 'aria-label': text.request.close }}
      >
        {asking.data ? (
          <Stack gap="sm">
            <Text size="sm">{words.linkHelp}</Text>
            <Code block style={{ overflowWrap: 'anywhere', whiteSpace: 'pre-wrap' }}>
              {asking.data.link}
            </Code>
            <CopyButton value={asking.data.link}>
              {({ copied, copy }) => (
                <Button onClick={copy}>{copied ? text.request.copied : words.copyLink}</Button>
              )}
            </CopyButton>
          </Stack>
        ) : (
          <form
            onSubmit={(event: FormEvent) => {
              event.preventDefault();
              asking.mutate();
            }}
          >
            <Stack gap="sm">
              <TextInput
                label={words.person}
                type="email"
                required
                value={values.person}
                onChange={set('person')}
              />
              <TextInput
                label={words.name}
                required
                minLength={3}
                value={values.title}
                onChange={set('title')}
              />
              <Textarea
                label={words.question}
                required
                minLength={20}
                autosize
                minRows={3}
                value={values.question}
                onChange={set('question')}
              />
              <TextInput
                label={words.until}
                type="date"
                required
                value={values.until}
                onChange={set('until')}
              />
              {asking.error ? <Failure error={asking.error} /> : null}
              <Group justify="flex-end">
                <Button type="submit" loading={asking.isPending}>
                  {words.send}
                </Button>
              </Group>
            </Stack>
          </form>
        )}
      </Modal>
    </>
  );
}
