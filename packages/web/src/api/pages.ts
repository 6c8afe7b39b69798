/** Answers that come page by page: read as far as somebody wants, or all of them one after the other. */
import type { CallOf, Operation, ResultOf } from '@custos/contract';
import { useInfiniteQuery } from '@tanstack/react-query';
import { useEffect } from 'react';
import { client } from './client.ts';

interface Page {
  readonly next?: string | undefined;
}

export function usePages<O extends Operation>(
  op: ResultOf<O> extends Page ? O : never,
  call: CallOf<O>,
  options: { refetchInterval?: number } = {},
) {
  return useInfiniteQuery({
    queryKey: [op.id, call.params ?? {}, call.query ?? {}, 'pages'],
    queryFn: ({ pageParam, signal }) =>
      client.call<O>(op, pageParam === '' ? call : { ...call, query: { ...call.query, cursor: pageParam } }, {
        signal,
      }),
    initialPageParam: '',
    getNextPageParam: (page) => (page as Page).next,
    ...options,
  });
}

/** All pages. What is there is part of the answer only while `hasNextPage`. */
export function useEveryPage<O extends Operation>(op: ResultOf<O> extends Page ? O : never, call: CallOf<O>) {
  const pages = usePages<O>(op, call);
  const { hasNextPage, isFetchingNextPage, isError, fetchNextPage } = pages;
  useEffect(() => {
    if (hasNextPage && !isFetchingNextPage && !isError) void fetchNextPage();
  }, [hasNextPage, isFetchingNextPage, isError, fetchNextPage]);
  return pages;
}
