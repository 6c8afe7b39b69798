/** What is known to be touched, and whether a subject that evidence names belongs to it. */
import { type Digest, digestFromHex, type Subject } from '@custos/core';

export function digestsOf(subjects: readonly Subject[]): Digest[] {
  return subjects.flatMap(({ digest }) => (digest.sha256 ? [digestFromHex(digest.sha256)] : []));
}

/** `model:base` and `base` are one name. */
const plain = (name: string) => name.replace(/^[a-z_]+:/, '');

/** `unknown`: it may be touched, and nothing recorded tells. */
export type Link = { readonly touched: string } | { readonly unknown: string } | undefined;

export class Touched {
  readonly #versions = new Map<Digest, string>();
  readonly #names = new Set<string>();
  /** Names of what is touched in whatever version, since none is known. */
  readonly #whole = new Map<string, string>();
  readonly #explained: ReadonlySet<Digest>;

  /** @param explained versions of which it is recorded what they were made from, or that the index holds with all their rows */
  constructor(explained: ReadonlySet<Digest>) {
    this.#explained = explained;
  }

  get size(): number {
    return this.#versions.size;
  }

  /** @param digest undefined when no version is known, so that the name is all there is */
  add(name: string, digest: Digest | undefined): void {
    this.#names.add(plain(name));
    if (digest === undefined) this.#whole.set(plain(name), name);
    else if (!this.#versions.has(digest)) this.#versions.set(digest, name);
  }

  has(digest: Digest): boolean {
    return this.#versions.has(digest);
  }

  link(item: Subject): Link {
    const digests = digestsOf([item]);
    const touched =
      digests.flatMap((digest) => this.#versions.get(digest) ?? [])[0] ?? this.#whole.get(plain(item.name));
    if (touched !== undefined) return { touched };
    if (digests.length === 0) return { unknown: 'has no SHA-256 digest' };
    if (!this.#names.has(plain(item.name)) || digests.some((digest) => this.#explained.has(digest)))
      return undefined;
    return { unknown: 'is a version of which nothing is recorded' };
  }
}
