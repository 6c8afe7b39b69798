/**
 * Many files, in worker threads when there is a built worker file; from source in this thread, with the same results. A
 * thread that dies or hangs takes one file with it, which is then not inspected.
 */
import { existsSync } from 'node:fs';
import { availableParallelism } from 'node:os';
import { fileURLToPath } from 'node:url';
import { Worker } from 'node:worker_threads';
import { DEFAULT_LIMITS, type Limits } from './limits.ts';
import type { FileInspection } from './types.ts';
import { type FoundFile, filesUnder } from './walk.ts';
import { type InspectTask, inspectFile, isInspectAnswer, uninspected } from './work.ts';

const MAX_THREADS = 2;
/** Of JavaScript's own memory, for one thread; the process as a whole takes more (`bench/inspect-speed.ts` prints its peak). */
const THREAD_MEGABYTES = 128;
/** A file of this size may fill a thread's memory, so it gets one that has the process to itself. */
const HEAVY_BYTES = 32 * 2 ** 20;
/** A thread that does not stop itself at the limit is stopped this much later. */
const GRACE_MS = 5_000;
/** Less than this is done sooner here than threads start. */
const WORTH_THREADS_BYTES = 8 * 2 ** 20;

/** What is called so and holds text, or nothing, is no model; somebody expects one. */
const MODEL_NAME =
  /\.(?:pkl|pickle|joblib|dill|pt|pth|ckpt|bin|safetensors|gguf|onnx|h5|hdf5|keras|tflite|npy|npz|pb|nemo|mar)$/i;
/** Reasons that are no gap: programs are searched and never understood, JSON was read whole and holds no key of a model. */
const NO_GAP = /^(?:Python code is searched|JSON of no kind that is known)/;
const PLAIN_IF_QUIET: ReadonlySet<string> = new Set(['json', 'yaml/configuration', 'python']);

export interface InspectPathsOptions {
  readonly limits?: Limits;
  /** A built ESM worker file; default: `inspect-worker.mjs` beside this module, where there is one. */
  readonly workerUrl?: URL;
  readonly onProgress?: (done: number, all: number, path: string) => void;
}

export interface InspectedPaths {
  /** In the order of the paths, and of names within a folder. */
  readonly files: readonly FileInspection[];
  /** Text, pictures and other sources in folders: no model files. Those that were named are in `files`. */
  readonly ignored: number;
  /** Folders in which tools keep their own, such as `.git` and `node_modules`: nothing in them was inspected. */
  readonly notEntered: readonly string[];
}

/**
 * Inspects files, and all files in folders.
 * @throws CustosError INPUT_PATH
 * @example const { files } = await inspectPaths(['models/'])
 */
export async function inspectPaths(
  paths: readonly string[],
  options: InspectPathsOptions = {},
): Promise<InspectedPaths> {
  const { files: found, notEntered } = filesUnder(paths);
  const results = await inspectAll(found, options);
  const files: FileInspection[] = [];
  let ignored = 0;
  results.forEach((result, index) => {
    if (isPlain(result) && found[index]?.named !== true) ignored++;
    else files.push(result);
  });
  return { files, ignored, notEntered };
}

/** Text that no model loader takes: also JSON, YAML and Python of no known kind in which nothing was found. */
function isPlain({ format, findings, path, coverage, verdict }: FileInspection): boolean {
  if (MODEL_NAME.test(path)) return false;
  if (format === 'text' || format === 'media') return true;
  if (!PLAIN_IF_QUIET.has(format) || findings.some(({ weight }) => weight !== 'info')) return false;
  return verdict === 'clean' || coverage.skipped.every(({ why }) => NO_GAP.test(why));
}

async function inspectAll(
  found: readonly FoundFile[],
  options: InspectPathsOptions,
): Promise<FileInspection[]> {
  const url = workerUrl(options);
  const limits = options.limits ?? DEFAULT_LIMITS;
  const bytes = found.reduce((sum, file) => sum + file.size, 0);
  const results: FileInspection[] = [];
  let next = 0;
  let done = 0;
  const finish = (index: number, result: FileInspection) => {
    results[index] = result;
    options.onProgress?.(++done, found.length, result.path);
  };
  if (url === undefined || bytes < WORTH_THREADS_BYTES) {
    for (const [index, file] of found.entries())
      finish(index, passedOver(file) ?? inspectFile({ path: file.path, limits }));
    return results;
  }
  const lane = async () => {
    let thread: Thread | undefined;
    for (let index = next++; index < found.length; index = next++) {
      const file = found[index];
      if (file === undefined) break;
      if (thread?.dead === true) thread = undefined;
      thread ??= new Thread(url, limits.milliseconds + GRACE_MS);
      const result = passedOver(file) ?? (await thread.run({ path: file.path, limits }, file.size));
      finish(index, result);
    }
    await thread?.close();
  };
  const most = found.some((file) => file.size > HEAVY_BYTES) ? 1 : MAX_THREADS;
  const lanes = Math.max(1, Math.min(most, availableParallelism(), found.length));
  await Promise.all(Array.from({ length: lanes }, lane));
  return results;
}

function passedOver({ path, passedOver: why }: FoundFile): FileInspection | undefined {
  return why === undefined ? undefined : uninspected(path, 0, why);
}

function workerUrl(options: InspectPathsOptions): URL | undefined {
  const beside = new URL('./inspect-worker.mjs', import.meta.url);
  return options.workerUrl ?? (existsSync(fileURLToPath(beside)) ? beside : undefined);
}

interface Job {
  readonly task: InspectTask;
  readonly size: number;
  readonly resolve: (result: FileInspection) => void;
}

/** One thread and the file that it works on. */
class Thread {
  dead = false;
  private readonly worker: Worker;
  private readonly patience: number;
  private readonly ready: Promise<unknown>;
  private job: Job | undefined;

  constructor(url: URL, patience: number) {
    this.worker = new Worker(url, { resourceLimits: { maxOldGenerationSizeMb: THREAD_MEGABYTES } });
    this.patience = patience;
    this.ready = new Promise((resolve) => this.worker.once('online', resolve));
    this.worker.on('message', (answer: unknown) => {
      if (isInspectAnswer(answer)) this.settle(answer.inspection);
      else this.lose('the inspecting thread gave no result');
    });
    this.worker.on('error', (error) => this.lose(`the inspecting thread failed: ${error.message}`));
    this.worker.on('exit', () => this.lose('the inspecting thread ended'));
  }

  async run(task: InspectTask, size: number): Promise<FileInspection> {
    const result = new Promise<FileInspection>((resolve) => {
      this.job = { task, size, resolve };
    });
    // Starting a thread is no time of the file.
    await Promise.race([this.ready, result]);
    const timer = setTimeout(() => {
      this.lose(`took more than ${this.patience} ms`);
      void this.worker.terminate();
    }, this.patience);
    this.worker.postMessage(task);
    return result.finally(() => clearTimeout(timer));
  }

  async close(): Promise<void> {
    await this.worker.terminate();
  }

  private settle(result: FileInspection): void {
    const { job } = this;
    this.job = undefined;
    job?.resolve(result);
  }

  private lose(why: string): void {
    this.dead = true;
    const { job } = this;
    if (job !== undefined) this.settle(uninspected(job.task.path, job.size, why));
  }
}
