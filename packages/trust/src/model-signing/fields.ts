/** From what zod found to the exact field: missing, unknown or invalid. */
import type { z } from 'zod';
import { Rejection } from './problem.ts';

/**
 * @param at path of the value in its document: `predicate`; empty for the document itself
 * @param what names the document in messages: `The bundle`
 * @throws Rejection FIELD_MISSING, FIELD_UNKNOWN, FIELD_INVALID
 */
export function requireFields<S extends z.ZodType>(
  schema: S,
  value: unknown,
  at: string,
  what: string,
): z.infer<S> {
  const read = schema.safeParse(value, { reportInput: true });
  if (read.success) return read.data;
  const issue = read.error.issues[0];
  const path = issue ? pathOf(at, issue.path) : at;
  if (issue?.code === 'unrecognized_keys') {
    const field = pathOf(path, [issue.keys[0] ?? '']);
    throw new Rejection('FIELD_UNKNOWN', field, `${what} has a field that does not belong there: ${field}.`);
  }
  if (issue?.code === 'invalid_type' && issue.input === undefined)
    throw new Rejection('FIELD_MISSING', path, `${what} lacks the field ${path || '(the whole)'}.`);
  throw new Rejection(
    'FIELD_INVALID',
    path,
    `${what} has an unusable value at ${path || '(the whole)'}: ${issue?.message ?? 'wrong form'}.`,
  );
}

function pathOf(at: string, path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === 'number' ? `${text}[${part}]` : text === '' ? String(part) : `${text}.${String(part)}`,
    at,
  );
}

/** Bytes of standard base64 with padding and no unused bits set: one value, one spelling (RFC 4648, 3.5). */
export function requireBase64(text: string, at: string, what: string): Buffer {
  const bytes = Buffer.from(text, 'base64');
  if (text !== '' && bytes.toString('base64') === text) return bytes;
  throw new Rejection(
    'FIELD_INVALID',
    at,
    `${what} has something else than standard base64 at ${at}: characters, padding or unused bits are wrong.`,
  );
}
