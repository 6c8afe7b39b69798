/** Bounds of one inspection. Content decides how much work a file is, so every loop asks whether there is still some left. */
import { performance } from 'node:perf_hooks';

export interface Limits {
  /** For one file with all that is nested in it. */
  readonly milliseconds: number;
  /** Bytes that formats work through or decompress, in one file with all that is nested in it. */
  readonly bytes: number;
  /** How deep content may be nested. */
  readonly depth: number;
  /** Members of archives, in one file with all that is nested in it. */
  readonly members: number;
}

/**
 * A real checkpoint needs seconds and three levels. The bytes bound what is decompressed or parsed; tensors that are
 * skipped cost none.
 */
export const DEFAULT_LIMITS: Limits = {
  milliseconds: 120_000,
  bytes: 16 * 2 ** 30,
  depth: 8,
  members: 100_000,
};

/** Inspection stopped early: what was not reached is not inspected, which is never clean. */
export class LimitReached extends Error {
  constructor(limit: keyof Limits | 'memory', value?: number) {
    super(
      value === undefined
        ? `stopped at the limit of ${limit}`
        : `stopped at the limit of ${value.toLocaleString('en-GB')} ${limit}`,
    );
    this.name = 'LimitReached';
  }
}

/** Milliseconds from any start, never going back. */
export type Stopwatch = () => number;

const TICKS_BETWEEN_CLOCK_READS = 256;

/** What one file may still spend. */
export class Budget {
  readonly limits: Limits;
  private readonly stopwatch: Stopwatch;
  private readonly end: number;
  private bytes = 0;
  private members = 0;
  private ticks = 0;

  constructor(limits: Limits = DEFAULT_LIMITS, stopwatch: Stopwatch = () => performance.now()) {
    this.limits = limits;
    this.stopwatch = stopwatch;
    this.end = stopwatch() + limits.milliseconds;
  }

  /** @throws LimitReached when the time or the bytes are spent */
  tick(bytes = 0): void {
    this.bytes += bytes;
    if (this.bytes > this.limits.bytes) throw new LimitReached('bytes', this.limits.bytes);
    this.ticks++;
    if ((this.ticks % TICKS_BETWEEN_CLOCK_READS === 0 || bytes >= 65_536) && this.stopwatch() > this.end)
      throw new LimitReached('milliseconds', this.limits.milliseconds);
  }

  /** @throws LimitReached when there are too many members, or the time is spent */
  member(): void {
    this.members++;
    if (this.members > this.limits.members) throw new LimitReached('members', this.limits.members);
    if (this.stopwatch() > this.end) throw new LimitReached('milliseconds', this.limits.milliseconds);
  }
}
