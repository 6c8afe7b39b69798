/** From keys back to addresses, and from domains to ranges of keys. */
import { domainToASCII } from 'node:url';
import { CustosError } from '@custos/core';
import { MAX_KEY, reversedHost, URL_PROBLEMS, type UrlProblem, writeUrlKey } from './url-key.ts';

const SCHEMES = ['https://', 'http://', 'ftp://', ''] as const;

/** What stands in for a row whose address is unknown is no key of an address. */
export interface KeyRange {
  /** First key in the range. */
  readonly from: Buffer;
  /** First key after it. */
  readonly to: Buffer;
}

/** @example urlOfKey('com,example)/a', SCHEME.http) // 'http://example.com/a' */
export function urlOfKey(key: string, scheme: number): string {
  if (key.startsWith('!')) return key.slice(1);
  const end = key.indexOf(')');
  return originOfKey(key.slice(0, end), scheme) + key.slice(end + 1);
}

/** `com,example*8080` → `http://example.com:8080`. */
export function originOfKey(host: string, scheme: number): string {
  const port = host.indexOf('*');
  const labels = port < 0 ? host : host.slice(0, port);
  const name = labels.includes(',') ? labels.split(',').reverse().join('.') : labels;
  return `${SCHEMES[scheme & 3] ?? ''}${name}${port < 0 ? '' : `:${host.slice(port + 1)}`}`;
}

/** The key of an address, or why it has none. */
export function urlKey(
  text: string,
): { ok: true; key: Buffer; scheme: number } | { ok: false; problem: UrlProblem } {
  const out = Buffer.alloc(MAX_KEY);
  const made = writeUrlKey(text, out, 0);
  if (made < 0) return { ok: false, problem: URL_PROBLEMS[-1 - made] ?? 'no_url' };
  return { ok: true, key: Buffer.from(out.subarray(0, made >> 2)), scheme: made & 3 };
}

/** An address in its normal form. @throws CustosError URL_INVALID */
export function normalUrl(text: string): string {
  const made = urlKey(text);
  if (!made.ok) throw urlInvalid(text, made.problem);
  return urlOfKey(made.key.toString('latin1'), made.scheme);
}

/** @throws CustosError URL_INVALID */
export function urlRange(text: string): KeyRange {
  const made = urlKey(text);
  if (!made.ok) throw urlInvalid(text, made.problem);
  return { from: made.key, to: Buffer.concat([made.key, Buffer.of(0)]) };
}

/**
 * The keys of a domain and all its subdomains, on every port: `example.com` holds `a.example.com`, never `badexample.com`.
 * @throws CustosError URL_INVALID
 */
export function domainRange(domain: string): KeyRange {
  const ascii = domain.startsWith('[')
    ? domain
    : domainToASCII(domain.replace(/^\*\./, '').replace(/\.$/, ''));
  const host = reversedHost(ascii);
  if (host === undefined) throw urlInvalid(domain, 'host_invalid');
  // After the name comes `)` (0x29), `*` a port, or `,` another label (0x2c); `-` is the first character of a longer name.
  return { from: Buffer.from(`${host})`, 'latin1'), to: Buffer.from(`${host}-`, 'latin1') };
}

const WORDS: Readonly<Record<UrlProblem, string>> = {
  empty: 'it is empty',
  too_long: `it is longer than ${MAX_KEY - 8} characters`,
  control_character: 'it holds a control character',
  no_url: 'it is no absolute URL',
  host_invalid: 'its host is no DNS name or address',
  not_public: 'its scheme names no place that others can look up',
};

export function urlProblemWords(problem: UrlProblem): string {
  return WORDS[problem];
}

function urlInvalid(text: string, problem: UrlProblem): CustosError {
  const shown = text.length > 80 ? `${text.slice(0, 80)}…` : text;
  return new CustosError(
    'URL_INVALID',
    `"${shown}" can't be looked up: ${WORDS[problem]}. Give a URL such as https://example.org/page, or a domain.`,
  );
}
