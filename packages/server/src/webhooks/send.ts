/** One attempt to send a webhook: to one checked address, without redirects, within a time and a size. */
import { request as httpRequest, type IncomingMessage } from 'node:http';
import { request as httpsRequest } from 'node:https';
import type { LookupFunction } from 'node:net';
import { CustosError } from '@custos/core';
import { checkUrl, pinnedLookup, type Resolve } from './address.ts';

/** Milliseconds for everything: looking up, connecting, sending, reading. */
const TIMEOUT = 10_000;
/** More of an answer is not read. */
const MAX_ANSWER = 64 << 10;

export interface SendOptions {
  readonly url: string;
  readonly headers: Readonly<Record<string, string>>;
  readonly body: string;
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve;
  readonly timeout?: number;
  readonly signal?: AbortSignal;
}

/** @returns HTTP status @throws CustosError WEBHOOK_URL, WEBHOOK_UNRESOLVED, WEBHOOK_FAILED */
export async function send(options: SendOptions): Promise<number> {
  const { allowPrivate, resolve, timeout = TIMEOUT } = options;
  const url = checkUrl(options.url, allowPrivate);
  const late = AbortSignal.timeout(timeout);
  const signal = options.signal ? AbortSignal.any([late, options.signal]) : late;
  try {
    const lookup = await pinnedLookup(url, { allowPrivate, resolve, signal });
    return await post(url, { ...options, signal, lookup });
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw new CustosError(
      'WEBHOOK_FAILED',
      late.aborted ? `There was no answer within ${timeout / 1000} s.` : why(cause),
      {
        cause,
      },
    );
  }
}

function post(
  url: URL,
  {
    headers,
    body,
    signal,
    lookup,
  }: Pick<SendOptions, 'headers' | 'body'> & { signal: AbortSignal; lookup: LookupFunction },
): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = url.protocol === 'https:' ? httpsRequest : httpRequest;
    const bytes = Buffer.from(body);
    const request = start(url, {
      method: 'POST',
      agent: false,
      lookup,
      signal,
      headers: {
        ...headers,
        'content-type': 'application/json',
        'content-length': bytes.length,
        'user-agent': 'Custos-Webhook',
      },
    });
    request.on('error', reject);
    request.on('response', (response) => {
      drain(response).then(() => resolve(response.statusCode ?? 0), reject);
    });
    request.end(bytes);
  });
}

/** Reads and forgets; nothing that a receiver says is kept or shown. */
async function drain(response: IncomingMessage): Promise<void> {
  let size = 0;
  for await (const chunk of response) {
    size += Buffer.byteLength(chunk);
    if (size > MAX_ANSWER) {
      response.destroy();
      return;
    }
  }
}

function why(cause: unknown): string {
  const code = cause instanceof Error && 'code' in cause ? cause.code : undefined;
  return `The connection failed${typeof code === 'string' ? ` (${code})` : ''}.`;
}
