/** Reading requests: within their limits, whatever they say of themselves, and only what can be kept as it came. */
import { CustosError } from '@custos/core';
import { parseStrictJson } from '@custos/trust';
import { Refusal } from './problem.ts';

/** Headers that have one value; a proxy might have read another of two. */
const SINGLE: ReadonlySet<string> = new Set([
  'authorization',
  'content-encoding',
  'content-length',
  'content-type',
  'host',
  'idempotency-key',
  'if-match',
  'origin',
  'transfer-encoding',
]);

/** NUL, which PostgreSQL keeps in no text, and halves of characters, which have no UTF-8 form. */
const UNSTORABLE = /[\0\p{Cs}]/u;

/** @param raw names and values in turn, as they came over the wire @throws Refusal BAD_REQUEST */
export function refuseDoubleHeaders(raw: readonly string[]): void {
  const seen = new Set<string>();
  for (let at = 0; at < raw.length; at += 2) {
    const name = (raw[at] ?? '').toLowerCase();
    if (SINGLE.has(name) && seen.has(name))
      throw new Refusal('BAD_REQUEST', `The header ${name} is there twice. Send it once.`);
    seen.add(name);
  }
}

/**
 * The whole body. What counts are the bytes that arrive, not what Content-Length says.
 * @throws Refusal TOO_LARGE, UNSUPPORTED_MEDIA for a compressed body
 */
export async function readBody(request: Request, limit: number): Promise<Uint8Array<ArrayBuffer>> {
  const tooLarge = () =>
    new Refusal('TOO_LARGE', `The body is larger than ${limit} bytes. Send less at once.`, {
      headers: { connection: 'close' },
    });
  const encoding = request.headers.get('content-encoding');
  if (encoding !== null && encoding.toLowerCase() !== 'identity')
    throw new Refusal('UNSUPPORTED_MEDIA', 'Send the body as it is, without Content-Encoding.');
  if (Number(request.headers.get('content-length') ?? 0) > limit) throw tooLarge();
  if (!request.body) return new Uint8Array();
  const reader = request.body.getReader();
  const parts: Uint8Array[] = [];
  let size = 0;
  for (;;) {
    const { done, value } = await reader.read();
    if (done) return Uint8Array.from(Buffer.concat(parts));
    size += value.byteLength;
    if (size > limit) {
      await reader.cancel().catch(() => undefined);
      throw tooLarge();
    }
    parts.push(value);
  }
}

/**
 * JSON in which no two readers see two things: no member twice, at most 64 levels, UTF-8. Of a form the same.
 * @throws Refusal UNSUPPORTED_MEDIA, BAD_REQUEST, INVALID
 */
export function parseBody(bytes: Uint8Array, contentType: string | null, format?: 'scim' | 'form'): unknown {
  const [type, ...more] = (contentType ?? '')
    .toLowerCase()
    .split(';')
    .map((part) => part.trim());
  const isForm = format === 'form' && type === 'application/x-www-form-urlencoded';
  const known =
    type === 'application/json' || isForm || (format === 'scim' && type === 'application/scim+json');
  if (!known || more.some((part) => !/^(charset="?utf-8"?)?$/.test(part)))
    throw new Refusal(
      'UNSUPPORTED_MEDIA',
      format === 'form'
        ? 'Send the form in UTF-8, with Content-Type: application/x-www-form-urlencoded.'
        : 'Send JSON in UTF-8, with Content-Type: application/json.',
    );
  const value = isForm ? fieldsOf(bytes) : jsonOf(bytes);
  refuseUnstorable(value, '/body');
  return value;
}

/** @throws Refusal BAD_REQUEST */
function jsonOf(bytes: Uint8Array): unknown {
  try {
    return parseStrictJson(bytes, 'The body');
  } catch (error) {
    throw new Refusal('BAD_REQUEST', error instanceof CustosError ? error.message : 'The body is no JSON.');
  }
}

/** @throws Refusal BAD_REQUEST */
function fieldsOf(bytes: Uint8Array): Record<string, string> {
  const fields = [...new URLSearchParams(Buffer.from(bytes).toString('utf8'))];
  const names = new Set(fields.map(([name]) => name));
  if (names.size < fields.length)
    throw new Refusal('BAD_REQUEST', 'The form has a field twice. Send each once.');
  return Object.fromEntries(fields);
}

/**
 * Text that a database can't keep or that has no UTF-8 form, and names that would reach into objects' prototypes.
 * @param pointer names the value in messages
 * @throws Refusal INVALID
 */
export function refuseUnstorable(value: unknown, pointer: string): void {
  if (typeof value === 'string') {
    if (UNSTORABLE.test(value)) throw unstorable(pointer);
  } else if (Array.isArray(value)) {
    for (const [at, item] of value.entries()) refuseUnstorable(item, `${pointer}/${at}`);
  } else if (typeof value === 'object' && value !== null) {
    for (const [name, item] of Object.entries(value)) {
      if (name === '__proto__' || UNSTORABLE.test(name))
        throw unstorable(pointer, `a member named ${JSON.stringify(name)}`);
      refuseUnstorable(item, `${pointer}/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`);
    }
  } else if (typeof value === 'number' && !Number.isFinite(value))
    throw unstorable(pointer, 'a number beyond all bounds');
}

function unstorable(pointer: string, what = 'a NUL or half a character'): Refusal {
  const detail = `holds ${what}, which can't be kept`;
  return new Refusal('INVALID', `${pointer}: ${detail}.`, { errors: [{ pointer, detail }] });
}
