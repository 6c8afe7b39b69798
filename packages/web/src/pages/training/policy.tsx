/** The awareness policy: read and acknowledge it; administrators put versions in force. */
import { acknowledgePolicy, getAwarenessPolicy, putAwarenessPolicy } from '@custos/contract';
import { Button, Group, Paper, Stack, Text, Textarea, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Time } from '../../parts/time.tsx';
import { TrainingPage, useMay } from './frame.tsx';
import { text } from './text.ts';

export function AwarenessPolicyPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training/policy' });
  const may = useMay(organisation);
  const found = useQuery(read(getAwarenessPolicy, { params: { organisation } }));
  const acknowledging = useMutation({
    mutationFn: (version: string) =>
      client.call(acknowledgePolicy, { params: { organisation }, body: { version } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <TrainingPage organisation={organisation} description={text.policy.description}>
      <Await query={found}>
        {({ policy }) => (
          <Stack>
            {policy ? (
              <Paper withBorder p="md">
                <Text size="sm" c="dimmed">
                  {text.policy.version(policy.version)}, {text.policy.inForce}{' '}
                  <Time at={policy.inForceFrom} />
                </Text>
                <Markdown text={policy.body} />
                {acknowledging.error ? <Failure error={acknowledging.error} /> : null}
                {policy.acknowledgedAt ? (
                  <Text size="sm">
                    {text.policy.acknowledged} <Time at={policy.acknowledgedAt} />.
                  </Text>
                ) : (
                  <Button
                    onClick={() => acknowledging.mutate(policy.version)}
                    loading={acknowledging.isPending}
                  >
                    {text.policy.acknowledge}
                  </Button>
                )}
              </Paper>
            ) : (
              <Text>{text.policy.none}</Text>
            )}
            {may('training.manage') ? (
              <NewVersion
                key={policy?.version}
                organisation={organisation}
                body={policy?.body ?? text.policy.starter}
              />
            ) : null}
          </Stack>
        )}
      </Await>
    </TrainingPage>
  );
}

function NewVersion({ organisation, body: before }: { organisation: string; body: string }) {
  const [version, setVersion] = useState('');
  const [body, setBody] = useState(before);
  const putting = useMutation({
    mutationFn: () => client.call(putAwarenessPolicy, { params: { organisation }, body: { version, body } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Paper
      withBorder
      p="md"
      component="form"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        putting.mutate();
      }}
    >
      <Stack>
        <Title order={2} size="h4">
          {text.policy.write}
        </Title>
        <TextInput
          label={text.policy.newVersion}
          required
          maw={200}
          value={version}
          onChange={(event) => setVersion(event.currentTarget.value)}
        />
        <Textarea
          label={text.policy.body}
          required
          autosize
          minRows={8}
          maxRows={30}
          value={body}
          onChange={(event) => setBody(event.currentTarget.value)}
        />
        {putting.error ? <Failure error={putting.error} /> : null}
        <Group>
          <Button type="submit" loading={putting.isPending}>
            {text.policy.put}
          </Button>
          <Text size="sm" c="dimmed">
            {text.policy.again}
          </Text>
        </Group>
      </Stack>
    </Paper>
  );
}
