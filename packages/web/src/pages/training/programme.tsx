/** The programme: curricula by role with their reasons, the rules of the quiz, and modules of one's own. */
import { type Answer, addModule, getProgramme, putProgramme, type ResultOf } from '@custos/contract';
import {
  Alert,
  Button,
  FileInput,
  type FileInputProps,
  Group,
  MultiSelect,
  NumberInput,
  Paper,
  Stack,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { DraftForm, useDraft } from '../../parts/draft.tsx';
import { Form } from '../../parts/form.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Time } from '../../parts/time.tsx';
import { TrainingPage } from './frame.tsx';
import { text } from './text.ts';

type Programme = ResultOf<typeof getProgramme>;
type Curriculum = Programme['curricula'][number];

export function ProgrammePage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training/programme' });
  const found = useQuery(readVersioned(getProgramme, { params: { organisation } }));
  const manages = useStandingOn(organisation).may('training.manage');
  return (
    <TrainingPage organisation={organisation} description={text.programme.description}>
      <Await query={found}>
        {(answer) => (
          <Stack gap="xl">
            <Head programme={answer.value} />
            {manages ? (
              <Editor organisation={organisation} answer={answer} />
            ) : (
              <ReadOnly programme={answer.value} />
            )}
            <Modules programme={answer.value} />
            {manages ? <OwnModule organisation={organisation} /> : null}
          </Stack>
        )}
      </Await>
    </TrainingPage>
  );
}

function Head({ programme }: { programme: Programme }) {
  const { inForce, reviewedAt, nextReviewAt, newer } = programme;
  return (
    <Stack gap="xs">
      {inForce ? null : (
        <Alert color="yellow" role="note">
          {text.programme.notInForce}
        </Alert>
      )}
      {reviewedAt && nextReviewAt ? (
        <Text size="sm">
          {text.programme.reviewed} <Time at={reviewedAt} />, {text.programme.nextReview}{' '}
          <Time at={nextReviewAt} />.
        </Text>
      ) : null}
      {newer > 0 ? (
        <Alert color="blue" role="note">
          {text.programme.newer(newer)}
        </Alert>
      ) : null}
    </Stack>
  );
}

function ReadOnly({ programme }: { programme: Programme }) {
  const titles = new Map(programme.modules.map(({ module, title }) => [module, title]));
  return (
    <Stack gap="sm">
      <Text size="sm" c="dimmed">
        {text.programme.readOnly}
      </Text>
      {programme.curricula.map(({ role, modules, rationale }) => (
        <Paper key={role} withBorder p="md">
          <Title order={2} size="h5">
            {role.replaceAll('_', ' ')}
          </Title>
          <Text size="sm">{rationale}</Text>
          <Text size="sm" c="dimmed">
            {modules.map((module) => titles.get(module) ?? module).join(', ')}
          </Text>
        </Paper>
      ))}
    </Stack>
  );
}

interface Rules {
  readonly curricula: readonly Curriculum[];
  readonly percent: number;
  readonly attemptsPerDay: number;
  readonly pauseMinutes: number;
}

function rulesOf({ curricula, passShare, attemptsPerDay, pauseMinutes }: Programme): Rules {
  return { curricula, percent: Math.round(passShare * 100), attemptsPerDay, pauseMinutes };
}

function Editor({ organisation, answer }: { organisation: string; answer: Answer<Programme> }) {
  const { value: programme, etag = '' } = answer;
  const draft = useDraft(
    { value: rulesOf(programme), etag },
    ({ curricula, percent, ...rules }, ifMatch) =>
      client.call(
        putProgramme,
        {
          params: { organisation },
          body: { ...rules, curricula: [...curricula], passShare: percent / 100 },
        },
        ifMatch === '' ? {} : { ifMatch },
      ),
    { say: text.programme.done },
  );
  const { curricula, percent, attemptsPerDay, pauseMinutes } = draft.value;
  const set = (change: Partial<Rules>) => draft.set({ ...draft.value, ...change });
  const change = (at: number, part: Partial<Curriculum>) =>
    set({ curricula: curricula.map((one, place) => (place === at ? { ...one, ...part } : one)) });
  const data = programme.modules.map(({ module, title }) => ({ value: module, label: title }));
  return (
    <DraftForm draft={draft} submit={text.programme.put}>
      {curricula.map((curriculum, at) => (
        <Paper
          // A role is what is being typed.
          // biome-ignore lint/suspicious/noArrayIndexKey: the place is all that a new curriculum has
          key={at}
          withBorder
          p="md"
          component="fieldset"
          aria-label={text.programme.curriculum(curriculum.role)}
        >
          <Stack gap="sm">
            <Group align="flex-end" gap="sm">
              <TextInput
                label={text.programme.role}
                required
                pattern="[a-z][a-z0-9_\-]{1,60}"
                value={curriculum.role}
                onChange={(event) => change(at, { role: event.currentTarget.value })}
              />
              <Button
                variant="default"
                size="sm"
                aria-label={text.programme.removeRole(curriculum.role)}
                onClick={() => set({ curricula: curricula.filter((_, place) => place !== at) })}
              >
                {text.programme.remove}
              </Button>
            </Group>
            <MultiSelect
              label={text.programme.modules}
              required
              searchable
              data={data}
              value={curriculum.modules}
              onChange={(modules) => change(at, { modules })}
            />
            <ReasonField
              label={text.programme.rationale}
              description={text.programme.rationaleHelp}
              value={curriculum.rationale}
              onChange={(rationale) => change(at, { rationale })}
            />
          </Stack>
        </Paper>
      ))}
      <Group>
        <Button
          variant="default"
          onClick={() => set({ curricula: [...curricula, { role: '', modules: [], rationale: '' }] })}
        >
          {text.programme.add}
        </Button>
      </Group>
      <Group align="flex-end">
        <NumberInput
          label={text.programme.passShare}
          min={50}
          max={100}
          required
          value={percent}
          onChange={(value) => set({ percent: Number(value) })}
        />
        <NumberInput
          label={text.programme.attempts}
          min={1}
          max={20}
          required
          value={attemptsPerDay}
          onChange={(value) => set({ attemptsPerDay: Number(value) })}
        />
        <NumberInput
          label={text.programme.pause}
          min={0}
          max={1440}
          required
          value={pauseMinutes}
          onChange={(value) => set({ pauseMinutes: Number(value) })}
        />
      </Group>
    </DraftForm>
  );
}

function Modules({ programme }: { programme: Programme }) {
  return (
    <Stack component="section" gap="xs">
      <Title order={2} size="h4">
        {text.programme.all}
      </Title>
      <DataTable
        label={text.programme.all}
        minWidth={560}
        columns={[text.programme.modules, text.programme.version, text.programme.topics]}
      >
        {programme.modules.map(({ module, title, summary, version, versionInForce, topics }) => (
          <Table.Tr key={module}>
            <Table.Td>
              {title}
              <Text size="xs" c="dimmed">
                {summary}
              </Text>
            </Table.Td>
            <Table.Td>
              {version}
              {versionInForce === undefined ? null : (
                <Text size="xs" c="dimmed">
                  {versionInForce} {text.programme.inForce}
                </Text>
              )}
            </Table.Td>
            <Table.Td>{topics.map((topic) => topic.replaceAll('_', ' ')).join(', ')}</Table.Td>
          </Table.Tr>
        ))}
      </DataTable>
    </Stack>
  );
}

function OwnModule({ organisation }: { organisation: string }) {
  const [markdown, setMarkdown] = useState<File | null>(null);
  const [quiz, setQuiz] = useState<File | null>(null);
  const adding = useMutation({
    mutationFn: async () =>
      client.call(addModule, {
        params: { organisation },
        body: { markdown: (await markdown?.text()) ?? '', quiz: (await quiz?.text()) ?? '' },
      }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Card title={text.programme.own} help={text.programme.ownHelp}>
      <Form run={adding} submit={text.programme.upload} disabled={!markdown || !quiz}>
        <Group>
          <Upload
            label={text.programme.markdown}
            accept=".md,text/markdown"
            value={markdown}
            onChange={setMarkdown}
          />
          <Upload label={text.programme.quiz} accept=".yaml,.yml" value={quiz} onChange={setQuiz} />
        </Group>
        <div role="status">
          {adding.data ? (
            <Text size="sm">{text.programme.added(adding.data.module, adding.data.version)}</Text>
          ) : null}
        </div>
      </Form>
    </Card>
  );
}

function Upload(props: Pick<FileInputProps, 'label' | 'accept' | 'value' | 'onChange'>) {
  return (
    <FileInput
      placeholder={text.team.choose}
      styles={{ placeholder: { color: 'var(--mantine-color-dimmed)' } }}
      required
      miw={200}
      {...props}
    />
  );
}
