/** Threats: what appeared, what it asks of the training, what was decided. */
import { decideThreat, listThreats, type ResultOf, recordThreat } from '@custos/contract';
import {
  Anchor,
  Badge,
  Button,
  Checkbox,
  Group,
  List,
  Paper,
  Stack,
  TagsInput,
  Text,
  Textarea,
  TextInput,
  Title,
} from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { DayField, inDays } from '../../parts/day-field.tsx';
import { Form } from '../../parts/form.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Time } from '../../parts/time.tsx';
import { VERDICT_LOOK } from '../../parts/verdict-badge.tsx';
import { TrainingPage } from './frame.tsx';
import { text } from './text.ts';

type Threat = ResultOf<typeof listThreats>['items'][number];

export function ThreatsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/training/threats' });
  const threats = useQuery(read(listThreats, { params: { organisation } }));
  const manages = useStandingOn(organisation).may('training.manage');
  const [recording, setRecording] = useState(false);
  return (
    <TrainingPage
      organisation={organisation}
      description={text.threats.description}
      actions={manages ? <Button onClick={() => setRecording(true)}>{text.threats.record}</Button> : null}
    >
      <Await query={threats}>
        {({ items }) => (
          <Stack>
            {items.length === 0 ? <Text>{text.threats.none}</Text> : null}
            {items.map((threat) => (
              <ThreatCard key={threat.id} organisation={organisation} threat={threat} manages={manages} />
            ))}
          </Stack>
        )}
      </Await>
      {recording ? <NewThreat organisation={organisation} close={() => setRecording(false)} /> : null}
    </TrainingPage>
  );
}

function ThreatCard({
  organisation,
  threat,
  manages,
}: {
  organisation: string;
  threat: Threat;
  manages: boolean;
}) {
  const { add, renew, untaught } = threat.proposal;
  const asks = [
    ...add.map(({ role, module }) => text.threats.add(role.replaceAll('_', ' '), module)),
    ...renew.map(text.threats.renew),
    ...untaught.map((topic) => text.threats.untaught(topic.replaceAll('_', ' '))),
  ];
  const open = threat.substantial && !threat.decision;
  return (
    <Paper withBorder p="md" component="article">
      <Stack gap="xs">
        <Group justify="space-between" align="flex-start">
          <Title order={2} size="h5">
            {threat.title}
          </Title>
          <Badge color={open ? VERDICT_LOOK.fail.color : 'gray.7'} variant="filled" tt="none" autoContrast>
            {open ? text.threats.open : threat.decision ? text.threats.decided : text.threats.noted}
          </Badge>
        </Group>
        <Text size="sm" c="dimmed">
          {threat.id}, <Time at={threat.publishedAt} />.{' '}
          {threat.topics.map((topic) => topic.replaceAll('_', ' ')).join(', ')}
        </Text>
        {threat.references.length > 0 ? (
          <List size="sm">
            {threat.references.map((reference) => (
              <List.Item key={reference}>
                <Anchor
                  href={reference}
                  rel="noopener noreferrer nofollow"
                  target="_blank"
                  underline="always"
                >
                  {reference}
                </Anchor>
              </List.Item>
            ))}
          </List>
        ) : null}
        <Text size="sm" fw={600}>
          {text.threats.proposals}
        </Text>
        {asks.length === 0 ? (
          <Text size="sm">{text.threats.nothing}</Text>
        ) : (
          <List size="sm">
            {asks.map((ask) => (
              <List.Item key={ask}>{ask}</List.Item>
            ))}
          </List>
        )}
        {threat.decision ? (
          <Text size="sm">
            {text.threats.decision}: {threat.decision.text} ({threat.decision.by},{' '}
            <Time at={threat.decision.at} />)
          </Text>
        ) : null}
        {threat.bulletins.map((bulletin) => (
          <Anchor
            key={bulletin}
            size="sm"
            renderRoot={(props) => (
              <Link to="/$organisation/bulletins/$bulletin" params={{ organisation, bulletin }} {...props} />
            )}
          >
            {text.threats.told(bulletin)}
          </Anchor>
        ))}
        {manages ? <Decide organisation={organisation} threat={threat} /> : null}
      </Stack>
    </Paper>
  );
}

function Decide({ organisation, threat }: { organisation: string; threat: Threat }) {
  const [decision, setDecision] = useState('');
  const deciding = useMutation({
    mutationFn: () =>
      client.call(decideThreat, { params: { organisation, threat: threat.id }, body: { decision } }),
    onSuccess: () => queryClient.invalidateQueries(),
  });
  return (
    <Group align="flex-end" className="no-print">
      {threat.substantial && !threat.decision ? (
        <div style={{ flex: '1 1 260px' }}>
          <Form run={deciding} submit={text.threats.decide}>
            <TextInput
              label={text.threats.decision}
              description={text.threats.decideHelp}
              required
              minLength={20}
              value={decision}
              onChange={(event) => setDecision(event.currentTarget.value)}
            />
          </Form>
        </div>
      ) : null}
      <Button
        variant="default"
        renderRoot={(props) => (
          <Link
            to="/$organisation/bulletins/new"
            params={{ organisation }}
            search={{ threat: threat.id }}
            {...props}
          />
        )}
      >
        {text.threats.write}
      </Button>
    </Group>
  );
}

function NewThreat({ organisation, close }: { organisation: string; close: () => void }) {
  const [values, setValues] = useState({
    id: '',
    title: '',
    topics: [] as string[],
    substantial: true,
    day: inDays(0),
    references: '',
    mitigationKnown: false,
  });
  const set = (part: Partial<typeof values>) => setValues({ ...values, ...part });
  return (
    <FormDialog
      title={text.threats.record}
      submit={text.threats.save}
      close={close}
      run={() =>
        client.call(recordThreat, {
          params: { organisation },
          body: {
            id: values.id,
            title: values.title,
            topics: values.topics.map((topic) =>
              topic
                .trim()
                .toLowerCase()
                .replaceAll(/[\s-]+/g, '_'),
            ),
            substantial: values.substantial,
            publishedAt: `${values.day}T00:00:00Z`,
            references: values.references.split(/\s+/).filter((line) => line !== ''),
            mitigationKnown: values.mitigationKnown,
          },
        })
      }
    >
      <TextInput
        label={text.threats.id}
        description={text.threats.idHelp}
        required
        value={values.id}
        onChange={(event) => set({ id: event.currentTarget.value })}
      />
      <TextInput
        label={text.threats.name}
        required
        value={values.title}
        onChange={(event) => set({ title: event.currentTarget.value })}
      />
      <TagsInput
        label={text.threats.topics}
        description={text.threats.topicsHelp}
        value={values.topics}
        onChange={(topics) => set({ topics })}
      />
      <DayField
        label={text.threats.published}
        description="UTC"
        min=""
        max={inDays(0)}
        value={values.day}
        onChange={(day) => set({ day })}
      />
      <Textarea
        label={text.threats.references}
        autosize
        value={values.references}
        onChange={(event) => set({ references: event.currentTarget.value })}
      />
      <Checkbox
        label={text.threats.substantial}
        checked={values.substantial}
        onChange={(event) => set({ substantial: event.currentTarget.checked })}
      />
      <Checkbox
        label={text.threats.mitigation}
        checked={values.mitigationKnown}
        onChange={(event) => set({ mitigationKnown: event.currentTarget.checked })}
      />
    </FormDialog>
  );
}
