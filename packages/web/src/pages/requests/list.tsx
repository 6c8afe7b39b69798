/** Requests over all systems: what waits for me, what I asked, everything. */
import { RequestStatus } from '@custos/contract';
import { Group, Paper, SegmentedControl, Select, Stack, Text } from '@mantine/core';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { Page } from '../../parts/page.tsx';
import { SystemSelect } from '../../parts/system-select.tsx';
import { RequestTable } from './request-table.tsx';
import type { RequestsSearch } from './search.ts';
import { text } from './text.ts';

export function RequestsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/requests' });
  const filter = useSearch({ from: '/shell/$organisation/requests' });
  const navigate = useNavigate({ from: '/$organisation/requests' });
  const set = (change: RequestsSearch) =>
    void navigate({ search: (old) => ({ ...old, ...change }), replace: true });
  const show = filter.show ?? 'waiting';
  return (
    <Page title={text.title} description={text.help}>
      <Group align="flex-end" gap="sm">
        <SegmentedControl
          aria-label={text.show}
          value={show}
          onChange={(value) => set({ show: value === 'made' || value === 'all' ? value : undefined })}
          data={[
            { value: 'waiting', label: text.waiting },
            { value: 'made', label: text.made },
            { value: 'all', label: text.all },
          ]}
        />
        {show === 'waiting' ? null : (
          <Select
            label={text.status}
            placeholder={text.anyStatus}
            clearable
            value={filter.status ?? null}
            data={RequestStatus.options.map((value) => ({ value, label: text.statusOf[value] }))}
            onChange={(value) => set({ status: RequestStatus.safeParse(value).data })}
          />
        )}
        <SystemSelect
          organisation={organisation}
          label={text.system}
          placeholder={text.anySystem}
          value={filter.system}
          onChange={(system) => set({ system })}
        />
      </Group>
      <RequestTable
        organisation={organisation}
        showSystem
        query={{
          ...(show === 'all' ? {} : { mine: show }),
          ...(show !== 'waiting' && filter.status ? { status: filter.status } : {}),
          ...(filter.system ? { system: filter.system } : {}),
        }}
        empty={
          <Paper withBorder p="lg">
            <Stack gap={4}>
              <Text fw={600}>{show === 'waiting' ? text.noneWaiting : text.none}</Text>
              <Text size="sm" c="dimmed">
                {text.noneWaitingHelp}
              </Text>
            </Stack>
          </Paper>
        }
      />
    </Page>
  );
}
