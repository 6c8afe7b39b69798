/**
 * Which addresses a webhook may be sent to, and an identity provider may have. Names are resolved here and the connection goes to the very address that was
 * looked at, so that a name can't be one thing when it is checked and another when it is connected to.
 */
import { lookup } from 'node:dns/promises';
import { isIP, type LookupFunction } from 'node:net';
import { CustosError } from '@custos/core';
import ipaddr from 'ipaddr.js';

export interface Target {
  readonly address: string;
  readonly family: 4 | 6;
}

/** Gives all addresses of a name. */
export type Resolve = (name: string) => Promise<readonly string[]>;

export const resolveName: Resolve = async (name) =>
  (await lookup(name, { all: true, verbatim: true })).map(({ address }) => address);

/** True for an address of the public internet; false for every other kind, and for those that hide one inside. */
export function isPublic(address: string): boolean {
  if (!ipaddr.isValid(address)) return false;
  const parsed = ipaddr.parse(address);
  // The ranges of IPv6 that carry an IPv4 address (mapped, NAT64, 6to4, Teredo) are none of them unicast.
  return parsed.range() === 'unicast' && !(parsed instanceof ipaddr.IPv6 && isCompatible(parsed));
}

/** The old form ::a.b.c.d, which some stacks still connect to as IPv4. */
function isCompatible(address: ipaddr.IPv6): boolean {
  return address.parts.slice(0, 6).every((part) => part === 0);
}

/** @throws CustosError WEBHOOK_URL for an address to which nothing is ever sent */
export function checkUrl(text: string, allowPrivate: boolean): URL {
  const url = new URL(text);
  if (url.protocol !== 'https:' && !(allowPrivate && url.protocol === 'http:'))
    throw refused('webhooks are sent by https only');
  if (url.username !== '' || url.password !== '') throw refused('leave out the user and password');
  const host = hostOf(url);
  if (!allowPrivate && isIP(host) !== 0 && !isPublic(host))
    throw refused(`${host} is no address of the public internet`);
  return url;
}

/**
 * The address to connect to. One internal address among several refuses the name.
 * @throws CustosError WEBHOOK_URL; WEBHOOK_UNRESOLVED when the name has no address
 */
export async function targetOf(url: URL, allowPrivate: boolean, resolve: Resolve): Promise<Target> {
  const host = hostOf(url);
  const addresses = isIP(host) === 0 ? await resolved(host, resolve) : [host];
  const internal = addresses.find((address) => !isPublic(address));
  if (internal !== undefined && !allowPrivate)
    throw new CustosError('WEBHOOK_URL', `Nothing is sent to ${host}: that is an internal address.`);
  const [address] = addresses;
  if (address === undefined) throw unresolved(host);
  return { address, family: isIP(address) === 6 ? 6 : 4 };
}

export interface Reach {
  readonly allowPrivate: boolean;
  readonly resolve?: Resolve | undefined;
  readonly signal?: AbortSignal | undefined;
}

/**
 * Resolves once for a connection: whatever the name says by then, it goes where the check looked.
 * @throws CustosError as `targetOf`; the reason of the signal
 */
export async function pinnedLookup(
  url: URL,
  { allowPrivate, resolve = resolveName, signal }: Reach,
): Promise<LookupFunction> {
  const looking = targetOf(url, allowPrivate, resolve);
  const target = await (signal ? orAborted(looking, signal) : looking);
  return (_name, { all }, done) => (all ? done(null, [target]) : done(null, target.address, target.family));
}

function orAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true });
    work.then(resolve, reject);
  });
}

async function resolved(host: string, resolve: Resolve): Promise<readonly string[]> {
  try {
    return await resolve(host);
  } catch (cause) {
    throw unresolved(host, cause);
  }
}

function hostOf(url: URL): string {
  return url.hostname.replace(/^\[|\]$/g, '');
}

function unresolved(host: string, cause?: unknown): CustosError {
  return new CustosError('WEBHOOK_UNRESOLVED', `The name ${host} has no address.`, { cause });
}

function refused(why: string): CustosError {
  return new CustosError('WEBHOOK_URL', `This can't be the address of a webhook: ${why}.`);
}
