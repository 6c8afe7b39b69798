/** The two kinds of work that threads do for a build: sort a buffer into a run, and merge a range of keys into a segment. */
import { Merge } from './merge.ts';
import type { RunColumns } from './run-buffer.ts';
import { RunCursor, type RunInfo, writeRun } from './run-file.ts';
import type { SegmentInfo } from './segment-format.ts';
import { SegmentReader } from './segment-reader.ts';
import { writeSegment } from './segment-writer.ts';

export interface SortTask {
  readonly kind: 'sort';
  readonly path: string;
  readonly columns: RunColumns;
}

export interface MergeTask {
  readonly kind: 'merge';
  readonly runs: readonly RunInfo[];
  readonly segments: readonly SegmentInfo[];
  /** Where segments lie. */
  readonly dir: string;
  /** The file that the new one is written to. */
  readonly draft: string;
  /** First key of the range, and first after it; absent at the ends. */
  readonly from: Uint8Array | undefined;
  readonly to: Uint8Array | undefined;
}

export type Task = SortTask | MergeTask;

export type TaskResult =
  | { readonly kind: 'sort'; readonly run: RunInfo; readonly columns: RunColumns }
  | { readonly kind: 'merge'; readonly segment: SegmentInfo | undefined };

/** What a thread answers. An error keeps its code, for what the system says of a full disk. */
export type Answer =
  | { readonly ok: true; readonly result: TaskResult }
  | { readonly ok: false; readonly message: string; readonly code: string | undefined };

export function isAnswer(value: unknown): value is Answer {
  return typeof value === 'object' && value !== null && 'ok' in value && typeof value.ok === 'boolean';
}

export function perform(task: Task): TaskResult {
  if (task.kind === 'sort')
    return { kind: 'sort', run: writeRun(task.path, task.columns), columns: task.columns };
  const { dir, from, to } = task;
  const readers: SegmentReader[] = [];
  let merge: Merge | undefined;
  try {
    for (const info of task.segments) readers.push(new SegmentReader(dir, info));
    merge = new Merge([
      ...readers.map((reader) => reader.cursor(from, to)),
      ...task.runs.map((run) => new RunCursor(run, from, to)),
    ]);
    return { kind: 'merge', segment: writeSegment(task.draft, merge) };
  } finally {
    merge?.close();
    for (const reader of readers) reader.close();
  }
}
