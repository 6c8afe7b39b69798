/** The page of somebody who was asked one question by link. It shows that question and nothing else. */
import { answerTask, getTask } from '@custos/contract';
import { Alert, Center, Paper, Stack, Text, Textarea, Title } from '@mantine/core';
import { useDocumentTitle } from '@mantine/hooks';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Form } from '../../parts/form.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

export function TaskPage() {
  useDocumentTitle(`${text.title} – Custos`);
  // After the #, so that it never reaches a log.
  const [token] = useState(() => window.location.hash.slice(1));
  return (
    <Center mih="100vh" component="main" p="md">
      <Paper withBorder p={{ base: 'md', sm: 'xl' }} w={640} maw="100%">
        <Stack>
          <Title order={1} size="h3">
            {text.title}
          </Title>
          {token === '' ? <Alert color="gray">{text.noToken}</Alert> : <Question token={token} />}
        </Stack>
      </Paper>
    </Center>
  );
}

function Question({ token }: { token: string }) {
  const task = useQuery({
    queryKey: [getTask.id],
    queryFn: ({ signal }) => client.call(getTask, { body: { token } }, { signal }),
    retry: false,
    refetchOnWindowFocus: false,
  });
  const [answer, setAnswer] = useState('');
  const answering = useMutation({
    mutationFn: () => client.call(answerTask, { body: { token, answer } }),
  });
  if (answering.data)
    return (
      <Alert color="green" variant="light" title={text.sent} role="status">
        {text.sentHelp}
      </Alert>
    );
  return (
    <Await query={task}>
      {(found) => (
        <Stack>
          <Title order={2} size="h4">
            {found.title}
          </Title>
          <Text style={{ whiteSpace: 'pre-wrap' }}>{found.question}</Text>
          <Text size="sm" c="dimmed">
            {text.asks(found.organisation, found.askedBy)} {text.you(found.person)} {text.until}{' '}
            <Time at={found.expiresAt} />.
          </Text>
          {found.status === 'returned' ? (
            <Alert color="orange" variant="light" title={text.returned}>
              {found.review}
            </Alert>
          ) : null}
          {found.answer === undefined ? null : (
            <div>
              <Text size="sm" fw={600}>
                {text.before}
              </Text>
              <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                {found.answer}
              </Text>
            </div>
          )}
          {found.status === 'accepted' ? <Text>{text.accepted}</Text> : null}
          {found.status === 'answered' ? <Text>{text.sentHelp}</Text> : null}
          {found.status === 'open' || found.status === 'returned' ? (
            <Form run={answering} submit={text.send}>
              <Textarea
                label={text.answer}
                description={text.help}
                required
                minLength={20}
                maxLength={100_000}
                autosize
                minRows={5}
                value={answer}
                onChange={(event) => setAnswer(event.currentTarget.value)}
              />
            </Form>
          ) : null}
        </Stack>
      )}
    </Await>
  );
}
