/** The auditor's room: a sample that anybody can draw again, each piece verified in the browser, marks and findings. */
import {
  drawSample,
  getCheckpoint,
  getObservation,
  listFindings,
  markSample,
  type ResultOf,
} from '@custos/contract';
import { Badge, Button, Group, NumberInput, Paper, Stack, Text, TextInput, Title } from '@mantine/core';
import { useMutation, useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { usePages } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { Checked } from '../../parts/checked.tsx';
import { Failure } from '../../parts/failure.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { Tree } from '../../parts/tree.tsx';
import { words } from '../../parts/words.ts';
import { hexOf } from '../../verify/merkle.ts';
import { verifyObservation } from '../../verify/observation.ts';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { FindingList, RaiseFinding } from './findings.tsx';
import { PackLinks } from './pack-links.tsx';
import { text } from './text.ts';

type Item = ResultOf<typeof drawSample>['items'][number];
const COUNT = 10;

export function AuditPage() {
  const params = useSystemParams();
  const system = useSystem();
  const { may } = useStanding();
  const [raising, setRaising] = useState<{ observation?: Item['id'] }>();
  const findings = usePages(listFindings, {
    params: { organisation: params.organisation },
    query: { system: params.system },
  });
  return (
    <Section
      title={text.audit.title}
      of={system.data?.value.name ?? ''}
      help={text.audit.help}
      actions={
        <>
          <PackLinks />
          {may('finding.raise') ? (
            <Button size="xs" onClick={() => setRaising({})}>
              {text.audit.raise}
            </Button>
          ) : null}
        </>
      }
    >
      {may('finding.raise') ? null : (
        <Text size="sm" c="dimmed">
          {text.audit.auditorOnly}
        </Text>
      )}
      <Draw />
      <Sample raise={(observation) => setRaising({ observation })} />
      <Title order={3} size="h5">
        {text.audit.findings}
      </Title>
      <Pages query={findings}>
        {(items) =>
          items.length === 0 ? <Text size="sm">{text.audit.noFinding}</Text> : <FindingList items={items} />
        }
      </Pages>
      {raising ? <RaiseFinding {...raising} close={() => setRaising(undefined)} /> : null}
    </Section>
  );
}

function Draw() {
  const asked = useSearch({ from: '/shell/$organisation/systems/$system/audit' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/audit' });
  const [seed, setSeed] = useState(asked.seed ?? '');
  const [count, setCount] = useState<number>(asked.count ?? COUNT);
  const [size, setSize] = useState<number | undefined>(asked.size);
  return (
    <form
      className="no-print"
      onSubmit={(event: FormEvent) => {
        event.preventDefault();
        void navigate({ search: { seed, count, ...(size === undefined ? {} : { size }) } });
      }}
    >
      <Group align="flex-end" gap="sm">
        <TextInput
          label={text.audit.seed}
          description={text.audit.seedHelp}
          required
          maxLength={100}
          value={seed}
          onChange={(event) => setSeed(event.currentTarget.value)}
        />
        <NumberInput
          label={text.audit.count}
          hideControls
          min={1}
          max={100}
          w={110}
          value={count}
          onChange={(value) => setCount(Number(value) || COUNT)}
        />
        <NumberInput
          label={text.audit.size}
          description={text.audit.sizeHelp}
          hideControls
          min={0}
          value={size ?? ''}
          onChange={(value) => setSize(value === '' ? undefined : Number(value))}
        />
        <Button variant="default" onClick={() => setSeed(hexOf(crypto.getRandomValues(new Uint8Array(8))))}>
          {text.audit.fresh}
        </Button>
        <Button type="submit">{text.audit.draw}</Button>
      </Group>
    </form>
  );
}

function Sample({ raise }: { raise: (observation: Item['id']) => void }) {
  const params = useSystemParams();
  const { seed, count = COUNT, size } = useSearch({ from: '/shell/$organisation/systems/$system/audit' });
  const sample = useQuery({
    ...read(drawSample, {
      params,
      query: { seed: seed ?? '', count, ...(size === undefined ? {} : { size }) },
    }),
    enabled: seed !== undefined,
  });
  if (seed === undefined) return <Text size="sm">{text.audit.start}</Text>;
  return (
    <Await query={sample}>
      {(data) => (
        <Stack gap="sm">
          <Text size="sm" role="status">
            {data.population === 0
              ? text.audit.nothing
              : text.audit.drawn(data.items.length, data.population, data.size)}{' '}
            {text.audit.own}
          </Text>
          <Text size="xs" c="dimmed">
            {text.audit.seed}: {data.seed}. {data.method}
          </Text>
          {data.items.map((item) => (
            <Piece key={item.id} item={item} raise={() => raise(item.id)} />
          ))}
        </Stack>
      )}
    </Await>
  );
}

function Piece({ item, raise }: { item: Item; raise: () => void }) {
  const params = useSystemParams();
  const { may } = useStanding();
  const [note, setNote] = useState('');
  const verifying = useMutation({
    mutationFn: async () => {
      const found = await client.call(getObservation, { params: { ...params, observation: item.id } });
      const { publicKey } = await client.call(getCheckpoint, { params });
      return verifyObservation(found, publicKey);
    },
  });
  const marking = useMutation({
    mutationFn: (mark: 'sound' | 'doubtful') =>
      client.call(markSample, { params: { ...params, observation: item.id }, body: { mark, note } }),
    onSuccess: () => {
      setNote('');
      return queryClient.invalidateQueries({ queryKey: [drawSample.id] });
    },
  });
  return (
    <Paper withBorder p="sm" component="article" aria-label={`${words(item.type)} ${item.index}`}>
      <Stack gap="xs">
        <Group justify="space-between">
          <Text size="sm" fw={600}>
            {item.index}: {words(item.type)}
          </Text>
          <Text size="xs" c="dimmed">
            {item.actor ? text.triage.by(item.actor.id, words(item.actor.role)) : item.producer.name},{' '}
            <Time at={item.recordedAt} />
          </Text>
        </Group>
        <Tree value={item.content} />
        <Group gap="xs" className="no-print">
          <Button
            size="compact-sm"
            variant="default"
            loading={verifying.isPending}
            onClick={() => verifying.mutate()}
          >
            {text.audit.verify}
          </Button>
          {may('finding.raise') ? (
            <Button size="compact-sm" variant="default" onClick={raise}>
              {text.audit.raiseOn}
            </Button>
          ) : null}
        </Group>
        <Checked error={verifying.error} whole={verifying.data?.signature === 'good'}>
          {verifying.data
            ? `${text.audit.verified(verifying.data.index, verifying.data.size)} ${verifying.data.signature === 'good' ? text.audit.signature : text.audit.noSignature}`
            : null}
        </Checked>
        {item.marks.map(({ auditor, mark, note: said, at }) => (
          <Group key={auditor} gap="xs">
            <Badge color={mark === 'sound' ? '#23752f' : 'yellow.4'} autoContrast tt="none">
              {mark === 'sound' ? text.audit.markSound : text.audit.markDoubtful}
            </Badge>
            <Text size="xs">
              {auditor}, <Time at={at} />
              {said === '' ? '' : `: ${said}`}
            </Text>
          </Group>
        ))}
        {may('finding.raise') ? (
          <Group gap="xs" align="flex-end" className="no-print">
            <TextInput
              size="xs"
              label={text.audit.note}
              value={note}
              onChange={(event) => setNote(event.currentTarget.value)}
            />
            <Button
              size="xs"
              variant="default"
              loading={marking.isPending}
              onClick={() => marking.mutate('sound')}
            >
              {text.audit.markSound}
            </Button>
            <Button
              size="xs"
              variant="default"
              loading={marking.isPending}
              onClick={() => marking.mutate('doubtful')}
            >
              {text.audit.markDoubtful}
            </Button>
          </Group>
        ) : null}
        {marking.error ? <Failure error={marking.error} /> : null}
      </Stack>
    </Paper>
  );
}
