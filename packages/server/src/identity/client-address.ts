/** Where a request comes from: by the connection, and by what trusted proxies say of it. */
import { CustosError } from '@custos/core';
import ipaddr from 'ipaddr.js';

export type Range = ReturnType<typeof ipaddr.parseCIDR>;

/** @param text addresses and CIDR ranges with commas between @throws CustosError ENVIRONMENT */
export function parseProxies(text: string): Range[] {
  const parts = text.split(',').map((part) => part.trim());
  return parts
    .filter((part) => part !== '')
    .map((part) => {
      if (ipaddr.isValidCIDR(part)) return ipaddr.parseCIDR(part);
      if (ipaddr.isValid(part)) {
        const address = ipaddr.process(part);
        return [address, address.kind() === 'ipv4' ? 32 : 128];
      }
      throw new CustosError(
        'ENVIRONMENT',
        `CUSTOS_TRUSTED_PROXY: "${part}" is neither an address nor a range such as 10.0.0.0/8.`,
      );
    });
}

/** Who counts as one where calls are counted by address: an IPv4 address, and a /64 of IPv6, which one household holds. */
export function limitKey(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const parsed = ipaddr.process(address);
  if (!(parsed instanceof ipaddr.IPv6)) return parsed.toString();
  return `${new ipaddr.IPv6([...parsed.parts.slice(0, 4), 0, 0, 0, 0]).toString()}/64`;
}

/**
 * Address of the client. `X-Forwarded-For` counts only as far as trusted proxies wrote it: the last address that is no
 * trusted proxy's. Without a socket (a call inside the process) it is the loopback address.
 */
export function clientAddress(
  proxies: readonly Range[],
  socket: string | undefined,
  forwarded: string | undefined,
): string {
  if (socket === undefined || !ipaddr.isValid(socket)) return '127.0.0.1';
  const chain = [...(forwarded ?? '').split(',').map((part) => part.trim()), socket];
  let client = ipaddr.process(socket).toString();
  for (const hop of chain.reverse()) {
    if (!ipaddr.isValid(hop)) return client;
    const address = ipaddr.process(hop);
    client = address.toString();
    if (!proxies.some((range) => address.kind() === range[0].kind() && address.match(range))) return client;
  }
  return client;
}
