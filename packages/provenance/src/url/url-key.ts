/**
 * Sort keys of source addresses. A key is the address with its host reversed (`https://www.example.com/a?b` becomes
 * `com,example,www)/a?b`), so that a domain with all its subdomains is one contiguous range. The scheme is no part of
 * the key: it travels beside it, since a look-back must find a page whichever way it was fetched. Addresses without a
 * DNS host begin with `!`: `!s3://bucket/key`, `!doi:10.1/x`.
 *
 * Keys hold printable ASCII only. `)` ends the host and `*` begins a port; both sort before `,`, and all three before
 * every character that a host may hold, which keeps `com,example…` of one registrable name together.
 */

/** Longest key, and longest text that is looked at, in bytes. RFC 9110 4.1 asks for 8,000 at least. */
export const MAX_KEY = 8192;

/** How an address was reached; two bits beside the key. */
export const SCHEME = { https: 0, http: 1, ftp: 2, other: 3 } as const;

export type UrlProblem =
  | 'empty'
  | 'too_long'
  | 'control_character'
  | 'no_url'
  | 'host_invalid'
  | 'not_public';

export const URL_PROBLEMS: readonly UrlProblem[] = [
  'empty',
  'too_long',
  'control_character',
  'no_url',
  'host_invalid',
  'not_public',
];

const HOST_END = 0x29;
const LABEL = 0x2c;
const SLASH = 0x2f;

/** Characters of a host that need no work: a–z, 0–9, `-`, `_`, `.`; 2 marks A–Z. */
const HOST = table((c) => (/[a-z0-9._-]/.test(c) ? 1 : /[A-Z]/.test(c) ? 2 : 0));
/** 1 for what may not stay as it is in a path or query. */
const ODD = table((c) => (/[A-Za-z0-9\-._~!$&()*+,;=:@/?]/.test(c) ? 0 : 1));
const labels = new Int32Array(128);
let labelCount = 0;
const encoder = new TextEncoder();
const scratch = new Uint8Array(MAX_KEY * 3);

function table(of: (character: string) => number): Uint8Array {
  const made = new Uint8Array(256).fill(of('\u0080'));
  for (let code = 0; code < 128; code++) made[code] = of(String.fromCharCode(code));
  return made;
}

/**
 * Writes the key of an address to `out`, which has {@link MAX_KEY} bytes left at `at`.
 * @returns `length * 4 + scheme`, or the negative of 1 + the position in {@link URL_PROBLEMS}
 * @example writeUrlKey('HTTP://Example.com:80/%7Ea#top', out, 0) // key com,example)/~a, scheme http
 */
export function writeUrlKey(text: string, out: Uint8Array, at: number): number {
  const size = text.length;
  if (size === 0) return problem('empty');
  if (size > MAX_KEY - 8) return problem('too_long');
  if (encoder.encodeInto(text, scratch).written !== size) return writeSlowly(text, out, at);
  let i: number;
  let scheme: number;
  if (text.startsWith('https://')) {
    i = 8;
    scheme = SCHEME.https;
  } else if (text.startsWith('http://')) {
    i = 7;
    scheme = SCHEME.http;
  } else return writeSlowly(text, out, at);
  const hostEnd = scanHost(i, size);
  if (hostEnd < 0) return writeSlowly(text, out, at);
  const pathAt = writeHost(hostEnd, out, at);
  i = hostEnd;
  let to = pathAt;
  if (i === size) {
    out[to++] = SLASH;
    return (to - at) * 4 + scheme;
  }
  let odd = 0;
  const bytes = scratch;
  for (; i < size; i++) {
    const code = bytes[i] ?? 0;
    odd |= ODD[code] ?? 0;
    out[to++] = code;
  }
  // `/.` may begin a dot segment, and an empty query is none.
  if (odd !== 0 || text.endsWith('?') || text.includes('/.', hostEnd)) return writeSlowly(text, out, at);
  return (to - at) * 4 + scheme;
}

/** Finds the labels of a plain host. @returns where it ends, or -1 for what the slow way must judge */
function scanHost(start: number, size: number): number {
  let i = start;
  let last = 0;
  labels[0] = start;
  for (; i < size; i++) {
    const code = scratch[i] ?? 0;
    if (code === SLASH) break;
    if (HOST[code] === 0) return -1;
    if (code === 0x2e) {
      if (i === labels[last] || last === 126) return -1;
      labels[++last] = i + 1;
    }
  }
  const from = labels[last] ?? 0;
  // Empty labels, addresses in numbers and punycode are no plain hosts.
  if (i === from || isDigit(scratch[from] ?? 0) || i - start > 253) return -1;
  for (let label = 0; label <= last; label++) {
    const first = labels[label] ?? 0;
    if (scratch[first] === 0x78 && scratch[first + 1] === 0x6e && scratch[first + 2] === 0x2d) return -1;
  }
  labelCount = last + 1;
  return i;
}

/** Writes the labels that {@link scanHost} found, last one first. @returns where the path goes */
function writeHost(hostEnd: number, out: Uint8Array, at: number): number {
  let to = at;
  let end = hostEnd;
  for (let label = labelCount - 1; label >= 0; label--) {
    const from = labels[label] ?? 0;
    for (let k = from; k < end; k++) {
      const code = scratch[k] ?? 0;
      out[to++] = HOST[code] === 2 ? code + 32 : code;
    }
    end = from - 1;
    out[to++] = label === 0 ? HOST_END : LABEL;
  }
  return to;
}

function problem(name: UrlProblem): number {
  return -1 - URL_PROBLEMS.indexOf(name);
}

function isDigit(code: number): boolean {
  return code >= 0x30 && code <= 0x39;
}

const UNRESERVED = /[A-Za-z0-9\-._~]/;
/** Schemes whose addresses name nothing that others can look up, or that carry their content themselves. */
const NOT_PUBLIC = new Set([
  'file:',
  'data:',
  'javascript:',
  'blob:',
  'about:',
  'mailto:',
  'vbscript:',
  'chrome:',
]);

/** The whole of WHATWG URL parsing, then the percent-encoding rules of RFC 3986 6.2.2. */
function writeSlowly(raw: string, out: Uint8Array, at: number): number {
  const text = raw.trim();
  if (text === '') return problem('empty');
  for (let i = 0; i < text.length; i++) {
    const code = text.charCodeAt(i);
    if (code < 0x20 || code === 0x7f) return problem('control_character');
  }
  let url: URL;
  try {
    url = new URL(text);
  } catch {
    return problem('no_url');
  }
  if (NOT_PUBLIC.has(url.protocol)) return problem('not_public');
  const scheme =
    url.protocol === 'https:'
      ? SCHEME.https
      : url.protocol === 'http:'
        ? SCHEME.http
        : url.protocol === 'ftp:'
          ? SCHEME.ftp
          : SCHEME.other;
  const rest = percentNormal(url.pathname + url.search);
  if (scheme === SCHEME.other) {
    if (url.host === '' && url.pathname === '') return problem('no_url');
    const authority = text.slice(url.protocol.length).startsWith('//') ? `//${url.host}` : '';
    return put(`!${url.protocol}${authority}${rest}`, scheme, out, at);
  }
  const host = reversedHost(url.hostname);
  if (host === undefined) return problem('host_invalid');
  return put(`${host}${url.port === '' ? '' : `*${url.port}`})${rest === '' ? '/' : rest}`, scheme, out, at);
}

function put(key: string, scheme: number, out: Uint8Array, at: number): number {
  if (key.length > MAX_KEY) return problem('too_long');
  for (let i = 0; i < key.length; i++) {
    const code = key.charCodeAt(i);
    if (code <= 0x20 || code > 0x7e) return problem('no_url');
    out[at + i] = code;
  }
  return key.length * 4 + scheme;
}

/** `www.example.com.` → `com,example,www`; numbers stay in order; undefined for what DNS can't name. */
export function reversedHost(host: string): string | undefined {
  const name = host.replace(/\.$/, '').toLowerCase();
  if (/^\[[0-9a-f:.]+\]$/.test(name) || /^\d+\.\d+\.\d+\.\d+$/.test(name)) return name;
  if (name.length === 0 || name.length > 253 || !/^[a-z0-9_-]+(\.[a-z0-9_-]+)*$/.test(name)) return undefined;
  return name.split('.').reverse().join(',');
}

function percentNormal(text: string): string {
  return text
    .replace(/%(?![0-9a-fA-F]{2})/g, '%25')
    .replace(/%[0-9a-fA-F]{2}/g, (code) => {
      const character = String.fromCharCode(Number.parseInt(code.slice(1), 16));
      return UNRESERVED.test(character) ? character : code.toUpperCase();
    })
    .replace(/[^\x21-\x7e]/g, (character) => encodeURIComponent(character));
}
