/** Requests in a table: what is asked, by whom, until when. */
import { listRequests, type RequestSummary } from '@custos/contract';
import { Anchor, Badge, Table, Text } from '@mantine/core';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { usePages } from '../../api/pages.ts';
import { DataTable } from '../../parts/data-table.tsx';
import { Pages } from '../../parts/pages.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

const LOOK: Record<RequestSummary['status'], { color: string; sign: string }> = {
  open: { color: 'custos.8', sign: '…' },
  approved: { color: '#23752f', sign: '✓' },
  rejected: { color: '#b02525', sign: '✗' },
  withdrawn: { color: 'gray.7', sign: '–' },
  void: { color: '#a34a00', sign: '!' },
};

/** @param covers false: what was sealed has changed, so that an approval is none of what stands now */
export function RequestStatusBadge({
  status,
  covers = true,
}: {
  status: RequestSummary['status'];
  covers?: boolean;
}) {
  const { color, sign } = LOOK[covers ? status : 'void'];
  return (
    <Badge
      color={color}
      variant="filled"
      autoContrast
      tt="none"
      miw="max-content"
      leftSection={<span aria-hidden="true">{sign}</span>}
    >
      {text.statusOf[status]}
    </Badge>
  );
}

export interface RequestQuery {
  readonly mine?: 'waiting' | 'made' | undefined;
  readonly status?: RequestSummary['status'] | undefined;
  readonly system?: string | undefined;
}

export function RequestTable({
  organisation,
  query,
  empty,
  showSystem,
}: {
  organisation: string;
  query: RequestQuery;
  empty: ReactNode;
  showSystem: boolean;
}) {
  const pages = usePages(listRequests, { params: { organisation }, query });
  return (
    <Pages query={pages} more={text.more}>
      {(items) =>
        items.length === 0 ? (
          empty
        ) : (
          <DataTable
            label={text.title}
            minWidth={560}
            highlightOnHover
            columns={[text.asked, text.due, text.status, ...(showSystem ? [text.system] : []), text.by]}
          >
            {items.map((item) => (
              <Row key={item.id} organisation={organisation} item={item} showSystem={showSystem} />
            ))}
          </DataTable>
        )
      }
    </Pages>
  );
}

function Row({
  organisation,
  item,
  showSystem,
}: {
  organisation: string;
  item: RequestSummary;
  showSystem: boolean;
}) {
  const { id, system, title, of, target, status, requestedBy, dueAt, overdue } = item;
  return (
    <Table.Tr>
      <Table.Td>
        <Anchor
          renderRoot={(props) => (
            <Link
              to="/$organisation/systems/$system/requests/$request"
              params={{ organisation, system, request: id }}
              {...props}
            />
          )}
        >
          {title}
        </Anchor>
        <Text size="xs" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {text.of[of]}: {target}
        </Text>
      </Table.Td>
      <Table.Td>
        <Time at={dueAt} short />
        {overdue ? (
          <Text size="sm" fw={600}>
            {text.overdue}
          </Text>
        ) : null}
      </Table.Td>
      <Table.Td>
        <RequestStatusBadge status={status} />
      </Table.Td>
      {showSystem ? <Table.Td>{system}</Table.Td> : null}
      <Table.Td style={{ overflowWrap: 'anywhere' }}>{requestedBy}</Table.Td>
    </Table.Tr>
  );
}
