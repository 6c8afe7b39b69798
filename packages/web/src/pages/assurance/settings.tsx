/** Thresholds and intervals: the default with its reason, the organisation's own value, and the approval of a change. */
import { decideSetting, listSettings, proposeSetting, type ResultOf } from '@custos/contract';
import {
  Badge,
  Button,
  Group,
  NumberInput,
  Paper,
  Select,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { useState } from 'react';
import { client, read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { FormDialog } from '../../parts/form-dialog.tsx';
import { Page } from '../../parts/page.tsx';
import { ReasonField } from '../../parts/reason-field.tsx';
import { Time } from '../../parts/time.tsx';
import { Roles } from './roles.tsx';
import { text } from './text.ts';

type Setting = ResultOf<typeof listSettings>['items'][number];
type Open = { readonly setting: Setting; readonly as: 'change' | 'approved' | 'rejected' };

export function SettingsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/settings' });
  const { show } = useSearch({ from: '/shell/$organisation/settings' });
  const navigate = useNavigate({ from: '/$organisation/settings' });
  const settings = useQuery(read(listSettings, { params: { organisation } }));
  const [search, setSearch] = useState('');
  const [open, setOpen] = useState<Open>();
  return (
    <Page title={text.settings.title} description={`${text.settings.help} ${text.settings.precedence}`}>
      <Group align="flex-end" className="no-print">
        <TextInput
          size="xs"
          label={text.settings.search}
          value={search}
          onChange={(event) => setSearch(event.currentTarget.value)}
        />
        <Select
          size="xs"
          label={text.settings.show}
          allowDeselect={false}
          data={[
            { value: '', label: text.settings.all },
            { value: 'own', label: text.settings.own },
            { value: 'proposed', label: text.settings.proposed },
          ]}
          value={show ?? ''}
          onChange={(value) =>
            void navigate({
              search: value === 'own' || value === 'proposed' ? { show: value } : {},
              replace: true,
            })
          }
        />
      </Group>
      <Await query={settings}>
        {({ items }) => {
          const shown = items.filter(
            ({ id, own, proposal }) =>
              id.includes(search.trim().toLowerCase()) &&
              (show === undefined || (show === 'own' ? own : proposal) !== undefined),
          );
          if (shown.length === 0) return <Text>{text.settings.nothing}</Text>;
          return (
            <Paper withBorder>
              <DataTable
                label={text.settings.title}
                minWidth={760}
                verticalSpacing="sm"
                columns={[text.settings.setting, text.settings.value, text.settings.default]}
                onScreen={text.settings.change}
              >
                {shown.map((setting) => (
                  <Row key={setting.id} setting={setting} open={(as) => setOpen({ setting, as })} />
                ))}
              </DataTable>
            </Paper>
          );
        }}
      </Await>
      <Roles />
      {open === undefined ? null : open.as === 'change' ? (
        <Propose setting={open.setting} close={() => setOpen(undefined)} />
      ) : (
        <Decide setting={open.setting} decision={open.as} close={() => setOpen(undefined)} />
      )}
    </Page>
  );
}

function said(value: number, unit: string): string {
  if (unit === 'share') return `${(value * 100).toLocaleString('en')} %`;
  return `${value.toLocaleString('en')} ${text.settings.unit[unit] ?? unit}`.trim();
}

function Row({ setting, open }: { setting: Setting; open: (as: Open['as']) => void }) {
  const { organisation } = useParams({ from: '/shell/$organisation/settings' });
  const { may, person } = useStandingOn(organisation);
  const { id, unit, own, proposal, systems } = setting;
  const declared = (one: (typeof systems)[number]) =>
    text.settings.systemValue(one.system, said(one.value, unit), one.counts);
  return (
    <Table.Tr>
      <Table.Td maw={440}>
        <Text size="sm" fw={600} style={{ overflowWrap: 'anywhere' }}>
          {id}
        </Text>
        <Text size="xs" c="dimmed">
          {setting.reason}
        </Text>
      </Table.Td>
      <Table.Td>
        <Text size="sm">{said(own?.value ?? setting.default, unit)}</Text>
        {own ? (
          <Text size="xs" c="dimmed" maw={280}>
            {own.reason} – {text.settings.approvedBy(own.approvedBy)}, <Time at={own.approvedAt} short />
          </Text>
        ) : null}
        {systems.length > 0 ? (
          <Text size="xs" c="dimmed" title={systems.map(declared).join(', ')}>
            {text.settings.differs(systems.length)}: {systems.slice(0, 3).map(declared).join(', ')}
          </Text>
        ) : null}
        {proposal ? (
          <Stack gap={2} mt={4}>
            <Badge color="yellow.4" autoContrast tt="none">
              {text.settings.proposal(
                proposal.value === undefined ? text.settings.back : said(proposal.value, unit),
                proposal.by,
              )}
            </Badge>
            <Text size="xs" c="dimmed" maw={280}>
              {proposal.reason}
            </Text>
          </Stack>
        ) : null}
      </Table.Td>
      <Table.Td>{said(setting.default, unit)}</Table.Td>
      <Table.Td className="no-print">
        {may('settings.manage') ? (
          <Stack gap={4} align="flex-start">
            {proposal && proposal.by !== person ? (
              <Button
                size="compact-xs"
                aria-label={`${text.settings.approve}: ${id}`}
                onClick={() => open('approved')}
              >
                {text.settings.approve}
              </Button>
            ) : null}
            {proposal ? (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={`${text.settings.reject}: ${id}`}
                onClick={() => open('rejected')}
              >
                {proposal.by === person ? text.settings.withdraw : text.settings.reject}
              </Button>
            ) : (
              <Button
                size="compact-xs"
                variant="default"
                aria-label={text.settings.changeOf(id)}
                onClick={() => open('change')}
              >
                {text.settings.change}
              </Button>
            )}
          </Stack>
        ) : null}
      </Table.Td>
    </Table.Tr>
  );
}

function Propose({ setting, close }: { setting: Setting; close: () => void }) {
  const { organisation } = useParams({ from: '/shell/$organisation/settings' });
  const [value, setValue] = useState<number | undefined>(setting.own?.value ?? setting.default);
  const [back, setBack] = useState(false);
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={text.settings.changeOf(setting.id)}
      submit={text.settings.propose}
      done={text.settings.proposedDone}
      close={close}
      disabled={!back && value === undefined}
      run={() =>
        client.call(
          proposeSetting,
          {
            params: { organisation, setting: setting.id },
            body: { value: back ? null : (value ?? setting.default), reason },
          },
          { ifMatch: `"${setting.version}"` },
        )
      }
    >
      <NumberInput
        label={`${text.settings.newValue}${setting.unit === 'count' ? '' : ` (${setting.unit})`}`}
        description={`${text.settings.default}: ${said(setting.default, setting.unit)}`}
        hideControls
        min={0}
        {...(setting.unit === 'share' ? { max: 1 } : {})}
        disabled={back}
        value={value ?? ''}
        onChange={(next) => setValue(next === '' ? undefined : Number(next))}
      />
      {setting.own ? (
        <Switch
          label={text.settings.toDefault}
          checked={back}
          onChange={(event) => setBack(event.currentTarget.checked)}
        />
      ) : null}
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}

function Decide({
  setting,
  decision,
  close,
}: {
  setting: Setting;
  decision: 'approved' | 'rejected';
  close: () => void;
}) {
  const { organisation } = useParams({ from: '/shell/$organisation/settings' });
  const [reason, setReason] = useState('');
  return (
    <FormDialog
      title={text.settings.decideOn(setting.id)}
      help={setting.proposal?.reason ?? ''}
      submit={decision === 'approved' ? text.settings.approve : text.settings.reject}
      close={close}
      run={() =>
        client.call(
          decideSetting,
          { params: { organisation, setting: setting.id }, body: { decision, reason } },
          { ifMatch: `"${setting.version}"` },
        )
      }
    >
      <ReasonField value={reason} onChange={setReason} />
    </FormDialog>
  );
}
