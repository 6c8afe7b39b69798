/** Requests in a table: what is asked, by whom, until when. */
import { listRequests, type RequestSummary } from '@custos/contract';
import { Anchor, Badge, Button, Group, Stack, Table, Text } from '@mantine/core';
import { keepPreviousData, useInfiniteQuery } from '@tanstack/react-query';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Time } from '../../parts/time.tsx';
import { text } from './text.ts';

const LOOK: Record<RequestSummary['status'], { color: string; sign: string }> = {
  open: { color: 'custos.8', sign: '…' },
  approved: { color: '#23752f', sign: '✓' },
  rejected: { color: '#b02525', sign: '✗' },
  withdrawn: { color: 'gray.7', sign: '–' },
  void: { color: '#a34a00', sign: '!' },
};

export function RequestStatusBadge({ status }: { status: RequestSummary['status'] }) {
  const { color, sign } = LOOK[status];
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
  const pages = useInfiniteQuery({
    queryKey: [listRequests.id, { organisation }, query, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        listRequests,
        {
          params: { organisation },
          query: { ...query, limit: 50, ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    placeholderData: keepPreviousData,
  });
  return (
    <Await query={pages}>
      {(data) => {
        const items = data.pages.flatMap((page) => page.items);
        if (items.length === 0) return empty;
        return (
          <Stack gap="sm">
            <Table.ScrollContainer minWidth={560}>
              <Table highlightOnHover>
                <Table.Thead>
                  <Table.Tr>
                    <Table.Th>{text.asked}</Table.Th>
                    <Table.Th>{text.due}</Table.Th>
                    <Table.Th>{text.status}</Table.Th>
                    {showSystem ? <Table.Th>{text.system}</Table.Th> : null}
                    <Table.Th>{text.by}</Table.Th>
                  </Table.Tr>
                </Table.Thead>
                <Table.Tbody>
                  {items.map((item) => (
                    <Row key={item.id} organisation={organisation} item={item} showSystem={showSystem} />
                  ))}
                </Table.Tbody>
              </Table>
            </Table.ScrollContainer>
            {pages.hasNextPage ? (
              <Group>
                <Button
                  variant="default"
                  loading={pages.isFetchingNextPage}
                  onClick={() => void pages.fetchNextPage()}
                >
                  {text.more}
                </Button>
              </Group>
            ) : null}
          </Stack>
        );
      }}
    </Await>
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
