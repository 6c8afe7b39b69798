/** Files that are made for tests: benign ones of a format, ones with a planted attack, and broken ones. */
import { expect, it } from 'vitest';
import { inspectSource } from '../inspect.ts';
import { BytesSource } from '../sources.ts';
import type { FileInspection } from '../types.ts';

export interface Sample {
  readonly what: string;
  readonly path: string;
  readonly bytes: Uint8Array;
}

export interface Planted extends Sample {
  /** The finding that must be there. */
  readonly rule: string;
  readonly verdict: 'unsafe' | 'suspicious';
}

export interface Samples {
  readonly benign: readonly Sample[];
  readonly planted: readonly Planted[];
  /** Cut off, or lying about lengths: never clean. */
  readonly broken: readonly Sample[];
}

export function inspected(sample: Sample): FileInspection {
  return inspectSource(new BytesSource(sample.bytes, sample.path));
}

/** One test for each sample. */
export function testSamples(samples: Samples): void {
  for (const sample of samples.benign)
    it(`finds nothing in ${sample.what}`, () => {
      const result = inspected(sample);
      expect({
        findings: result.findings.filter(({ weight }) => weight !== 'info'),
        skipped: result.coverage.skipped,
      }).toEqual({
        findings: [],
        skipped: [],
      });
      expect(result.verdict).toBe('clean');
    });
  for (const sample of samples.planted)
    it(`finds ${sample.what}`, () => {
      const result = inspected(sample);
      expect(result.findings.map(({ rule }) => rule)).toContain(sample.rule);
      expect(result.verdict).toBe(sample.verdict);
    });
  for (const sample of samples.broken)
    it(`does not call clean: ${sample.what}`, () => {
      expect(inspected(sample).verdict).not.toBe('clean');
      const { coverage, findings } = inspected(sample);
      expect(coverage.skipped.length + findings.length).toBeGreaterThan(0);
    });
}

/** Cut after each of some fractions, and in the middle of the first numbers. */
export function cuts(sample: Sample): Sample[] {
  return [8, 0.3, 0.6, 0.95].map((part) => ({
    what: `${sample.what}, cut at ${part < 1 ? `${part * 100} %` : `${part} bytes`}`,
    path: sample.path,
    bytes: sample.bytes.slice(0, part < 1 ? Math.floor(sample.bytes.length * part) : part),
  }));
}

/** The one at the head of a list that is known to have one. */
export function first<T>(list: readonly T[]): T {
  const [item] = list;
  if (item === undefined) throw new Error('the list is empty');
  return item;
}
