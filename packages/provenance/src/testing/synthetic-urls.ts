/**
 * Made-up web addresses with the statistics of a crawl: Zipf-like hosts (about 60 pages each on average), one path style
 * per host (dated articles, shop items, wikis, forums, files by hash), words from a Zipf-like vocabulary, ids that grow.
 * Seeded, so that any record can be made again from its number. No real host is meant: registrable names are invented.
 */
const TLDS = [
  'com',
  'com',
  'com',
  'com',
  'com',
  'org',
  'net',
  'de',
  'co.uk',
  'fr',
  'io',
  'info',
  'ru',
  'nl',
  'it',
  'com.br',
];
const SUBDOMAINS = ['www.', 'www.', 'www.', '', '', '', 'blog.', 'shop.', 'm.', 'en.', 'forum.', 'news.'];
const SECTIONS = [
  'news',
  'sport',
  'politics',
  'business',
  'culture',
  'tech',
  'travel',
  'food',
  'health',
  'opinion',
];
const SYLLABLES =
  'ba be bi bo bu ca ce co da de di do fa fi fo ga ge go ha he ho in ja ka ke la le li lo ma me mi mo na ne no or pa pe po ra re ri ro sa se si so ta te ti to un va ve vi wa wo ya za zo'.split(
    ' ',
  );

/** 32-bit mixing (murmur3 finaliser). */
export function mix(value: number): number {
  let x = value | 0;
  x = Math.imul(x ^ (x >>> 16), 0x85ebca6b);
  x = Math.imul(x ^ (x >>> 13), 0xc2b2ae35);
  return (x ^ (x >>> 16)) >>> 0;
}

/** Density that falls with the rank, without the cost of a power. */
function flat(u: number): number {
  return u * Math.sqrt(u);
}

/** Hosts that are kept once made. */
const MAX_KNOWN = 1 << 20;

export class SyntheticUrls {
  readonly #words: string[] = [];
  /** Rank of a word by 16 uniform bits. */
  readonly #ranks = new Uint16Array(65_536);
  readonly #hosts: number;
  readonly #known: (string | undefined)[] = [];
  readonly #seed: number;

  /** @param records how many there will be: sets the number of hosts */
  constructor(records: number, seed = 1) {
    this.#seed = seed;
    this.#hosts = Math.max(4, Math.floor(records / 60));
    for (let i = 0; i < 30_000; i++) {
      const r = mix(i * 7 + 3);
      const parts = 1 + (i < 200 ? r % 2 : 1 + (r % 3));
      let word = '';
      for (let p = 0; p <= parts; p++) word += SYLLABLES[mix(r + p * 31) % SYLLABLES.length];
      this.#words.push(word);
    }
    for (let i = 0; i < 65_536; i++) this.#ranks[i] = this.#zipf((i + 0.5) * 65_536, this.#words.length);
  }

  /** Index 0…n-1 with probability falling as about 1 / rank. @param u uniform 32 bits */
  #zipf(u: number, n: number): number {
    return Math.min(n - 1, Math.floor((n + 1) ** (u / 2 ** 32)) - 1);
  }

  #word(u: number): string {
    return this.#words[this.#ranks[mix(u) >>> 16] ?? 0] ?? 'a';
  }

  host(rank: number): string {
    let host = this.#known[rank];
    if (host === undefined) {
      host = this.#makeHost(rank);
      if (rank < MAX_KNOWN) this.#known[rank] = host;
    }
    return host;
  }

  #makeHost(rank: number): string {
    const r = mix(rank * 2 + 11);
    const name = `${this.#words[r % 30_000]}${rank % 3 === 0 ? '-' : ''}${this.#words[mix(r) % 30_000]}`;
    return `${SUBDOMAINS[(r >>> 8) % SUBDOMAINS.length]}${name}${rank % 7 === 0 ? rank % 100 : ''}.${TLDS[(r >>> 16) % TLDS.length]}`;
  }

  /** The address of record `n`. */
  url(n: number): string {
    const a = mix(n ^ Math.imul(this.#seed, 0x9e3779b1));
    const b = mix(a ^ 0x5bd1e995);
    const c = mix(b ^ n);
    // A tenth of the pages in a few giants, the rest flatter: between a pure Zipf law and a uniform one.
    const rank = a % 10 === 0 ? this.#zipf(b, this.#hosts) : Math.floor(flat(b / 2 ** 32) * this.#hosts);
    const style = mix(rank + 99) % 10;
    return `${style < 8 ? 'https' : 'http'}://${this.host(rank)}${this.#path(style, rank, c)}`;
  }

  #slug(u: number, words: number): string {
    let slug = this.#word(u);
    for (let i = 1; i < words; i++) slug += `-${this.#word(u + i * 0x3779b1)}`;
    return slug;
  }

  #path(style: number, rank: number, u: number): string {
    const v = mix(u + 1);
    const section = SECTIONS[v % SECTIONS.length] ?? '';
    switch (style) {
      case 0:
      case 1:
        return `/${2012 + (v % 13)}/${String(1 + ((v >>> 8) % 12)).padStart(2, '0')}/${this.#slug(u, 3 + (u % 4))}/`;
      case 2:
        return `/${section}/${this.#slug(u, 4 + (u % 3))}-${100_000 + ((v >>> 4) % 900_000)}.html`;
      case 3:
        return `/products/${this.#slug(u, 2 + (u % 2))}-${(v >>> 4) % 200_000}`;
      case 4:
        return `/index.php?id=${(v >>> 4) % 100_000}&cat=${v % 40}`;
      case 5:
        return `/wiki/${this.#slug(u, 1 + (u % 3)).replaceAll('-', '_')}`;
      case 6:
        return `/threads/${this.#slug(u, 3 + (u % 3))}.${(v >>> 4) % 400_000}/page-${1 + (v % 9)}`;
      case 7:
        return `/tag/${this.#word(u)}/page/${1 + (v % 60)}`;
      case 8:
        return `/${section}/${this.#word(v)}/${this.#word(u)}.html`;
      default:
        return `/images/${rank % 10}/${u.toString(16)}.jpg`;
    }
  }
}
