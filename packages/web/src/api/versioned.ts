/** Reading with the ETag, for what is written back with `If-Match`. */
import type { Answer, CallOf, Operation, ResultOf } from '@custos/contract';
import { queryOptions } from '@tanstack/react-query';
import { client } from './client.ts';

export function readVersioned<O extends Operation>(op: O, call: CallOf<O>) {
  return queryOptions<Answer<ResultOf<O>>>({
    queryKey: [op.id, call.params ?? {}, call.query ?? {}, 'versioned'],
    queryFn: ({ signal }) => client.ask(op, call, { signal }),
  });
}
