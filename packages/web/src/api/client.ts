/** The console's way to the service: the typed client, with the session's cookie. */
import { type CallOf, createClient, type Operation, ProblemError, type ResultOf } from '@custos/contract';
import { QueryClient, queryOptions } from '@tanstack/react-query';

export const client = createClient({ baseUrl: '' });

export const queryClient = new QueryClient({
  defaultOptions: {
    queries: {
      staleTime: 10_000,
      // An answer that says no says it again.
      retry: (count, error) => count < 2 && !(error instanceof ProblemError && error.problem.status < 500),
    },
  },
});

/** How to read an operation: the key is its id and what it was called with. */
export function read<O extends Operation>(op: O, call: CallOf<O>) {
  return queryOptions<ResultOf<O>>({
    queryKey: [op.id, call.params ?? {}, call.query ?? {}],
    queryFn: ({ signal }) => client.call(op, call, { signal }),
  });
}

/** What to tell somebody about an error. */
export function messageOf(error: unknown): string {
  if (error instanceof ProblemError) return error.problem.detail;
  return error instanceof Error ? error.message : 'Something went wrong.';
}
