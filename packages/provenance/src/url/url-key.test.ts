import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { domainRange, normalUrl, urlKey, urlOfKey } from './from-key.ts';
import { MAX_KEY } from './url-key.ts';

const keyOf = (url: string) => {
  const made = urlKey(url);
  return made.ok ? made.key.toString('latin1') : made.problem;
};

describe('keys of addresses', () => {
  it.each([
    ['https://www.example.com/a?b=1', 'com,example,www)/a?b=1'],
    ['HTTPS://WWW.Example.COM/A', 'com,example,www)/A'],
    ['https://example.com', 'com,example)/'],
    ['http://example.com:80/', 'com,example)/'],
    ['https://example.com:443/', 'com,example)/'],
    ['http://example.com:8080/', 'com,example*8080)/'],
    ['https://example.com./x', 'com,example)/x'],
    ['https://example.com/x#part', 'com,example)/x'],
    ['https://example.com/%7euser/%2f', 'com,example)/~user/%2F'],
    ['https://example.com/a/./b/../c', 'com,example)/a/c'],
    ['https://user:secret@example.com/', 'com,example)/'],
    ['https://bücher.example/ä?ö', 'example,xn--bcher-kva)/%C3%A4?%C3%B6'],
    ['https://example.com/100%', 'com,example)/100%25'],
    ['http://192.0.2.1/a', '192.0.2.1)/a'],
    ['http://0xC0000201/a', '192.0.2.1)/a'],
    ['http://[2001:DB8::1]/a', '[2001:db8::1])/a'],
    ['ftp://example.com/f', 'com,example)/f'],
    ['s3://bucket/Key/1', '!s3://bucket/Key/1'],
    ['doi:10.1000/182', '!doi:10.1000/182'],
    ['  https://example.com/  ', 'com,example)/'],
  ])('%s', (url, key) => expect(keyOf(url)).toBe(key));

  it.each([
    ['', 'empty'],
    ['   ', 'empty'],
    ['no address', 'no_url'],
    ['https://', 'no_url'],
    ['https://exa mple.com/', 'no_url'],
    ['https://a..b.com/', 'host_invalid'],
    ['https://a,b.com/', 'host_invalid'],
    ['https://exam\u0000ple.com/', 'control_character'],
    ['https://example.com/a\tb', 'control_character'],
    ['file:///etc/passwd', 'not_public'],
    ['data:text/plain,x', 'not_public'],
    ['javascript:alert(1)', 'not_public'],
  ])('refuses %j', (url, problem) => expect(keyOf(url)).toBe(problem));

  it('refuses an address of a megabyte', () =>
    expect(keyOf(`https://example.com/${'a'.repeat(1_000_000)}`)).toBe('too_long'));

  it('takes an address of the greatest length', () => {
    const url = `https://example.com/${'a'.repeat(MAX_KEY - 8 - 20)}`;
    expect(normalUrl(url)).toBe(url);
    expect(keyOf(`${url}a`)).toBe('too_long');
  });
});

const anyUrl = fc.oneof(
  fc.webUrl({ withQueryParameters: true, withFragments: true }),
  fc
    .tuple(
      fc.constantFrom('https://', 'http://'),
      fc.stringMatching(/^[a-zA-Z0-9.-]{1,30}$/),
      fc.string({ unit: 'grapheme' }),
    )
    .map(([scheme, host, rest]) => `${scheme}${host}/${rest}`),
);

describe('normal form', () => {
  it('is its own normal form', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        const made = urlKey(url);
        if (!made.ok) return;
        const once = urlOfKey(made.key.toString('latin1'), made.scheme);
        expect(normalUrl(once)).toBe(once);
      }),
      { numRuns: 3000 },
    );
  });

  it('is the same on the fast way and on the slow way', () => {
    fc.assert(
      fc.property(anyUrl, (url) => {
        // A scheme in capitals is read by the slow way only.
        const slow = urlKey(url.replace(/^https?/, (scheme) => scheme.toUpperCase()));
        expect(urlKey(url)).toEqual(slow);
      }),
      { numRuns: 3000 },
    );
  });
});

describe('the range of a domain', () => {
  const inside = (domain: string, url: string) => {
    const { from, to } = domainRange(domain);
    const made = urlKey(url);
    return made.ok && Buffer.compare(made.key, from) >= 0 && Buffer.compare(made.key, to) < 0;
  };

  it.each([
    'https://example.com/',
    'http://a.b.example.com/x',
    'https://example.com:8443/',
    'https://xn--bcher-kva.example.com/',
  ])('holds %s', (url) => expect(inside('example.com', url)).toBe(true));

  it.each([
    'https://badexample.com/',
    'https://example.com.evil.org/',
    'https://example.comx/',
    'https://example-com.org/',
    'https://example.co/',
    'https://example.community/',
    'https://com/',
  ])('does not hold %s', (url) => expect(inside('example.com', url)).toBe(false));

  it('knows a domain in any writing', () => {
    expect(domainRange('*.BÜCHER.example.')).toEqual(domainRange('xn--bcher-kva.example'));
    expect(() => domainRange('not a domain')).toThrow(/can't be looked up/);
  });
});
