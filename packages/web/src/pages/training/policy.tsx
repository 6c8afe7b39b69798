/** The awareness policy: read and acknowledge it; administrators put versions in force. */
import { acknowledgePolicy, getAwarenessPolicy, putAwarenessPolicy } from '@custos/contract';
import { Button, Paper, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { Card } from '../../parts/card.tsx';
import { DraftForm, useDraft } from '../../parts/draft.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Markdown } from '../../parts/markdown.tsx';
import { Time } from '../../parts/time.tsx';
import { TrainingPage } from './frame.tsx';
import { text } from './text.ts';

export function AwarenessPolicyPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training/policy' });
  const { may } = useStandingOn(organisation);
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
              <NewVersion organisation={organisation} body={policy?.body ?? text.policy.starter} />
            ) : null}
          </Stack>
        )}
      </Await>
    </TrainingPage>
  );
}

function NewVersion({ organisation, body: before }: { organisation: string; body: string }) {
  // A version is put beside the others: there is none to overtake.
  const draft = useDraft(
    { value: { version: '', body: before }, etag: '' },
    (body) => client.call(putAwarenessPolicy, { params: { organisation }, body }),
    { say: text.policy.done },
  );
  const { version, body } = draft.value;
  return (
    <Card title={text.policy.write}>
      <DraftForm draft={draft} submit={text.policy.put}>
        <TextInput
          label={text.policy.newVersion}
          required
          maw={200}
          value={version}
          onChange={(event) => draft.set({ version: event.currentTarget.value, body })}
        />
        <Textarea
          label={text.policy.body}
          description={text.policy.again}
          required
          autosize
          minRows={8}
          maxRows={30}
          value={body}
          onChange={(event) => draft.set({ version, body: event.currentTarget.value })}
        />
      </DraftForm>
    </Card>
  );
}
