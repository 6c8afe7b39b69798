/** Findings of auditors: raised, answered, closed; every word stays. */
import {
  answerFinding,
  decideFinding,
  type FindingState,
  getFinding,
  type listFindings,
  type ResultOf,
  raiseFinding,
} from '@custos/contract';
import type { Digest } from '@custos/core';
import {
  Accordion,
  Badge,
  Button,
  Group,
  List,
  Select,
  Stack,
  Text,
  Textarea,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { useState } from 'react';
import type { z } from 'zod';
import { client } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { readVersioned } from '../../api/versioned.ts';
import { Await } from '../../parts/await.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE, words } from '../../parts/words.ts';
import { useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

type Finding = ResultOf<typeof listFindings>['items'][number];
const COLOR: Record<z.infer<typeof FindingState>, string> = {
  open: '#b02525',
  answered: 'yellow.4',
  closed: '#23752f',
  withdrawn: 'gray.7',
};

export function FindingList({
  items,
  showSystem = false,
}: {
  items: readonly Finding[];
  showSystem?: boolean;
}) {
  const [open, setOpen] = useState<string | null>(null);
  return (
    <Accordion variant="separated" chevronPosition="left" value={open} onChange={setOpen}>
      {items.map((finding) => (
        <Accordion.Item key={finding.id} value={finding.id}>
          <Accordion.Control>
            <Group justify="space-between" gap="sm">
              <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
                {showSystem ? `${finding.system}: ` : ''}
                {finding.title}
              </Text>
              <Group gap="xs">
                <Text size="xs" c="dimmed">
                  {text.audit.severities[finding.severity]}
                </Text>
                <Badge color={COLOR[finding.status]} autoContrast tt="none">
                  {text.audit.status[finding.status]}
                </Badge>
              </Group>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>{open === finding.id ? <Detail finding={finding} /> : null}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

const ANSWERING = ['developer', 'system_operator', 'data_custodian', 'organisation'] as const;
type Answering = (typeof ANSWERING)[number];
type Word = 'answered' | 'closed' | 'reopened' | 'withdrawn';

/** What may be said on a finding in that state. */
const NEXT: Record<Finding['status'], readonly Word[]> = {
  open: ['answered', 'closed', 'withdrawn'],
  answered: ['answered', 'closed', 'reopened', 'withdrawn'],
  closed: ['reopened'],
  withdrawn: [],
};

function Detail({ finding }: { finding: Finding }) {
  const { organisation = '' } = useParams({ strict: false });
  const { system } = finding;
  const params = { organisation, system, finding: finding.id };
  const detail = useQuery(readVersioned(getFinding, { params }));
  const { speaks, may } = useStandingOn(organisation, system);
  const [word, setWord] = useState<Word>();
  return (
    <Await query={detail} height={80}>
      {({ value, etag }) => (
        <Stack gap="xs">
          <Text size="sm" style={{ whiteSpace: 'pre-wrap', overflowWrap: 'anywhere' }}>
            {value.text}
          </Text>
          <Text size="xs" c="dimmed">
            {text.audit.raisedBy(value.raisedBy)}, <Time at={value.raisedAt} />
            {value.duty ? `; ${text.audit.duty} ${value.duty}` : ''}
            {value.observation ? `; ${value.observation.slice(0, 23)}…` : ''}
          </Text>
          {value.words.length === 0 ? null : (
            <List size="sm">
              {value.words.map(({ person, role, kind, text: said, at }) => (
                <List.Item key={at + kind}>
                  {person} ({words(role)}) {text.audit.kinds[kind]}, <Time at={at} />: {said}
                </List.Item>
              ))}
            </List>
          )}
          <Group gap="xs" className="no-print">
            {NEXT[value.status]
              .filter((one) =>
                one === 'answered' ? ANSWERING.some((role) => speaks.includes(role)) : may('finding.raise'),
              )
              .map((one) => (
                <Button key={one} size="compact-sm" variant="default" onClick={() => setWord(one)}>
                  {one === 'answered' ? text.audit.answer : text.audit.decide[one]}
                </Button>
              ))}
          </Group>
          {word ? (
            <Speak
              params={params}
              etag={etag ?? ''}
              word={word}
              speaks={speaks}
              close={() => setWord(undefined)}
            />
          ) : null}
        </Stack>
      )}
    </Await>
  );
}

function Speak({
  params,
  etag,
  word,
  speaks,
  close,
}: {
  params: { organisation: string; system: string; finding: string };
  etag: string;
  word: Word;
  speaks: readonly string[];
  close: () => void;
}) {
  const mine = ANSWERING.filter((role) => speaks.includes(role));
  const [role, setRole] = useState<Answering>(mine[0] ?? 'organisation');
  const [said, setSaid] = useState('');
  const label = word === 'answered' ? text.audit.answer : text.audit.decide[word];
  return (
    <FormDialog
      title={label}
      submit={label}
      close={close}
      run={() =>
        word === 'answered'
          ? client.call(answerFinding, { params, body: { text: said, role } }, { ifMatch: etag })
          : client.call(decideFinding, { params, body: { decision: word, text: said } }, { ifMatch: etag })
      }
    >
      {word === 'answered' && mine.length > 1 ? (
        <Select
          label={text.role}
          allowDeselect={false}
          data={mine.map((value) => ({ value, label: ROLE[value] }))}
          value={role}
          onChange={(value) => setRole(mine.find((one) => one === value) ?? role)}
        />
      ) : null}
      <ReasonField
        label={word === 'answered' ? text.audit.answerText : text.audit.words}
        value={said}
        onChange={setSaid}
      />
    </FormDialog>
  );
}

const SEVERITIES = ['low', 'medium', 'high'] as const;

export function RaiseFinding({ observation, close }: { observation?: Digest; close: () => void }) {
  const params = useSystemParams();
  const [title, setTitle] = useState('');
  const [said, setSaid] = useState('');
  const [severity, setSeverity] = useState<(typeof SEVERITIES)[number]>('medium');
  const [duty, setDuty] = useState('');
  return (
    <FormDialog
      title={text.audit.raise}
      submit={text.audit.raise}
      close={close}
      run={() =>
        client.call(raiseFinding, {
          params,
          body: {
            title,
            text: said,
            severity,
            ...(duty.trim() === '' ? {} : { duty: duty.trim() }),
            ...(observation ? { observation } : {}),
          },
        })
      }
    >
      {observation ? (
        <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
          {observation}
        </Text>
      ) : null}
      <TextInput
        label={text.audit.findingTitle}
        required
        minLength={3}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <Textarea
        label={text.audit.findingText}
        required
        minLength={20}
        autosize
        minRows={3}
        value={said}
        onChange={(event) => setSaid(event.currentTarget.value)}
      />
      <Select
        label={text.audit.severity}
        allowDeselect={false}
        data={SEVERITIES.map((value) => ({ value, label: text.audit.severities[value] }))}
        value={severity}
        onChange={(value) => setSeverity(SEVERITIES.find((one) => one === value) ?? severity)}
      />
      <TextInput
        label={text.audit.duty}
        description={text.audit.dutyHelp}
        value={duty}
        onChange={(event) => setDuty(event.currentTarget.value)}
      />
    </FormDialog>
  );
}
