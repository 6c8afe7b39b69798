/** Reading all pages of an answer, one after the other; for answers over all systems. */
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';

export function useEveryPage<T extends { next?: string | undefined }>(
  key: readonly unknown[],
  ask: (cursor: string | undefined, signal: AbortSignal) => Promise<T>,
  enabled = true,
) {
  const pages = useInfiniteQuery({
    queryKey: [...key, 'every page'],
    queryFn: ({ pageParam, signal }) => ask(pageParam === '' ? undefined : pageParam, signal),
    initialPageParam: '',
    getNextPageParam: ({ next }) => next,
    enabled,
  });
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return pages;
}
