/**
 * How identity providers are asked. Their addresses are given by administrators of one organisation, and by what a provider says
 * of itself: neither may lead the service to what only it can reach.
 */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import { CustosError } from '@custos/core';
import type { CustomFetch } from 'openid-client';
import { pinnedLookup, type Resolve } from '../webhooks/address.ts';

/** Bytes; a provider's answer is a small document. */
const MAX_ANSWER = 1 << 20;
/** Answers that have no content. */
const EMPTY = new Set([204, 205, 304]);

/**
 * As `fetch`, to one checked address, without redirects, up to a size.
 * @param allowPrivate providers may have internal addresses
 * @throws CustosError SSO_ADDRESS for an internal address, WEBHOOK_UNRESOLVED, SSO_ANSWER for too long an answer
 */
export function providerFetch(allowPrivate: boolean, resolve?: Resolve): CustomFetch {
  return async (address, { body, headers, method, signal }) => {
    const url = new URL(address);
    const lookup = await pinnedLookup(url, { allowPrivate, resolve, signal }).catch((cause: unknown) => {
      if (!(cause instanceof CustosError && cause.code === 'WEBHOOK_URL')) throw cause;
      throw new CustosError(
        'SSO_ADDRESS',
        `The identity provider at ${url.host} has an internal address. If that is right, set CUSTOS_SSO_ALLOW_PRIVATE=1.`,
        { cause },
      );
    });
    const bytes = new Uint8Array(await new Response(body).arrayBuffer());
    const answer = await new Promise<IncomingMessage>((answered, failed) => {
      const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
      const options = { method, headers, lookup, agent: false, ...(signal ? { signal } : {}) };
      start(url, options, answered).on('error', failed).end(bytes);
    });
    const status = answer.statusCode ?? 0;
    const content = await contentOf(answer, url.host);
    return new Response(EMPTY.has(status) ? null : content, { status, headers: headersOf(answer) });
  };
}

async function contentOf(answer: IncomingMessage, host: string): Promise<Uint8Array<ArrayBuffer>> {
  const pieces: Uint8Array[] = [];
  let size = 0;
  for await (const piece of answer) {
    const bytes = Buffer.from(piece);
    size += bytes.length;
    if (size > MAX_ANSWER)
      throw new CustosError('SSO_ANSWER', `The identity provider at ${host} answers more than 1 MiB.`);
    pieces.push(bytes);
  }
  return Uint8Array.from(Buffer.concat(pieces));
}

function headersOf({ headersDistinct }: IncomingMessage): Headers {
  const headers = new Headers();
  for (const [name, values = []] of Object.entries(headersDistinct))
    for (const value of values) headers.append(name, value);
  return headers;
}
