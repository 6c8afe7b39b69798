/**
 * Proofs of the ledger, checked in the browser with its own SHA-256 (RFC 6962 trees, as RFC 9162 §2.1.3.2 and §2.1.4.2
 * check them): the server's word is not needed. Trees of up to 2^53 leaves.
 */

/** What was checked does not hold. */
export class ProofError extends Error {}

/** Nothing was checked, so nothing is known. */
export class UncheckedError extends Error {}

/** @throws UncheckedError where the page came by plain http from another machine: browsers then have no WebCrypto */
export function requireCrypto(): void {
  if (globalThis.crypto?.subtle === undefined)
    throw new UncheckedError('This browser checks nothing on a page that came by plain http. Use https.');
}

export function bytesOf(base64: string): Uint8Array<ArrayBuffer> {
  return Uint8Array.from(atob(base64), (char) => char.charCodeAt(0));
}

export function hexOf(bytes: Uint8Array): string {
  return [...bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
}

/** `sha256:…` of bytes */
export async function digestOf(bytes: Uint8Array<ArrayBuffer>): Promise<string> {
  return `sha256:${hexOf(await sha256(bytes))}`;
}

async function sha256(...parts: Uint8Array[]): Promise<Uint8Array<ArrayBuffer>> {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return new Uint8Array(await crypto.subtle.digest('SHA-256', whole));
}

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const node = (left: Uint8Array, right: Uint8Array) => sha256(NODE, left, right);

export interface Inclusion {
  readonly index: number;
  readonly size: number;
  /** `sha256:…` */
  readonly root: string;
  /** Canonical text of the leaf. */
  readonly leaf: string;
  /** Base64, lowest sibling first. */
  readonly path: readonly string[];
}

/** @throws ProofError when the leaf is not at that place of the tree with that root */
export async function checkInclusion({ index, size, root, leaf, path }: Inclusion): Promise<void> {
  if (!Number.isSafeInteger(index) || !Number.isSafeInteger(size) || index < 0 || index >= size)
    throw new ProofError(`Entry ${index} is not in a tree of ${size}.`);
  let hash: Uint8Array = await sha256(LEAF, new TextEncoder().encode(leaf));
  let at = index;
  let last = size - 1;
  for (const sibling of path.map(bytesOf)) {
    if (last === 0) throw new ProofError('The path is longer than the tree is high.');
    if (at % 2 === 1 || at === last) {
      hash = await node(sibling, hash);
      [at, last] = rise(at, last);
    } else hash = await node(hash, sibling);
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new ProofError('The path ends before the root.');
  if (`sha256:${hexOf(hash)}` !== root) throw new ProofError('The path leads to another root.');
}

export interface Consistency {
  readonly first: number;
  readonly second: number;
  readonly firstRoot: string;
  readonly secondRoot: string;
  readonly proof: readonly string[];
}

/** @throws ProofError when the first tree does not begin the second */
export async function checkConsistency({
  first,
  second,
  firstRoot,
  secondRoot,
  proof,
}: Consistency): Promise<void> {
  if (first < 1 || first > second) throw new ProofError(`A ledger of ${first} can't begin one of ${second}.`);
  if (first === second) {
    if (proof.length > 0 || firstRoot !== secondRoot)
      throw new ProofError('Two roots were given for one size.');
    return;
  }
  const hashes = proof.map(bytesOf);
  let at = first - 1;
  let last = second - 1;
  while (at % 2 === 1) [at, last] = [half(at), half(last)];
  const start = at === 0 ? rootBytes(firstRoot) : hashes.shift();
  if (start === undefined) throw new ProofError('The proof is empty.');
  let older: Uint8Array = start;
  let newer: Uint8Array = start;
  for (const hash of hashes) {
    if (last === 0) throw new ProofError('The proof is longer than the tree is high.');
    if (at % 2 === 1 || at === last) {
      older = await node(hash, older);
      newer = await node(hash, newer);
      [at, last] = rise(at, last);
    } else newer = await node(newer, hash);
    [at, last] = [half(at), half(last)];
  }
  if (last !== 0) throw new ProofError('The proof ends before the root.');
  if (`sha256:${hexOf(older)}` !== firstRoot) throw new ProofError('The proof leads to another first root.');
  if (`sha256:${hexOf(newer)}` !== secondRoot)
    throw new ProofError('The proof leads to another second root.');
}

function rootBytes(digest: string): Uint8Array {
  const hex = /^sha256:([0-9a-f]{64})$/.exec(digest)?.[1];
  if (hex === undefined) throw new ProofError('The root is no SHA-256.');
  return Uint8Array.from(hex.match(/../g) ?? [], (pair) => Number.parseInt(pair, 16));
}

/** On the right edge a node rises through levels where it has no sibling. */
function rise(at: number, last: number): [number, number] {
  let [p, l] = [at, last];
  while (p % 2 === 0 && p !== 0) [p, l] = [half(p), half(l)];
  return [p, l];
}

function half(value: number): number {
  return Math.floor(value / 2);
}
