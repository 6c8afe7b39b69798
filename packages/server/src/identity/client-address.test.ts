import { expect, test } from 'vitest';
import { clientAddress, limitKey, parseProxies } from './client-address.ts';

const proxies = parseProxies('10.0.0.0/8, 2001:db8::1');

test.each([
  ['nobody is trusted', [], '192.0.2.7', '203.0.113.1', '192.0.2.7'],
  ['a proxy says who came', proxies, '10.1.2.3', '203.0.113.1', '203.0.113.1'],
  ['a stranger says who came', proxies, '192.0.2.7', '203.0.113.1', '192.0.2.7'],
  ['what the client wrote itself does not count', proxies, '10.1.2.3', '1.1.1.1, 203.0.113.1', '203.0.113.1'],
  ['two proxies', proxies, '10.1.2.3', '203.0.113.1, 10.9.9.9', '203.0.113.1'],
  ['proxies only', proxies, '10.1.2.3', '10.9.9.9', '10.9.9.9'],
  ['a proxy that says nothing', proxies, '10.1.2.3', undefined, '10.1.2.3'],
  ['nonsense', proxies, '10.1.2.3', 'unknown, <script>', '10.1.2.3'],
  ['IPv4 within IPv6', proxies, '::ffff:10.1.2.3', '203.0.113.1', '203.0.113.1'],
  ['IPv6', proxies, '2001:db8::1', '2001:db8::ff', '2001:db8::ff'],
  ['no socket', proxies, undefined, '203.0.113.1', '127.0.0.1'],
] as const)('%s', (_, trusted, socket, forwarded, expected) => {
  expect(clientAddress(trusted, socket, forwarded)).toBe(expected);
});

test.each([
  ['2001:db8:1:2::1', '2001:db8:1:2::/64'],
  ['2001:db8:1:2:ffff:eeee:dddd:cccc', '2001:db8:1:2::/64'],
  ['2001:DB8:1:2:0::7%eth0', '2001:db8:1:2::/64'],
  ['2001:db8:1:3::1', '2001:db8:1:3::/64'],
  ['::1', '::/64'],
  ['::ffff:192.0.2.7', '192.0.2.7'],
  ['192.0.2.7', '192.0.2.7'],
  ['192.0.2.8', '192.0.2.8'],
])('limits count %s as %s', (address, key) => {
  expect(limitKey(address)).toBe(key);
});

test('a range that is none is refused by name', () => {
  expect(() => parseProxies('10.0.0.0/8, proxy.example')).toThrow(/CUSTOS_TRUSTED_PROXY: "proxy.example"/);
  expect(parseProxies('')).toEqual([]);
});
