/** Addresses to which nothing is ever sent, by class. */
import { describe, expect, test } from 'vitest';
import { checkUrl, isPublic, targetOf } from './address.ts';

const INTERNAL: Record<string, string[]> = {
  loopback: ['127.0.0.1', '127.255.0.1', '::1'],
  unspecified: ['0.0.0.0', '0.1.2.3', '::'],
  private: ['10.0.0.1', '172.16.0.1', '172.31.255.255', '192.168.1.1', 'fc00::1', 'fd12:3456::1'],
  'link-local, with the metadata of clouds': ['169.254.169.254', 'fe80::1', 'fd00:ec2::254'],
  'carrier-grade NAT': ['100.64.0.1'],
  multicast: ['224.0.0.1', 'ff02::1'],
  broadcast: ['255.255.255.255'],
  'reserved and for documentation': [
    '192.0.2.1',
    '198.51.100.1',
    '203.0.113.1',
    '198.18.0.1',
    '240.0.0.1',
    '2001:db8::1',
  ],
  'IPv4 inside IPv6': [
    '::ffff:127.0.0.1',
    '::ffff:7f00:1',
    '::127.0.0.1',
    '64:ff9b::7f00:1',
    '2002:7f00:1::',
    '2001:0:7f00:1::',
  ],
};
/** What `new URL` makes of these is an internal address as well. */
const WRITTEN_OTHERWISE = [
  'https://2130706433/',
  'https://0x7f000001/',
  'https://0177.0.0.1/',
  'https://127.1/',
  'https://[::ffff:127.0.0.1]/',
  'https://①②⑦.⓪.⓪.①/',
];

describe.each(Object.entries(INTERNAL))('%s', (_, addresses) => {
  test.each(addresses)('%s is refused as an address', (address) => {
    expect(isPublic(address)).toBe(false);
    const host = address.includes(':') ? `[${address}]` : address;
    expect(() => checkUrl(`https://${host}/hook`, false)).toThrow(/no address of the public internet/);
  });
  test.each(addresses)('%s is refused behind a name', async (address) => {
    const url = new URL('https://hooks.example/');
    await expect(targetOf(url, false, async () => [address])).rejects.toMatchObject({ code: 'WEBHOOK_URL' });
    await expect(targetOf(url, false, async () => ['93.184.216.34', address])).rejects.toMatchObject({
      code: 'WEBHOOK_URL',
    });
  });
});

test.each(WRITTEN_OTHERWISE)('%s', (text) => {
  expect(() => checkUrl(text, false)).toThrow(/no address of the public internet/);
});

test.each(['93.184.216.34', '2606:4700::1111'])('%s is public', async (address) => {
  expect(isPublic(address)).toBe(true);
  expect(await targetOf(new URL('https://hooks.example/'), false, async () => [address])).toEqual({
    address,
    family: address.includes(':') ? 6 : 4,
  });
});

test('plain http and passwords are refused', () => {
  expect(() => checkUrl('http://hooks.example/', false)).toThrow(/https only/);
  expect(() => checkUrl('https://me:pass@hooks.example/', false)).toThrow(/user and password/);
  expect(checkUrl('http://127.0.0.1:1/', true).port).toBe('1');
});

test('a name without an address is told as such', async () => {
  const url = new URL('https://hooks.example/');
  const none = async () => {
    throw new Error('ENOTFOUND');
  };
  await expect(targetOf(url, false, none)).rejects.toMatchObject({ code: 'WEBHOOK_UNRESOLVED' });
  await expect(targetOf(url, false, async () => [])).rejects.toMatchObject({ code: 'WEBHOOK_UNRESOLVED' });
});
