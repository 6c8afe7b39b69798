/** Why a duty stands as it does: reasons, evidence, how long it holds, what re-opens it, and what to do next. */

import { getObservation } from '@custos/contract';
import type { PredicateName, Role } from '@custos/core';
import {
  Accordion,
  Alert,
  Badge,
  Box,
  Button,
  Code,
  CopyButton,
  Drawer,
  Group,
  List,
  Stack,
  Text,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { type ReactNode, useState } from 'react';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Part } from '../../parts/part.tsx';
import { Time } from '../../parts/time.tsx';
import { Tree } from '../../parts/tree.tsx';
import { VerdictBadge } from '../../parts/verdict-badge.tsx';
import { NORM, ROLE, words } from '../../parts/words.ts';
import { AskDecision } from '../requests/ask-decision.tsx';
import { type Catalogue, type DutyVerdict, useStanding, useSystemParams } from './data.ts';
import { RecordDialog } from './record.tsx';
import { isRecordable } from './recordable.ts';
import { text } from './text.ts';

export function WhyDrawer({
  verdict,
  catalogue,
  close,
}: {
  verdict: DutyVerdict | undefined;
  catalogue: Catalogue;
  close: () => void;
}) {
  const [recording, setRecording] = useState<{ duty: string; type: PredicateName }>();
  // Its form is of that duty alone.
  if (recording && recording.duty !== verdict?.id) setRecording(undefined);
  return (
    <>
      <Drawer
        opened={verdict !== undefined}
        onClose={close}
        // Escape is for the form above it.
        closeOnEscape={recording === undefined}
        position="right"
        size="lg"
        title={verdict ? `${text.board.why}: ${verdict.id}` : ''}
        closeButtonProps={{ 'aria-label': text.why.close }}
      >
        {verdict ? (
          <Why
            key={verdict.id}
            verdict={verdict}
            catalogue={catalogue}
            record={(type) => setRecording({ duty: verdict.id, type })}
          />
        ) : null}
      </Drawer>
      {recording ? (
        <RecordDialog
          key={recording.duty}
          type={recording.type}
          start={{ duty: recording.duty }}
          close={() => setRecording(undefined)}
        />
      ) : null}
    </>
  );
}

function Why({
  verdict,
  catalogue,
  record,
}: {
  verdict: DutyVerdict;
  catalogue: Catalogue;
  record: (type: PredicateName) => void;
}) {
  const provision = catalogue.provisions.find(({ duties }) => duties.some(({ id }) => id === verdict.id));
  const duty = provision?.duties.find(({ id }) => id === verdict.id);
  return (
    <Stack gap="lg">
      <Stack gap={6}>
        <Group gap="xs">
          <VerdictBadge verdict={verdict.verdict} waived={verdict.waived} />
          <Badge variant="default" tt="none">
            {NORM[verdict.norm]}
          </Badge>
        </Group>
        <Text fw={600}>{duty?.text}</Text>
        <Text size="sm" c="dimmed">
          {provision?.id} {provision?.title}
        </Text>
        <Text size="sm">
          {text.why.answers}: {duty?.roles.map((role) => ROLE[role]).join(', ')}
        </Text>
      </Stack>
      <Part title={text.why.reasons}>
        {verdict.reasons.length === 0 ? (
          <Text size="sm">{text.board.noReason}</Text>
        ) : (
          <List size="sm" spacing={6}>
            {verdict.reasons.map(({ code, message }) => (
              <List.Item key={code + message}>
                {message} <Code>{code}</Code>
              </List.Item>
            ))}
          </List>
        )}
      </Part>
      <Next verdict={verdict} evidence={duty?.evidence ?? []} roles={duty?.roles ?? []} record={record} />
      <AskDecision duty={verdict.id} verdict={verdict.verdict} />
      <Part title={text.why.evidence}>
        {verdict.observations.length === 0 ? (
          <Text size="sm">{text.why.noEvidence}</Text>
        ) : (
          <Observations ids={verdict.observations} />
        )}
      </Part>
      <Part title={text.why.validity}>
        <Text size="sm">
          {verdict.validUntil === undefined ? (
            text.why.holdsOpen
          ) : (
            <>
              {text.why.holdsUntil} <Time at={verdict.validUntil} />
            </>
          )}
        </Text>
      </Part>
      <Part title={text.why.reopens}>
        <List size="sm">
          {verdict.reopens.map((trigger) => (
            <List.Item key={trigger}>{catalogue.triggers[trigger] ?? trigger}</List.Item>
          ))}
        </List>
      </Part>
      {provision && provision.references.length > 0 ? (
        <Part title={text.why.references}>
          <Group gap={4}>
            {provision.references.map(({ framework, id }) => (
              <Badge key={framework + id} variant="default" tt="none" fw={400}>
                {words(framework)} {id}
              </Badge>
            ))}
          </Group>
        </Part>
      ) : null}
      <CopyButton value={window.location.href}>
        {({ copied, copy }) => (
          <Button variant="default" size="xs" onClick={copy} className="no-print">
            {copied ? text.header.copied : text.why.link}
          </Button>
        )}
      </CopyButton>
    </Stack>
  );
}

/** The forms by which the evidence comes that the duty's check reads. */
function Next({
  verdict,
  evidence,
  roles,
  record,
}: {
  verdict: DutyVerdict;
  evidence: readonly string[];
  roles: readonly Role[];
  record: (type: PredicateName) => void;
}) {
  const { may } = useStanding();
  const types = evidence.filter(isRecordable);
  if (verdict.verdict === 'not_applicable' || types.length === 0) return null;
  const ordered = [...types].sort(
    (a, b) => Number(b === 'adequacy-attestation') - Number(a === 'adequacy-attestation'),
  );
  return (
    <Part title={text.why.next}>
      {may('evidence.record') ? (
        <Group gap="xs">
          {ordered.map((name) => (
            <Button key={name} size="xs" variant="light" onClick={() => record(name)}>
              {name === 'adequacy-attestation' ? text.why.attest : text.why.record(name)}
            </Button>
          ))}
        </Group>
      ) : (
        <Stack gap={6}>
          <Text size="sm">{text.why.asksFor}</Text>
          <Group gap={4}>
            {ordered.map((name) => (
              <Badge key={name} variant="default" tt="none" fw={400}>
                {words(name)}
              </Badge>
            ))}
          </Group>
          <Text size="sm" c="dimmed">
            {text.why.notYours(roles.map((role) => ROLE[role]).join(', '))}
          </Text>
        </Stack>
      )}
    </Part>
  );
}

function Observations({ ids }: { ids: readonly `sha256:${string}`[] }) {
  const [opened, setOpened] = useState<string[]>(ids.length === 1 ? [...ids] : []);
  return (
    <Accordion multiple variant="contained" value={opened} onChange={setOpened}>
      {ids.map((id) => (
        <Accordion.Item key={id} value={id}>
          <Accordion.Control>
            <ObservationLine id={id} />
          </Accordion.Control>
          <Accordion.Panel>{opened.includes(id) ? <ObservationView id={id} /> : null}</Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function useObservation(id: `sha256:${string}`) {
  // An observation never changes.
  const params = { ...useSystemParams(), observation: id };
  return useQuery({ ...read(getObservation, { params }), staleTime: Number.POSITIVE_INFINITY });
}

function ObservationLine({ id }: { id: `sha256:${string}` }) {
  const { data } = useObservation(id);
  if (!data) return <Text size="sm">{id.slice(7, 19)}…</Text>;
  return (
    <Text size="sm">
      {words(data.type)}{' '}
      <Text span c="dimmed" size="sm">
        {data.actor?.id ?? data.producer.name}, <Time at={data.observedAt} short />
      </Text>
    </Text>
  );
}

/** One observation in full: who, when, what, and how the ledger proves it. */
export function ObservationView({ id }: { id: `sha256:${string}` }) {
  const observation = useObservation(id);
  return (
    <Await query={observation} height={120}>
      {(found) => (
        <Stack gap="sm">
          {found.verified ? null : (
            <Alert color="red" p="xs">
              {text.why.unverified}
            </Alert>
          )}
          <Facts
            facts={[
              [
                text.why.who,
                found.actor
                  ? `${found.actor.id} (${ROLE[found.actor.role]})`
                  : text.why.by(found.producer.name, found.producer.version),
              ],
              [text.why.when, <Time key="when" at={found.observedAt} />],
              [text.why.recorded, <Time key="recorded" at={found.recordedAt} />],
              ...(found.validUntil
                ? [[text.why.valid, <Time key="valid" at={found.validUntil} />] as const]
                : []),
              ...(found.source ? [[text.why.source, found.source] as const] : []),
              [text.why.about, found.subject.map(({ name }) => name).join(', ')],
            ]}
          />
          <div>
            <Text size="sm" fw={600}>
              {text.why.content}
            </Text>
            <Tree value={found.content} />
          </div>
          <div>
            <Text size="sm" fw={600}>
              {text.why.proof}
            </Text>
            <Text size="xs" style={{ overflowWrap: 'anywhere' }}>
              {found.verified ? `${text.why.verified}. ` : ''}
              {text.why.proofText(found.proof.index, found.proof.size)} <Code>{found.proof.root}</Code>
            </Text>
          </div>
        </Stack>
      )}
    </Await>
  );
}

function Facts({ facts }: { facts: readonly (readonly [string, ReactNode])[] }) {
  return (
    <Box
      component="dl"
      m={0}
      style={{ display: 'grid', gridTemplateColumns: 'max-content 1fr', gap: '2px 12px' }}
    >
      {facts.map(([name, value]) => (
        <Box key={name} style={{ display: 'contents' }}>
          <Text component="dt" size="sm" c="dimmed">
            {name}
          </Text>
          <Text component="dd" size="sm" m={0} style={{ overflowWrap: 'anywhere' }}>
            {value}
          </Text>
        </Box>
      ))}
    </Box>
  );
}
