/** A browser without a face: keeps cookies, says where it comes from, and calls operations. */
import { type CallOf, type Operation, type ResultOf, urlOf } from '@custos/contract';
import { createApp } from '../http/app.ts';
import type { Service } from '../service.ts';

export interface Visitor {
  readonly cookies: Map<string, string>;
  /** The `Set-Cookie` headers of the last answer. */
  readonly set: string[];
  request(path: string, init?: RequestInit): Promise<Response>;
  call<O extends Operation>(op: O, call: CallOf<O>, headers?: Record<string, string>): Promise<Response>;
  /** Expects a success. */
  get<O extends Operation>(op: O, call: CallOf<O>, headers?: Record<string, string>): Promise<ResultOf<O>>;
}

/** @param address that the connection comes from */
export function visitor(service: Service, address = '192.0.2.1'): Visitor {
  const app = createApp(service);
  const cookies = new Map<string, string>();
  const set: string[] = [];
  const request: Visitor['request'] = async (path, init = {}) => {
    const headers = new Headers(init.headers);
    if (!headers.has('cookie'))
      headers.set('cookie', [...cookies].map(([name, value]) => `${name}=${value}`).join('; '));
    if (!headers.has('origin') && init.method !== undefined && init.method !== 'GET')
      headers.set('origin', new URL(service.baseUrl).origin);
    const connection = { incoming: { socket: { remoteAddress: address }, rawHeaders: [] } };
    const response = await app.request(`${service.baseUrl}${path}`, { ...init, headers }, connection);
    set.splice(0, set.length, ...response.headers.getSetCookie());
    for (const cookie of set) {
      const [pair = ''] = cookie.split(';');
      const name = pair.slice(0, pair.indexOf('='));
      if (/max-age=0/i.test(cookie)) cookies.delete(name);
      else cookies.set(name, pair.slice(pair.indexOf('=') + 1));
    }
    return response;
  };
  const call: Visitor['call'] = (op, given, headers = {}) =>
    request(urlOf(op, given), {
      method: op.method,
      headers: { ...(op.body ? { 'content-type': 'application/json' } : {}), ...headers },
      ...(op.body ? { body: JSON.stringify(given.body) } : {}),
    });
  return {
    cookies,
    set,
    request,
    call,
    get: async (op, given, headers) => {
      const response = await call(op, given, headers);
      if (!response.ok) throw new Error(`${op.id}: ${response.status} ${await response.text()}`);
      return (op.response ? op.response.parse(await response.json()) : undefined) as never;
    },
  };
}

/** Acts in the ledger of an organisation, oldest first. */
export async function actsOf(
  service: Service,
  organisation: string,
): Promise<{ type: string; actor: string; detail: unknown }[]> {
  const ledger = await service.context.database.ledger(organisation);
  const acts = [];
  for await (const entry of ledger.query()) if (entry.kind === 'act') acts.push(entry.act);
  return acts;
}
