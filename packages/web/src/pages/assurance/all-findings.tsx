/** Findings of auditors across systems. */
import { FindingState, listFindings } from '@custos/contract';
import { Button, Group, Select, Stack, Text } from '@mantine/core';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useNavigate, useParams, useSearch } from '@tanstack/react-router';
import { client } from '../../api/client.ts';
import { Await } from '../../parts/await.tsx';
import { Page } from '../../parts/page.tsx';
import { FindingList } from './findings.tsx';
import { text } from './text.ts';

export function AllFindingsPage() {
  const { organisation } = useParams({ from: '/shell/$organisation/audit' });
  const { status } = useSearch({ from: '/shell/$organisation/audit' });
  const navigate = useNavigate({ from: '/$organisation/audit' });
  const pages = useInfiniteQuery({
    queryKey: [listFindings.id, organisation, status, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call(
        listFindings,
        {
          params: { organisation },
          query: { ...(status ? { status } : {}), ...(pageParam === '' ? {} : { cursor: pageParam }) },
        },
        { signal },
      ),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
  });
  return (
    <Page title={text.auditAll.title} description={text.auditAll.help}>
      <Select
        size="xs"
        maw={240}
        label={text.auditAll.status}
        allowDeselect={false}
        data={[
          { value: '', label: text.auditAll.any },
          ...FindingState.options.map((value) => ({ value, label: text.audit.status[value] })),
        ]}
        value={status ?? ''}
        onChange={(value) => {
          const found = FindingState.safeParse(value).data;
          void navigate({ search: found ? { status: found } : {}, replace: true });
        }}
      />
      <Await query={pages}>
        {(data) => {
          const items = data.pages.flatMap((one) => one.items);
          return (
            <Stack>
              {items.length === 0 ? (
                <Text>{text.auditAll.nothing}</Text>
              ) : (
                <FindingList items={items} showSystem />
              )}
              {pages.hasNextPage ? (
                <Group>
                  <Button variant="default" onClick={() => void pages.fetchNextPage()}>
                    {text.more}
                  </Button>
                </Group>
              ) : null}
            </Stack>
          );
        }}
      </Await>
    </Page>
  );
}
