/** A source of records for tests and benchmarks. */
import type { SourceInfo } from '../index/manifest.ts';

export function aSourceInfo(dataset = 'dataset:web', more: Partial<SourceInfo> = {}): SourceInfo {
  return {
    dataset,
    visibility: 'public',
    acquisition: 'Made up for a test of the index',
    file: `${dataset}.jsonl`,
    fileDigest: `sha256:${'0f'.repeat(32)}`,
    format: 'jsonl',
    importedAt: '2026-01-01T00:00:00Z',
    rows: 1,
    rowsWithSource: 1,
    rowsWithTime: 1,
    rowsWithDigest: 1,
    refused: {},
    minTime: 0,
    maxTime: 0,
    origins: [],
    usedIn: [],
    ...more,
  };
}
