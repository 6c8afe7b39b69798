/** Asking for a decision: what, about what, until when, and who decides in which order. */
import { createRequest, listObservations, type ResultOf } from '@custos/contract';
import { Ask, type AskedStep, DeciderRole, type PredicateName } from '@custos/core';
import {
  Alert,
  Button,
  Fieldset,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Skeleton,
  Stack,
  Switch,
  TagsInput,
  Text,
  TextInput,
} from '@mantine/core';
import { notifications } from '@mantine/notifications';
import { useMutation } from '@tanstack/react-query';
import { Link, useNavigate, useSearch } from '@tanstack/react-router';
import { type ReactNode, useState } from 'react';
import { z } from 'zod';
import { client, queryClient } from '../../api/client.ts';
import { useEveryPage } from '../../api/pages.ts';
import { Await } from '../../parts/await.tsx';
import { DayField, endOfDay } from '../../parts/day-field.tsx';
import { Form } from '../../parts/form.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { completed, SchemaFields, schemaOf } from '../../parts/schema-form.tsx';
import { Section } from '../../parts/section.tsx';
import { ROLE, words as spaced } from '../../parts/words.ts';
import { useAssessment, useCatalogue, useStanding, useSystem, useSystemParams } from '../system/data.ts';
import {
  ASKED_APART,
  approversOf,
  CHOICES,
  type Choice,
  choiceFor,
  type Draft,
  EMPTY,
  type Of,
  problemOf,
} from './choices.ts';
import { text } from './text.ts';

const words = text.create;
const SENSITIVITIES = ['public', 'internal', 'confidential', 'restricted'].map((value) => ({
  value,
  label: value,
}));

interface Step {
  readonly id: number;
  readonly role: DeciderRole;
  readonly needed: number;
  readonly people: string[];
}

export function NewRequestPage() {
  const params = useSystemParams();
  const search = useSearch({ from: '/shell/$organisation/systems/$system/requests/new' });
  const of = useSystem();
  return (
    <Section title={words.title} of={of.data?.value.name ?? params.system} help={words.help}>
      <NewRequest key={JSON.stringify(search)} start={choiceFor(search)} duty={search.duty} />
    </Section>
  );
}

function NewRequest({ start, duty }: { start: Of; duty: string | undefined }) {
  const params = useSystemParams();
  const navigate = useNavigate();
  const catalogue = useCatalogue();
  const [of, setOf] = useState(start);
  const [draft, setDraft] = useState<Draft>({ ...EMPTY, duty: duty ?? '' });
  const [title, setTitle] = useState('');
  const [note, setNote] = useState('');
  const [due, setDue] = useState('');
  const [changed, setChanged] = useState<Step[]>();
  const choice = CHOICES.find((one) => one.of === of) ?? CHOICES[0];
  const dutyRoles = catalogue.data?.provisions
    .flatMap(({ duties }) => duties)
    .find(({ id }) => id === draft.duty)?.roles;
  const approvers = approversOf(of, dutyRoles);
  const { person } = useStanding();
  const system = useSystem();
  // Who asks does not decide: the role of somebody else comes first.
  const able = approvers.find(
    (role) =>
      role === 'organisation' ||
      system.data?.value.roles.some((one) => one.role === role && one.person !== person),
  );
  const steps = changed ?? [{ id: 1, role: able ?? approvers[0] ?? 'organisation', needed: 1, people: [] }];
  /** Whoever comes last now has to be one whose word counts. */
  const setSteps = (next: Step[]) =>
    setChanged(
      next.map((step, at) =>
        at < next.length - 1 || approvers.length === 0 || approvers.includes(step.role)
          ? step
          : { ...step, role: able ?? approvers[0] ?? step.role, people: [] },
      ),
    );
  const set = (change: Partial<Draft>) => setDraft({ ...draft, ...change });
  const sending = useMutation({
    mutationFn: () => {
      const ask: unknown = choice?.ask(
        choice.schema ? { ...draft, fields: completed(ownSchema(choice), draft.fields) } : draft,
      );
      const problem = problemOf(ask);
      if (problem !== undefined) throw new Error(problem);
      return client.call(createRequest, {
        params,
        body: {
          title,
          note,
          ask: Ask.parse(ask),
          steps: steps.map(
            ({ role, needed, people }): AskedStep => ({
              role,
              needed,
              ...(people.length === 0 ? {} : { people }),
            }),
          ),
          dueAt: endOfDay(due),
          ...(duty === undefined ? {} : { duty }),
        },
      });
    },
    onSuccess: async ({ id }) => {
      await queryClient.invalidateQueries();
      notifications.show({ message: words.sent, color: 'green' });
      await navigate({
        to: '/$organisation/systems/$system/requests/$request',
        params: { ...params, request: id },
      });
    },
  });
  if (!choice) return null;
  return (
    <Form
      run={sending}
      maw={720}
      submit={words.send}
      cancel={
        <Button
          variant="default"
          renderRoot={(props) => (
            <Link to="/$organisation/systems/$system/requests" params={params} {...props} />
          )}
        >
          {words.cancel}
        </Button>
      }
    >
      <Select
        label={words.what}
        required
        allowDeselect={false}
        value={of}
        data={CHOICES.map((one) => ({ value: one.of, label: text.of[one.of] }))}
        onChange={(value) => {
          if (value === of) return;
          setOf(CHOICES.find((one) => one.of === value)?.of ?? of);
          setChanged(undefined);
          // Each kind has fields of its own.
          set({ fields: {}, record: '' });
        }}
      />
      <Fields key={of} choice={choice} draft={draft} set={set} />
      <TextInput
        label={words.name}
        required
        minLength={3}
        maxLength={200}
        value={title}
        onChange={(event) => setTitle(event.currentTarget.value)}
      />
      <ReasonField
        label={words.note}
        description={words.noteHelp}
        minRows={3}
        value={note}
        onChange={setNote}
      />
      <DayField label={words.due} value={due} onChange={setDue} />
      <Steps steps={steps} set={setSteps} last={approvers} />
    </Form>
  );
}

interface FieldsProps {
  choice: Choice;
  draft: Draft;
  set: (change: Partial<Draft>) => void;
}

function Fields({ choice, draft, set }: FieldsProps) {
  const assessment = useAssessment();
  const assets = assessment.data?.inventory.assets ?? [];
  const shows = new Set<string>(choice.shows);
  return (
    <>
      {shows.has('duty') ? <DutyField value={draft.duty} set={(duty) => set({ duty })} /> : null}
      {shows.has('record') && choice.record ? (
        <RecordField type={choice.record} value={draft.record} set={(record) => set({ record })} />
      ) : null}
      {shows.has('target') ? (
        <TextInput
          label={choice.of === 'release' ? words.target : words.event}
          required
          value={draft.target}
          onChange={(event) => set({ target: event.currentTarget.value })}
        />
      ) : null}
      {shows.has('assets') ? (
        <MultiSelect
          label={words.assets}
          required
          searchable
          data={assets.map(({ id }) => id)}
          value={draft.assets}
          onChange={(value) => set({ assets: value })}
        />
      ) : null}
      {shows.has('dataset') ? (
        <PickField
          label={words.dataset}
          data={assets.filter(({ kind }) => kind === 'dataset').map(({ id }) => id)}
          value={draft.dataset}
          set={(dataset) => set({ dataset })}
        />
      ) : null}
      {shows.has('sensitivity') ? (
        <Select
          label={words.sensitivity}
          required
          allowDeselect={false}
          data={SENSITIVITIES}
          value={draft.sensitivity}
          onChange={(value) => set({ sensitivity: value ?? draft.sensitivity })}
        />
      ) : null}
      {shows.has('personalData') ? (
        <Switch
          label={words.personalData}
          checked={draft.personalData}
          onChange={(event) => set({ personalData: event.currentTarget.checked })}
        />
      ) : null}
      {shows.has('component') ? (
        <PickField
          label={words.component}
          data={assets.filter(({ origin }) => origin === 'external').map(({ id }) => id)}
          value={draft.component}
          set={(component) => set({ component })}
        />
      ) : null}
      {shows.has('risk') ? <RiskField value={draft.risk} set={(risk) => set({ risk })} /> : null}
      {choice.schema ? (
        <SchemaFields
          schema={ownSchema(choice)}
          value={draft.fields}
          onChange={(fields) => set({ fields })}
        />
      ) : null}
      {shows.has('controls') ? (
        <TagsInput
          label={words.controls}
          description={words.listHelp}
          acceptValueOnBlur
          value={draft.controls}
          onChange={(controls) => set({ controls })}
        />
      ) : null}
      {shows.has('end') ? (
        <DayField
          label={choice.of === 'waiver' ? words.waiverEnd : words.end}
          value={draft.end}
          onChange={(end) => set({ end })}
        />
      ) : null}
      {shows.has('scope') ? (
        <TextInput
          label={words.scope}
          value={draft.scope}
          onChange={(event) => set({ scope: event.currentTarget.value })}
        />
      ) : null}
    </>
  );
}

/** The fields of a kind that are not asked for apart. */
function ownSchema({ kind }: Choice): unknown {
  const own = Ask.options.find((option) => option.shape.kind.value === kind);
  if (!own) return {};
  const kept = Object.entries(own.shape).filter(([name]) => !ASKED_APART.some((apart) => apart === name));
  return schemaOf(z.strictObject(Object.fromEntries(kept)));
}

function PickField({
  label,
  data,
  value,
  set,
}: {
  label: string;
  data: readonly string[];
  value: string;
  set: (value: string) => void;
}) {
  if (data.length === 0) return <Alert color="gray">{words.noChoice(label.toLowerCase())}</Alert>;
  return (
    <Select
      label={label}
      required
      searchable
      data={[...data]}
      value={value === '' ? null : value}
      onChange={(next) => set(next ?? '')}
    />
  );
}

function DutyField({ value, set }: { value: string; set: (value: string) => void }) {
  const catalogue = useCatalogue();
  const duties = (catalogue.data?.provisions ?? []).flatMap(({ duties }) => duties);
  return (
    <Select
      label={words.duty}
      required
      searchable
      data={duties.map(({ id, text: says }) => ({ value: id, label: `${id} ${says}` }))}
      value={value === '' ? null : value}
      onChange={(next) => set(next ?? '')}
    />
  );
}

type Recorded = ResultOf<typeof listObservations>['items'];

/** Records of a type, newest first, when all are read. */
function Records({ type, children }: { type: PredicateName; children: (items: Recorded) => ReactNode }) {
  const params = useSystemParams();
  const query = useEveryPage(listObservations, { params, query: { type, limit: 200 } });
  return (
    <Await query={query} height={56}>
      {({ pages }) => {
        if (query.hasNextPage) return <Skeleton height={56} aria-hidden />;
        const items = pages.flatMap((page) => page.items);
        return children(items.sort((a, b) => (a.observedAt < b.observedAt ? 1 : -1)));
      }}
    </Await>
  );
}

function RecordField({
  type,
  value,
  set,
}: {
  type: PredicateName;
  value: string;
  set: (value: string) => void;
}) {
  return (
    <Records type={type}>
      {(items) =>
        items.length === 0 ? (
          <Alert color="gray">{words.noChoice(spaced(type))}</Alert>
        ) : (
          <Select
            label={words.record}
            required
            searchable
            data={items.map(({ id, observedAt, actor }) => ({
              value: id,
              label: `${spaced(type)} of ${observedAt.slice(0, 10)}${actor ? `, ${actor.id}` : ''} (${id.slice(7, 19)})`,
            }))}
            value={value === '' ? null : value}
            onChange={(next) => set(next ?? '')}
          />
        )
      }
    </Records>
  );
}

const Register = z.looseObject({
  risks: z.array(z.looseObject({ id: z.string(), title: z.string(), residual: z.number() })),
});

function RiskField({ value, set }: { value: string; set: (value: string) => void }) {
  return (
    <Records type="risk-register">
      {(items) => {
        const risks = Register.safeParse(items[0]?.content).data?.risks ?? [];
        if (risks.length === 0) return <Alert color="gray">{words.noChoice('risk register')}</Alert>;
        return (
          <Select
            label={words.risk}
            required
            searchable
            data={risks.map(({ id, title, residual }) => ({
              value: id,
              label: `${id} ${title} (${residual})`,
            }))}
            value={value === '' ? null : value}
            onChange={(next) => set(next ?? '')}
          />
        );
      }}
    </Records>
  );
}

function Steps({
  steps,
  set,
  last,
}: {
  steps: readonly Step[];
  set: (steps: Step[]) => void;
  last: readonly DeciderRole[];
}) {
  const system = useSystem();
  const change = (id: number, to: Partial<Step>) =>
    set(steps.map((step) => (step.id === id ? { ...step, ...to } : step)));
  return (
    <Fieldset legend={words.steps}>
      <Stack gap="sm">
        <Text size="sm" c="dimmed">
          {words.stepsHelp}
        </Text>
        {steps.map(({ id, role, needed, people }, at) => {
          const roles = at === steps.length - 1 && last.length > 0 ? last : DeciderRole.options;
          const holders = (system.data?.value.roles ?? [])
            .filter((one) => one.role === role)
            .map(({ person }) => person);
          return (
            <Fieldset key={id} legend={words.step(at + 1)}>
              <Group align="flex-start" gap="sm">
                <Select
                  label={words.role}
                  allowDeselect={false}
                  data={roles.map((value) => ({ value, label: ROLE[value] }))}
                  value={role}
                  onChange={(value) => {
                    const next = DeciderRole.safeParse(value).data;
                    if (next) change(id, { role: next, people: [] });
                  }}
                />
                <NumberInput
                  label={words.needed}
                  min={1}
                  max={10}
                  w={110}
                  value={needed}
                  onChange={(value) => change(id, { needed: typeof value === 'number' ? value : 1 })}
                />
                {holders.length > 0 ? (
                  <MultiSelect
                    label={words.people}
                    description={words.peopleHelp}
                    data={holders}
                    value={people}
                    onChange={(value) => change(id, { people: value })}
                    style={{ flex: '1 1 220px' }}
                  />
                ) : null}
              </Group>
              {steps.length > 1 ? (
                <Button
                  mt="sm"
                  size="compact-xs"
                  variant="default"
                  onClick={() => set(steps.filter((step) => step.id !== id))}
                >
                  {words.removeStep(at + 1)}
                </Button>
              ) : null}
            </Fieldset>
          );
        })}
        <Group>
          <Button
            size="compact-sm"
            variant="default"
            disabled={steps.length >= 10}
            onClick={() =>
              set([
                ...steps,
                {
                  id: Math.max(...steps.map(({ id }) => id)) + 1,
                  role: last[0] ?? 'organisation',
                  needed: 1,
                  people: [],
                },
              ])
            }
          >
            {words.addStep}
          </Button>
        </Group>
      </Stack>
    </Fieldset>
  );
}
