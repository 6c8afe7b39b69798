/** Counts rows by host, in bounded memory: hosts that come after the first hundred thousand are not counted. */
const MAX_HOSTS = 100_000;
const SHOWN = 20;

export interface Origin {
  readonly uri: string;
  readonly rows: number;
  /** Earliest known time, seconds since 1970; 0 when none is known. */
  readonly time: number;
}

export class Origins {
  readonly #hosts = new Map<string, { rows: number; time: number }>();

  add(url: string, time: number): void {
    const origin = originOf(url);
    const known = this.#hosts.get(origin);
    if (known) {
      known.rows++;
      if (time !== 0 && (known.time === 0 || time < known.time)) known.time = time;
    } else if (this.#hosts.size < MAX_HOSTS) this.#hosts.set(origin, { rows: 1, time });
  }

  top(): Origin[] {
    return [...this.#hosts]
      .map(([uri, { rows, time }]) => ({ uri, rows, time }))
      .sort((a, b) => b.rows - a.rows || (a.uri < b.uri ? -1 : 1))
      .slice(0, SHOWN);
  }
}

/** Scheme and host, as they are written. User names, passwords and queries may be secrets, and what is said of hosts is recorded for good. */
function originOf(url: string): string {
  const begin = url.indexOf('://') + 3;
  if (begin < 3) return url;
  let end = begin;
  while (end < url.length && !'/?#\\'.includes(url.charAt(end))) end++;
  const user = url.lastIndexOf('@', end - 1);
  return url.slice(0, begin) + url.slice(user < begin ? begin : user + 1, end);
}
