/** What came page by page, and the button for more of it. */
import { Button, Group, Stack } from '@mantine/core';
import type { InfiniteData, UseInfiniteQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Await } from './await.tsx';

export function Pages<P extends { readonly items: readonly unknown[] }>({
  query,
  height = 240,
  more = 'Show more',
  children,
}: {
  query: UseInfiniteQueryResult<InfiniteData<P>>;
  height?: number;
  /** What the button says. */
  more?: string;
  children: (items: P['items'][number][]) => ReactNode;
}) {
  return (
    <Await query={query} height={height}>
      {({ pages }) => (
        <Stack gap="sm">
          {children(pages.flatMap(({ items }) => items))}
          {query.hasNextPage ? (
            <Group className="no-print">
              <Button
                variant="default"
                loading={query.isFetchingNextPage}
                onClick={() => void query.fetchNextPage()}
              >
                {more}
              </Button>
            </Group>
          ) : null}
        </Stack>
      )}
    </Await>
  );
}
