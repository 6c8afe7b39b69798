/** The inventory: as a graph, as a list, and one asset in full. */
import { getInventory } from '@custos/contract';
import { ASSET_KINDS, AssetKind } from '@custos/core';
import {
  Anchor,
  Badge,
  Box,
  Button,
  Chip,
  Drawer,
  Group,
  List,
  Paper,
  SegmentedControl,
  Stack,
  Switch,
  Table,
  Text,
  TextInput,
  Title,
} from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useNavigate, useSearch } from '@tanstack/react-router';
import { lazy, Suspense, useCallback, useDeferredValue, useMemo, useState } from 'react';
import { read } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { DataTable } from '../../parts/data-table.tsx';
import { Section } from '../../parts/section.tsx';
import { Tree } from '../../parts/tree.tsx';
import { count, words } from '../../parts/words.ts';
import { useSystem, useSystemParams } from './data.ts';
import {
  filtered,
  gapsOf,
  type Inventory,
  type InventoryAsset,
  type InventorySearch,
} from './graph/inventory.ts';
import { text } from './text.ts';

const InventoryGraph = lazy(async () => ({ default: (await import('./graph/graph.tsx')).InventoryGraph }));
/** Rows of the list that are shown at first, and added. */
const PAGE = 100;

export function InventoryPage() {
  const system = useSystem();
  const inventory = useQuery(read(getInventory, { params: useSystemParams() }));
  return (
    <Section title={text.inventory.title} of={system.data?.value.name ?? ''} help={text.inventory.help}>
      <Await query={inventory} height={480}>
        {(data) =>
          data.assets.length === 0 ? <Text>{text.inventory.none}</Text> : <Explorer inventory={data} />
        }
      </Await>
    </Section>
  );
}

function Explorer({ inventory }: { inventory: Inventory }) {
  const search = useSearch({ from: '/shell/$organisation/systems/$system/inventory' });
  const navigate = useNavigate({ from: '/$organisation/systems/$system/inventory' });
  const set = useCallback(
    (change: Partial<InventorySearch>) =>
      void navigate({ search: (old) => ({ ...old, ...change }), replace: true, resetScroll: false }),
    [navigate],
  );
  const { kinds, gaps, search: words } = search;
  const deferred = useDeferredValue(words);
  const shown = useMemo(
    () => filtered(inventory, { kinds, gaps, search: deferred }),
    [inventory, kinds, gaps, deferred],
  );
  const present = ASSET_KINDS.filter((kind) => inventory.assets.some((asset) => asset.kind === kind));
  const select = useCallback((asset: string | undefined) => set({ asset }), [set]);
  const asset = inventory.assets.find(({ id }) => id === search.asset);
  return (
    <Stack gap="sm">
      <Group gap="sm" align="flex-end" className="no-print">
        <SegmentedControl
          size="xs"
          aria-label={text.inventory.view}
          data={[
            { value: 'graph', label: text.inventory.graph },
            { value: 'list', label: text.inventory.list },
          ]}
          value={search.view ?? 'graph'}
          onChange={(view) => set({ view: view === 'list' ? 'list' : undefined })}
        />
        <TextInput
          size="xs"
          aria-label={text.inventory.search}
          placeholder={text.inventory.search}
          value={words ?? ''}
          onChange={(event) => set({ search: event.currentTarget.value || undefined })}
        />
        <Switch
          size="sm"
          mb={4}
          label={text.inventory.gapsOnly}
          checked={gaps === true}
          onChange={(event) => set({ gaps: event.currentTarget.checked || undefined })}
        />
        <Text size="sm" c="dimmed" mb={4} role="status">
          {text.inventory.shown(shown.length, inventory.assets.length)}
        </Text>
      </Group>
      <Kinds kinds={present} chosen={kinds ?? []} choose={(chosen) => set({ kinds: chosen })} />
      {shown.length === 0 ? (
        <Text>{text.inventory.noMatch}</Text>
      ) : search.view === 'list' ? (
        <AssetList assets={shown} select={select} />
      ) : (
        <Paper withBorder h="min(68vh, 720px)" style={{ overflow: 'hidden' }}>
          <Suspense>
            <InventoryGraph assets={shown} edges={inventory.edges} selected={search.asset} select={select} />
          </Suspense>
        </Paper>
      )}
      <Drawer
        opened={asset !== undefined}
        onClose={() => select(undefined)}
        position="right"
        title={text.inventory.details}
        closeButtonProps={{ 'aria-label': text.inventory.close }}
      >
        {asset ? <AssetDetails asset={asset} inventory={inventory} select={select} /> : null}
      </Drawer>
    </Stack>
  );
}

function Kinds({
  kinds,
  chosen,
  choose,
}: {
  kinds: readonly AssetKind[];
  chosen: readonly AssetKind[];
  choose: (kinds: AssetKind[] | undefined) => void;
}) {
  return (
    <Chip.Group
      multiple
      value={[...chosen]}
      onChange={(value) => choose(value.length === 0 ? undefined : AssetKind.array().parse(value))}
    >
      <Group gap={6} role="group" aria-label={text.inventory.kinds} className="no-print">
        {kinds.map((kind) => (
          <Chip key={kind} value={kind} size="xs" variant="outline">
            {words(kind)}
          </Chip>
        ))}
      </Group>
    </Chip.Group>
  );
}

function AssetList({ assets, select }: { assets: readonly InventoryAsset[]; select: (id: string) => void }) {
  const [most, setMost] = useState(PAGE);
  return (
    <>
      <Paper withBorder>
        <DataTable
          label={text.inventory.title}
          minWidth={820}
          verticalSpacing={4}
          columns={[
            text.inventory.asset,
            text.inventory.kind,
            text.inventory.version,
            text.inventory.owner,
            text.inventory.found,
            text.inventory.gapsColumn,
          ]}
        >
          {assets.slice(0, most).map((asset) => (
            <Table.Tr key={asset.id}>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>
                <Anchor component="button" type="button" size="sm" ta="left" onClick={() => select(asset.id)}>
                  {asset.name}
                </Anchor>
              </Table.Td>
              <Table.Td>{words(asset.kind)}</Table.Td>
              <Table.Td>{asset.version ?? '–'}</Table.Td>
              <Table.Td style={{ overflowWrap: 'anywhere' }}>{asset.owner ?? '–'}</Table.Td>
              <Table.Td ff="monospace" fz="xs" style={{ overflowWrap: 'anywhere' }}>
                {asset.locations[0]?.path ?? '–'}
              </Table.Td>
              <Table.Td>
                <Gaps asset={asset} />
              </Table.Td>
            </Table.Tr>
          ))}
        </DataTable>
      </Paper>
      {assets.length > most ? (
        <Button variant="default" onClick={() => setMost(most + PAGE)}>
          {text.inventory.more(Math.min(PAGE, assets.length - most))}
        </Button>
      ) : null}
    </>
  );
}

function Gaps({ asset }: { asset: InventoryAsset }) {
  const gaps = gapsOf(asset);
  if (gaps.length === 0)
    return (
      <Text size="xs" c="dimmed">
        {text.inventory.noGap}
      </Text>
    );
  return (
    <Group gap={4}>
      {gaps.map((gap) => (
        <Badge key={gap} color="yellow.4" autoContrast tt="none" size="sm">
          {text.inventory.gap[gap]}
        </Badge>
      ))}
    </Group>
  );
}

function AssetDetails({
  asset,
  inventory,
  select,
}: {
  asset: InventoryAsset;
  inventory: Inventory;
  select: (id: string) => void;
}) {
  const { locations: _, ...facts } = asset;
  return (
    <Stack>
      <Box>
        <Title order={2} size="h4" style={{ overflowWrap: 'anywhere' }}>
          {asset.name}
        </Title>
        <Gaps asset={asset} />
      </Box>
      <Tree value={facts} />
      <Box>
        <Text fw={600} size="sm">
          {text.inventory.found} ({count(asset.locations.length, 'place')})
        </Text>
        <List size="sm">
          {asset.locations.slice(0, 20).map(({ path, line }) => (
            <List.Item key={`${path}:${line}`}>
              <Text size="xs" ff="monospace" style={{ overflowWrap: 'anywhere' }}>
                {path}
                {line === undefined ? '' : `:${line}`}
              </Text>
            </List.Item>
          ))}
        </List>
      </Box>
      <Neighbours
        title={text.inventory.uses}
        ids={inventory.edges.filter(({ from }) => from === asset.id).map(({ to }) => to)}
        select={select}
      />
      <Neighbours
        title={text.inventory.usedBy}
        ids={inventory.edges.filter(({ to }) => to === asset.id).map(({ from }) => from)}
        select={select}
      />
    </Stack>
  );
}

function Neighbours({
  title,
  ids,
  select,
}: {
  title: string;
  ids: readonly string[];
  select: (id: string) => void;
}) {
  const unique = [...new Set(ids)];
  if (unique.length === 0) return null;
  return (
    <Box>
      <Text fw={600} size="sm">
        {title} ({unique.length})
      </Text>
      <Group gap={4}>
        {unique.slice(0, 60).map((id) => (
          <Button key={id} size="compact-xs" variant="default" onClick={() => select(id)}>
            {id}
          </Button>
        ))}
      </Group>
    </Box>
  );
}
