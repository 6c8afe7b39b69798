/** One module: its text, then its quiz, graded by the service. */
import { getMyTraining, getTrainingModule, type ResultOf, takeQuiz } from '@custos/contract';
import {
  Alert,
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  Paper,
  Radio,
  Stack,
  Text,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useEffect, useRef, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Note } from '../../parts/note.tsx';
import { Page } from '../../parts/page.tsx';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK } from '../../parts/verdict-badge.tsx';
import { text } from './text.ts';

type Module = ResultOf<typeof getTrainingModule>;
type Question = Module['questions'][number];
type Outcome = ResultOf<typeof takeQuiz>;
type Answers = Record<string, number[]>;

export function TrainingModulePage() {
  const { organisation, module } = useParams({ from: '/shell/$organisation/training/modules/$module' });
  const found = useQuery(read(getTrainingModule, { params: { organisation, module } }));
  return (
    <Page
      title={found.data?.title ?? text.title}
      description={found.data ? text.module.facts(found.data.version, found.data.minutes) : undefined}
      actions={
        <Anchor
          renderRoot={(props) => <Link to="/$organisation/training" params={{ organisation }} {...props} />}
        >
          {text.module.back}
        </Anchor>
      }
    >
      <Await query={found}>
        {(data) => (
          <Stack gap="xl">
            <Markdown text={withoutTitle(data.body, data.title)} />
            <Quiz key={data.version} organisation={organisation} module={data} />
          </Stack>
        )}
      </Await>
    </Page>
  );
}

/** The page shows the title already. */
function withoutTitle(body: string, title: string): string {
  const [first = '', ...rest] = body.split('\n');
  return /^#\s/.test(first) &&
    first
      .slice(1)
      .trim()
      .startsWith(title.split(' ')[0] ?? '')
    ? rest.join('\n')
    : body;
}

function Quiz({ organisation, module }: { organisation: string; module: Module }) {
  const [answers, setAnswers] = useState<Answers>({});
  const [missing, setMissing] = useState(false);
  const result = useRef<HTMLDivElement>(null);
  const mine = useQuery(read(getMyTraining, { params: { organisation } }));
  const handing = useMutation({
    mutationFn: () =>
      client.call(takeQuiz, {
        params: { organisation, module: module.module },
        body: { version: module.version, answers },
      }),
    onSuccess: () => queryClient.invalidateQueries({ queryKey: [getMyTraining.id] }),
  });
  const outcome = handing.data;
  useEffect(() => {
    if (outcome) result.current?.focus();
  }, [outcome]);
  const attempts = outcome?.attempts ?? module.attempts;
  const state = mine.data?.modules.find((one) => one.module === module.module)?.state;
  const submit = (event: FormEvent) => {
    event.preventDefault();
    const open = module.questions.some(({ id }) => (answers[id] ?? []).length === 0);
    setMissing(open);
    if (!open) handing.mutate();
  };
  return (
    <Stack component="section" aria-labelledby="quiz" maw={760}>
      <div>
        <Title order={2} size="h3" id="quiz">
          {text.module.quiz}
        </Title>
        <Text size="sm" c="dimmed">
          {text.module.quizHelp(module.passShare, attempts.left)}
        </Text>
      </div>
      {!outcome && (state === 'passed' || state === 'expiring') ? (
        <Alert color="blue" role="note">
          {text.module.losesPass}
        </Alert>
      ) : null}
      <div ref={result} tabIndex={-1} style={{ outline: 'none' }} role="status">
        {outcome ? <Result outcome={outcome} /> : null}
      </div>
      <form onSubmit={submit} noValidate>
        <Stack>
          {module.questions.map((question, at) => (
            <QuestionField
              key={question.id}
              number={at + 1}
              question={question}
              chosen={answers[question.id] ?? []}
              choose={(chosen) => setAnswers({ ...answers, [question.id]: chosen })}
              outcome={outcome?.questions.find(({ id }) => id === question.id)}
            />
          ))}
          {missing ? (
            <Alert color="red" role="alert">
              {text.module.missing}
            </Alert>
          ) : null}
          {handing.error ? <Failure error={handing.error} /> : null}
          {attempts.from ? (
            <Text size="sm">
              {text.module.wait} <Time at={attempts.from} />.
            </Text>
          ) : null}
          <Group>
            <Button type="submit" loading={handing.isPending} disabled={outcome?.passed === true}>
              {text.module.submit}
            </Button>
          </Group>
        </Stack>
      </form>
    </Stack>
  );
}

function Result({ outcome }: { outcome: Outcome }) {
  const right = outcome.questions.filter((question) => question.right).length;
  return (
    <Note
      color={outcome.passed ? 'green' : 'red'}
      title={outcome.passed ? text.module.passed : text.module.failed}
    >
      {text.module.score(right, outcome.questions.length)} {outcome.passed ? '' : text.module.failedHelp}
    </Note>
  );
}

function QuestionField({
  number,
  question,
  chosen,
  choose,
  outcome,
}: {
  number: number;
  question: Question;
  chosen: readonly number[];
  choose: (chosen: number[]) => void;
  outcome: Outcome['questions'][number] | undefined;
}) {
  const label = `${number}. ${question.question}`;
  const right = outcome?.answer?.choices ?? [];
  const labelOf = (choice: string, at: number) =>
    right.includes(at) ? `${choice} (${text.module.rightChoice})` : choice;
  const description = question.several ? text.module.several : text.module.one;
  return (
    <Paper withBorder p="md">
      {question.several ? (
        <Checkbox.Group
          label={label}
          description={description}
          value={chosen.map(String)}
          onChange={(values) => choose(values.map(Number))}
        >
          <Stack gap="xs" mt="sm">
            {question.choices.map((choice, at) => (
              <Checkbox key={choice} value={String(at)} label={labelOf(choice, at)} />
            ))}
          </Stack>
        </Checkbox.Group>
      ) : (
        <Radio.Group
          label={label}
          description={description}
          value={chosen[0] === undefined ? null : String(chosen[0])}
          onChange={(value) => choose([Number(value)])}
        >
          <Stack gap="xs" mt="sm">
            {question.choices.map((choice, at) => (
              <Radio key={choice} value={String(at)} label={labelOf(choice, at)} />
            ))}
          </Stack>
        </Radio.Group>
      )}
      {outcome ? (
        <Stack gap={4} mt="sm">
          <div>
            <Badge
              color={VERDICT_LOOK[outcome.right ? 'pass' : 'fail'].color}
              variant="filled"
              tt="none"
              autoContrast
            >
              {outcome.right ? `✓ ${text.module.right}` : `✗ ${text.module.wrong}`}
            </Badge>
          </div>
          {outcome.answer ? <Text size="sm">{outcome.answer.explanation}</Text> : null}
        </Stack>
      ) : null}
    </Paper>
  );
}
