/** Shadow AI: what was found beside what was approved, decided one by one or in bulk, and taken back. */
import {
  AssetDecisionKind,
  decideTriage,
  getTriage,
  type ResultOf,
  TriageRole,
  undoTriage,
} from '@custos/contract';
import { Alert, Badge, Button, Checkbox, Group, Paper, Select, Table, Text, TextInput } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { useDeferredValue, useState } from 'react';
import { client, read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Section } from '../../parts/section.tsx';
import { Time } from '../../parts/time.tsx';
import { ROLE } from '../../parts/words.ts';
import { useStanding, useSystem, useSystemParams } from '../system/data.ts';
import { text } from './text.ts';

type Triage = ResultOf<typeof getTriage>;
type State = keyof typeof text.triage.state;
type Decision = NonNullable<Triage['assets'][number]['decision']>;
interface Row {
  readonly id: string;
  readonly state: State;
  readonly where: string;
  readonly version: string | undefined;
  readonly newDependencies: number;
  readonly decision: Decision | undefined;
}

const STATES = [
  'shadow',
  'changed',
  'rejected',
  'vanished',
  'approved',
  'dismissed',
] as const satisfies readonly State[];
const COLOR: Record<State, string> = {
  shadow: '#b02525',
  changed: 'yellow.4',
  rejected: '#b02525',
  vanished: 'gray.7',
  approved: '#23752f',
  dismissed: 'gray.7',
};
const PAGE = 100;

function rowsOf({ assets, vanished }: Triage): Row[] {
  return [
    ...assets.map(({ asset, state, newDependencies, decision }) => ({
      id: asset.id,
      state,
      where: asset.locations[0]?.path ?? '',
      version: asset.version,
      newDependencies: newDependencies.length,
      decision,
    })),
    ...vanished.map(({ asset, decision }) => ({
      id: asset.id,
      state: 'vanished' as const,
      where: asset.location,
      version: asset.version,
      newDependencies: 0,
      decision,
    })),
  ].sort((a, b) => STATES.indexOf(a.state) - STATES.indexOf(b.state));
}

export function TriagePage() {
  const params = useSystemParams();
  const system = useSystem();
  const triage = useQuery(read(getTriage, { params }));
  return (
    <Section title={text.triage.title} of={system.data?.value.name ?? ''} help={text.triage.help}>
      <Await query={triage}>
        {(data) =>
          data.assets.length + data.vanished.length === 0 ? (
            <Text>{text.triage.nothing}</Text>
          ) : (
            <Assets rows={rowsOf(data)} confirmed={data.confirmed} />
          )
        }
      </Await>
    </Section>
  );
}

function Assets({ rows, confirmed }: { rows: readonly Row[]; confirmed: boolean }) {
  const { may, person } = useStanding();
  const { state } = useSearch({ from: '/shell/$organisation/systems/$system/triage' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/triage' });
  const [search, setSearch] = useState('');
  const [chosen, setChosen] = useState<ReadonlySet<string>>(new Set());
  const [most, setMost] = useState(PAGE);
  const [dialog, setDialog] = useState<readonly string[] | Decision>();
  const words = useDeferredValue(search.trim().toLowerCase());
  const mayDecide = may('inventory.decide');
  const matching = rows.filter(
    (row) => (state === undefined || row.state === state) && row.id.toLowerCase().includes(words),
  );
  const shown = matching.slice(0, most);
  const decidable = shown.filter((row) => row.state !== 'vanished').map(({ id }) => id);
  const every = decidable.length > 0 && decidable.every((id) => chosen.has(id));
  const choose = (ids: readonly string[], on: boolean) => {
    const next = new Set(chosen);
    for (const id of ids)
      if (on) next.add(id);
      else next.delete(id);
    setChosen(next);
  };
  return (
    <>
      {confirmed ? null : (
        <Alert color="orange" variant="light">
          {text.triage.unconfirmed}
        </Alert>
      )}
      <Group align="flex-end" gap="sm" className="no-print">
        <Select
          size="xs"
          label={text.triage.filter}
          allowDeselect={false}
          data={[
            { value: '', label: `${text.triage.all} (${rows.length})` },
            ...STATES.map((value) => ({
              value,
              label: `${text.triage.state[value]} (${rows.filter((row) => row.state === value).length})`,
            })),
          ]}
          value={state ?? ''}
          onChange={(value) => {
            const found = STATES.find((one) => one === value);
            void navigate({ search: found ? { state: found } : {}, replace: true });
          }}
        />
        <TextInput
          size="xs"
          label={text.triage.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        {mayDecide ? (
          <>
            <Button size="xs" disabled={chosen.size === 0} onClick={() => setDialog([...chosen])}>
              {text.triage.decide}
            </Button>
            <Text size="sm" role="status">
              {text.triage.selected(chosen.size)}
            </Text>
          </>
        ) : (
          <Text size="sm" c="dimmed">
            {text.triage.notYours}
          </Text>
        )}
      </Group>
      {state === undefined ? null : (
        <Text size="sm" c="dimmed">
          {text.triage.state[state]}: {text.triage.stateHelp[state]}.
        </Text>
      )}
      {matching.length === 0 ? (
        <Text>{text.triage.noneInState}</Text>
      ) : (
        <Paper withBorder>
          <Table.ScrollContainer minWidth={720} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
            <Table fz="sm">
              <Table.Thead>
                <Table.Tr>
                  {mayDecide ? (
                    <Table.Th w={36}>
                      <Checkbox
                        aria-label={text.triage.selectAll}
                        checked={every}
                        indeterminate={!every && decidable.some((id) => chosen.has(id))}
                        onChange={(event) => choose(decidable, event.currentTarget.checked)}
                      />
                    </Table.Th>
                  ) : null}
                  <Table.Th>{text.triage.asset}</Table.Th>
                  <Table.Th>{text.triage.filter}</Table.Th>
                  <Table.Th>{text.triage.decision}</Table.Th>
                </Table.Tr>
              </Table.Thead>
              <Table.Tbody>
                {shown.map((row) => (
                  <Table.Tr key={`${row.state} ${row.id}`}>
                    {mayDecide ? (
                      <Table.Td>
                        {row.state === 'vanished' ? null : (
                          <Checkbox
                            aria-label={text.triage.select(row.id)}
                            checked={chosen.has(row.id)}
                            onChange={(event) => choose([row.id], event.currentTarget.checked)}
                          />
                        )}
                      </Table.Td>
                    ) : null}
                    <Table.Td style={{ overflowWrap: 'anywhere' }}>
                      {row.id} {row.version ?? ''}
                      <Text size="xs" c="dimmed" ff="monospace">
                        {row.where}
                      </Text>
                    </Table.Td>
                    <Table.Td>
                      <Badge color={COLOR[row.state]} autoContrast tt="none">
                        {text.triage.state[row.state]}
                      </Badge>
                      {row.newDependencies > 0 ? (
                        <Text size="xs">{text.triage.newDependencies(row.newDependencies)}</Text>
                      ) : null}
                    </Table.Td>
                    <Table.Td>
                      <Said decision={row.decision} />
                      {row.decision && row.decision.by === person && mayDecide ? (
                        <Button
                          mt={4}
                          size="compact-xs"
                          variant="default"
                          className="no-print"
                          onClick={() => setDialog(row.decision)}
                        >
                          {text.triage.takeBack}
                        </Button>
                      ) : null}
                    </Table.Td>
                  </Table.Tr>
                ))}
              </Table.Tbody>
            </Table>
          </Table.ScrollContainer>
        </Paper>
      )}
      {matching.length > most ? (
        <Button variant="default" onClick={() => setMost(most + PAGE)}>
          {text.more}
        </Button>
      ) : null}
      {dialog === undefined ? null : 'by' in dialog ? (
        <TakeBack decision={dialog} close={() => setDialog(undefined)} />
      ) : (
        <Decide assets={dialog} decided={() => setChosen(new Set())} close={() => setDialog(undefined)} />
      )}
    </>
  );
}

function Said({ decision }: { decision: Decision | undefined }) {
  if (!decision) return <Text c="dimmed">–</Text>;
  return (
    <>
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {decision.reason}
      </Text>
      <Text size="xs" c="dimmed">
        {text.triage.by(decision.by, decision.role.replaceAll('_', ' '))}, <Time at={decision.at} />
      </Text>
    </>
  );
}

/** The role in which one decides, where one holds both. */
function useTriageRole() {
  const { speaks } = useStanding();
  const mine = TriageRole.options.filter((role) => speaks.includes(role));
  const [role, setRole] = useState(mine[0] ?? 'developer');
  const field =
    mine.length < 2 ? null : (
      <Select
        label={text.role}
        allowDeselect={false}
        data={mine.map((value) => ({ value, label: ROLE[value] }))}
        value={role}
        onChange={(value) => setRole(TriageRole.parse(value))}
      />
    );
  return { role, field };
}

function Decide({
  assets,
  decided,
  close,
}: {
  assets: readonly string[];
  decided: () => void;
  close: () => void;
}) {
  const params = useSystemParams();
  const { role, field } = useTriageRole();
  const [decision, setDecision] = useState<AssetDecisionKind>('approved');
  const [reason, setReason] = useState('');
  const [owner, setOwner] = useState('');
  const [ofClass, setClass] = useState('internal');
  return (
    <FormDialog
      title={text.triage.decideOn(assets.length)}
      submit={text.triage.decide}
      close={close}
      run={async () => {
        await client.call(decideTriage, {
          params,
          body: {
            assets: [...assets],
            decision,
            reason,
            role,
            ...(decision === 'approved' && owner.trim() !== '' ? { owner } : {}),
            ...(decision === 'approved' ? { class: ofClass } : {}),
          },
        });
        decided();
      }}
    >
      <Text size="sm" style={{ overflowWrap: 'anywhere' }}>
        {assets.slice(0, 20).join(', ')}
        {assets.length > 20 ? ' …' : ''}
      </Text>
      {field}
      <Select
        label={text.triage.what}
        allowDeselect={false}
        data={AssetDecisionKind.options.map((value) => ({ value, label: text.triage.kinds[value] }))}
        value={decision}
        onChange={(value) => setDecision(AssetDecisionKind.parse(value))}
      />
      {decision === 'approved' ? (
        <>
          <TextInput
            label={text.triage.owner}
            description={text.triage.ownerHelp}
            value={owner}
            onChange={(event) => setOwner(event.currentTarget.value)}
          />
          <TextInput
            label={text.triage.class}
            description={text.triage.classHelp}
            required
            value={ofClass}
            onChange={(event) => setClass(event.currentTarget.value)}
          />
        </>
      ) : null}
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function TakeBack({ decision, close }: { decision: Decision; close: () => void }) {
  const params = useSystemParams();
  const { role, field } = useTriageRole();
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={text.triage.takeBackTitle}
      help={text.triage.takeBackHelp}
      submit={text.triage.takeBack}
      close={close}
      run={() => client.call(undoTriage, { params, body: { decisions: [decision.id], reason, role } })}
    >
      {field}
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}
