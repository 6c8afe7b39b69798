/** Waiting for a query, or what went wrong with it: also where only reading it again, or a further page, did. */
import { Skeleton } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { Failure } from './failure.tsx';

export function Await<T>({
  query,
  height = 240,
  children,
}: {
  query: UseQueryResult<T>;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  const failed = query.error ? (
    <Failure
      error={query.error}
      retry={() => void query.refetch()}
      {...(query.data === undefined ? {} : { title: 'What you see may be old or incomplete' })}
    />
  ) : null;
  if (query.data === undefined) return failed ?? <Skeleton height={height} aria-hidden />;
  return (
    <>
      {failed}
      {children(query.data)}
    </>
  );
}
