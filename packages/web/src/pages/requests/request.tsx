/** One request: what is sealed, who decided, whom it waits for, and the buttons of whoever may decide. */
import { decideRequest, getRequest, type RequestDetail, withdrawRequest } from '@custos/contract';
import { DeciderRole } from '@custos/core';
import {
  Alert,
  Anchor,
  Badge,
  Box,
  Button,
  Code,
  CopyButton,
  Group,
  Paper,
  Select,
  Stack,
  TagsInput,
  Text,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { notifications } from '@mantine/notifications';
import { useMutation, useQuery } from '@tanstack/react-query';
import { Link, useParams } from '@tanstack/react-router';
import { type FormEvent, useState } from 'react';
import { client, queryClient, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Failure } from '../../parts/failure.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Part } from '../../parts/part.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { Tree } from '../../parts/tree.tsx';
import { ROLE } from '../../parts/words.ts';
import { useSystem } from '../system/data.ts';
import { RequestStatusBadge } from './request-table.tsx';
import { text } from './text.ts';

const words = text.request;

type Decision = 'approved' | 'rejected';

function useRequestParams() {
  return useParams({ from: '/shell/$organisation/systems/$system/requests/$request' });
}

export function RequestPage() {
  const params = useRequestParams();
  const { organisation, system } = params;
  const request = useQuery(read(getRequest, { params }));
  const of = useSystem();
  return (
    <Section
      title={request.data?.title ?? text.tab}
      of={of.data?.value.name ?? system}
      actions={
        <Anchor
          size="sm"
          renderRoot={(props) => (
            <Link to="/$organisation/systems/$system/requests" params={{ organisation, system }} {...props} />
          )}
        >
          {words.back}
        </Anchor>
      }
    >
      <Await query={request}>{(found) => <Request request={found} />}</Await>
    </Section>
  );
}

function Request({ request }: { request: RequestDetail }) {
  const params = useRequestParams();
  return (
    <Stack gap="lg" maw={900}>
      <Group gap="xs">
        <RequestStatusBadge status={request.status} covers={request.broken === undefined} />
        <Badge variant="default" tt="none">
          {text.of[request.of]}
        </Badge>
        <Text size="sm">
          {text.by} {request.requestedBy}, <Time at={request.createdAt} />
        </Text>
        <Text size="sm" fw={request.overdue ? 700 : 400}>
          {request.overdue ? `${text.overdue}: ` : `${text.due}: `}
          <Time at={request.dueAt} />
        </Text>
      </Group>
      {request.broken === undefined ? null : (
        <Alert
          color="orange"
          variant="light"
          title={request.status === 'approved' ? words.notCovered : words.voidTitle}
        >
          <Stack gap="xs">
            <Text size="sm">{request.broken}</Text>
            <AskAgain request={request} />
          </Stack>
        </Alert>
      )}
      {request.status === 'void' ? (
        <Alert color="orange" variant="light" title={words.voidTitle}>
          <Stack gap="xs">
            <Text size="sm">{request.outcome}</Text>
            <AskAgain request={request} />
          </Stack>
        </Alert>
      ) : null}
      {request.status === 'withdrawn' || request.status === 'rejected' ? (
        <Stack gap="xs">
          <Text size="sm">
            {words.outcome}: {request.outcome}
          </Text>
          <AskAgain request={request} />
        </Stack>
      ) : null}
      <Part title={words.why}>
        <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
          {request.note}
        </Text>
        {request.duty === undefined ? null : (
          <Text size="sm" c="dimmed">
            {words.duty} {request.duty}
          </Text>
        )}
      </Part>
      <Part title={words.sealed}>
        <Paper withBorder p="md">
          <Tree value={request.sealed.content} />
        </Paper>
        <Group gap="xs" mt="xs">
          <Text size="sm">{words.digest}</Text>
          <Code style={{ overflowWrap: 'anywhere' }}>{request.sealed.digest}</Code>
          <CopyButton value={request.sealed.digest}>
            {({ copied, copy }) => (
              <Button size="compact-xs" variant="default" onClick={copy} aria-label={words.copy}>
                {copied ? words.copied : 'Copy'}
              </Button>
            )}
          </CopyButton>
        </Group>
        <Text size="xs" c="dimmed">
          {words.sealedHelp}
        </Text>
      </Part>
      <Part title={words.steps}>
        <Steps request={request} />
      </Part>
      {request.status === 'open' && request.broken === undefined ? (
        <Decide key={request.step} request={request} />
      ) : null}
      {request.you.withdraw ? <Withdraw params={params} /> : null}
    </Stack>
  );
}

function AskAgain({ request }: { request: RequestDetail }) {
  const { organisation, system } = useRequestParams();
  return (
    <Group>
      <Button
        size="xs"
        variant="default"
        renderRoot={(props) => (
          <Link
            to="/$organisation/systems/$system/requests/new"
            params={{ organisation, system }}
            search={{ of: request.of, ...(request.duty === undefined ? {} : { duty: request.duty }) }}
            {...props}
          />
        )}
      >
        {words.askAgain}
      </Button>
    </Group>
  );
}

function Steps({ request }: { request: RequestDetail }) {
  return (
    <Stack gap="sm" component="ol" p={0} m={0} style={{ listStyle: 'none' }}>
      {request.steps.map(({ role, needed, people }, at) => {
        const n = at + 1;
        const given = request.decisions.filter(({ step }) => step === n);
        const open = request.status === 'open';
        const state =
          n < request.step || given.length >= needed ? 'done' : n === request.step ? 'now' : 'later';
        return (
          // Steps have no names, and never change.
          // biome-ignore lint/suspicious/noArrayIndexKey: the order is the request's
          <Paper key={at} withBorder p="sm" component="li">
            <Group gap="xs">
              <Text size="sm" fw={600}>
                {words.step(n, needed, ROLE[role])}
              </Text>
              {open ? (
                <Badge variant={state === 'now' ? 'filled' : 'default'} tt="none">
                  {words[state]}
                </Badge>
              ) : null}
            </Group>
            {people === undefined ? null : <Text size="sm">{words.named(people.join(', '))}</Text>}
            {given.map(({ person, decision, reason, at: when, onBehalfOf, observation }) => (
              <Box key={person} mt={6}>
                <Text size="sm">
                  <b>{person}</b> {words[decision]} <Time at={when} />
                  {onBehalfOf === undefined ? '' : `, ${words.onBehalf(onBehalfOf)}`}
                </Text>
                <Text size="sm" style={{ whiteSpace: 'pre-wrap' }}>
                  {reason}
                </Text>
                <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
                  {words.record} {observation}
                </Text>
              </Box>
            ))}
            {open && state === 'now' ? (
              <Text size="sm" mt={4}>
                {request.waitsFor.length === 0
                  ? words.waitsForNobody
                  : words.waitsFor(request.waitsFor.join(', '))}
              </Text>
            ) : null}
          </Paper>
        );
      })}
    </Stack>
  );
}

function Decide({ request }: { request: RequestDetail }) {
  const params = useRequestParams();
  const may = request.you.decide.filter((one) => one.may);
  const [role, setRole] = useState<DeciderRole>();
  const chosen = may.find((one) => one.role === role) ?? may[0];
  const [reason, setReason] = useState('');
  const [controls, setControls] = useState<string[]>([]);
  const deciding = useMutation({
    mutationFn: ({ role: as, decision }: { role: DeciderRole; decision: Decision }) =>
      client.call(decideRequest, {
        params,
        body: {
          role: as,
          decision,
          reason,
          sealed: request.sealed.digest,
          ...(controls.length === 0 ? {} : { requiredControls: controls }),
        },
      }),
    onSuccess: async (_, { decision }) => {
      notifications.show({ message: words[`done_${decision}`], color: 'green' });
      await queryClient.invalidateQueries();
    },
    // It may be closed or void by now; the page says so.
    onError: () => queryClient.invalidateQueries({ queryKey: [getRequest.id] }),
  });
  if (!chosen) {
    const why = [...new Set(request.you.decide.flatMap((one) => one.why ?? []))];
    if (why.length === 0) return null;
    return (
      <Alert color="gray" variant="light" title={words.cannot}>
        {why.map((line) => (
          <Text key={line} size="sm">
            {line}
          </Text>
        ))}
      </Alert>
    );
  }
  return (
    <Part title={words.decide}>
      <form
        onSubmit={(event: FormEvent) => {
          event.preventDefault();
          const { submitter } = event.nativeEvent as SubmitEvent;
          const value = submitter instanceof HTMLButtonElement ? submitter.value : '';
          if (value === 'approved' || value === 'rejected')
            deciding.mutate({ role: chosen.role, decision: value });
        }}
      >
        <Stack gap="sm">
          {may.length > 1 ? (
            <Select
              label={words.role}
              allowDeselect={false}
              value={chosen.role}
              data={may.map((one) => ({ value: one.role, label: ROLE[one.role] }))}
              onChange={(value) => setRole(DeciderRole.safeParse(value).data)}
            />
          ) : null}
          {chosen.onBehalfOf === undefined ? null : (
            <Text size="sm">{words.inPlaceOf(chosen.onBehalfOf)}</Text>
          )}
          {chosen.training.state === 'current' ? null : (
            <Text size="sm" c="dimmed">
              {chosen.training.message}
            </Text>
          )}
          <ReasonField
            label={words.reason}
            description={words.reasonHelp}
            minRows={3}
            value={reason}
            onChange={setReason}
          />
          {request.kind === 'data_use' ? (
            <TagsInput
              label={words.controls}
              description={words.controlsHelp}
              acceptValueOnBlur
              value={controls}
              onChange={setControls}
            />
          ) : null}
          {deciding.error ? <Failure error={deciding.error} /> : null}
          <Group>
            <Button type="submit" value="approved" loading={deciding.isPending}>
              {words.approve}
            </Button>
            <Button type="submit" value="rejected" variant="default" loading={deciding.isPending}>
              {words.reject}
            </Button>
          </Group>
        </Stack>
      </form>
    </Part>
  );
}

function Withdraw({ params }: { params: ReturnType<typeof useRequestParams> }) {
  const [opened, { open, close }] = useDisclosure(false);
  return (
    <Group className="no-print">
      <Button variant="default" size="xs" onClick={open}>
        {words.withdraw}
      </Button>
      {opened ? <WithdrawDialog params={params} close={close} /> : null}
    </Group>
  );
}

function WithdrawDialog({
  params,
  close,
}: {
  params: ReturnType<typeof useRequestParams>;
  close: () => void;
}) {
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={words.withdrawTitle}
      submit={words.withdraw}
      cancel={words.keep}
      done={words.withdrawn}
      size="md"
      close={close}
      run={() => client.call(withdrawRequest, { params, body: { reason } })}
    >
      <ReasonField label={words.withdrawReason} value={reason} onChange={setReason} />
    </FormDialog>
  );
}
