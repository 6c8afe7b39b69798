/**
 * Evidence in files, `.custos/` beside the code. One transaction is: append lines to a segment and fsync; write new states;
 * replace the signed checkpoint and fsync. The replaced checkpoint is the commit: what it does not cover never happened,
 * and opening sets such bytes aside instead of deleting them.
 */
import {
  closeSync,
  existsSync,
  fsyncSync,
  ftruncateSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { CustosError, type Digest, type Instant, Statement } from '@custos/core';
import { CompactTree, canonicalize, digestOf, parseCheckpoint, sha256 } from '@custos/trust';
import { z } from 'zod';
import type { Backend, Change, Head, WriteTransaction } from '../backend.ts';
import type {
  EvidenceStore,
  Filter,
  Json,
  Recovery,
  StoreContext,
  StoredEntry,
  StoredState,
} from '../contract.ts';
import { openError, uncertain, writeError } from '../file-errors.ts';
import { LockFile } from '../lock.ts';
import { subjectDigests } from '../prepare.ts';
import { emptyHead, LedgerStore, originOf, witnessed } from '../store.ts';
import { type FilesIo, nodeIo, replaceFile, syncDirectory } from './io.ts';
import { formatLine, parseLine, tampered } from './line.ts';
import { NodeTable } from './nodes.ts';
import { Segments } from './segments.ts';
import { completeTiles, firstDifference, writeFullTiles } from './tiles.ts';

const FORMAT = 'custos-files/1';
const Settings = z.strictObject({ format: z.literal(FORMAT), organisation: z.string(), origin: z.string() });
const StateFile = z.strictObject({ index: z.int().min(0), key: z.string(), value: z.json() });
/** What belongs to this machine only. */
const GITIGNORE = 'lock\nlock.*\n*.tmp\nset-aside/\n';

export interface FilesOptions extends StoreContext {
  /** The `.custos` directory; made when missing. */
  readonly dir: string;
  readonly io?: FilesIo;
}

/**
 * @throws CustosError STORE_LOCKED naming the process that has it open; STORE_DAMAGED when acknowledged entries are
 * missing; STORE_TAMPERED with file and line when entries do not make the checkpoint's root; STORE_OTHER_OWNER;
 * STORE_UNREADABLE and STORE_FULL for what the file system refuses
 */
export async function openFiles(options: FilesOptions): Promise<EvidenceStore> {
  makeDirectories(options.dir);
  const lock = LockFile.acquire(join(options.dir, 'lock'));
  try {
    return new LedgerStore(await FilesBackend.open(options, lock), options);
  } catch (error) {
    lock.release();
    throw openError(options.dir, error);
  }
}

function makeDirectories(dir: string): void {
  try {
    for (const name of ['entries', 'states', 'tile']) mkdirSync(join(dir, name), { recursive: true });
  } catch (cause) {
    throw new CustosError(
      'STORE_WRITE',
      `Cannot make the store directory ${dir}: check the path and its permissions.`,
      { cause },
    );
  }
}

class FilesBackend implements Backend {
  readonly kind = 'files';
  recovery: Recovery | undefined;
  readonly #dir: string;
  readonly #io: FilesIo;
  readonly #lock: LockFile;
  readonly #segments: Segments;
  readonly #nodes = new NodeTable();
  #head: Head;
  #broken: unknown;

  private constructor(dir: string, io: FilesIo, lock: LockFile, head: Head) {
    this.#dir = dir;
    this.#io = io;
    this.#lock = lock;
    this.#head = head;
    this.#segments = new Segments(join(dir, 'entries'), io);
  }

  static async open(options: FilesOptions, lock: LockFile): Promise<FilesBackend> {
    const io = options.io ?? nodeIo;
    await checkSettings(options, io);
    const backend = new FilesBackend(options.dir, io, lock, await emptyHead(options));
    await backend.#load(originOf(options));
    return backend;
  }

  async #load(origin: string): Promise<void> {
    const path = join(this.#dir, 'checkpoint');
    if (!existsSync(path)) {
      if (readdirSync(join(this.#dir, 'entries')).length > 0) {
        throw new CustosError(
          'STORE_DAMAGED',
          `${path} is missing though there are entries. Restore it from git or a backup.`,
        );
      }
      await replaceFile(this.#io, path, Buffer.from(this.#head.note));
      await syncDirectory(this.#io, this.#dir);
    }
    const note = readFileSync(path, 'utf8');
    const checkpoint = checkpointIn(note, path);
    if (checkpoint.origin !== origin)
      throw tampered(path, `the checkpoint is of ${checkpoint.origin}, the store of ${origin}`);
    const tree = new CompactTree((level, index, hash) => this.#nodes.set({ level, index, hash }));
    const beyond = this.#segments.scan(checkpoint.size, (entry) => tree.append(entry.leafHash));
    this.#checkAgainst(checkpoint, tree);
    this.#head = { size: tree.size, peaks: tree.peaks, root: tree.size === 0 ? null : checkpoint.root, note };
    this.#setAside(beyond);
    this.#completeTiles();
  }

  #checkAgainst(checkpoint: { size: number; root: Digest }, tree: CompactTree): void {
    if (tree.size < checkpoint.size) {
      throw new CustosError(
        'STORE_DAMAGED',
        `${this.#dir}: the checkpoint covers ${checkpoint.size} entries, but only ${tree.size} are there. Restore entries/ from git or a backup.`,
      );
    }
    if (digestOf(tree.root()) === checkpoint.root) return;
    const index = firstDifference(this.#dir, this.#nodes);
    const where = index === undefined ? `${this.#dir}/entries` : (this.#segments.read(index)?.where ?? '');
    throw tampered(
      where,
      `entry ${index ?? '(place unknown)'} does not make the root that the checkpoint signs`,
    );
  }

  /** Bytes that no checkpoint covers were never acknowledged. They are kept, out of the way. */
  #setAside(beyond: readonly { name: string; offset: number; bytes: Buffer }[]): void {
    const bytes = Buffer.concat(beyond.map((rest) => rest.bytes));
    if (bytes.length > 0) {
      const dir = join(this.#dir, 'set-aside');
      mkdirSync(dir, { recursive: true });
      const keptIn = join(dir, `${this.#head.size}-${sha256(bytes).slice(7, 19)}.jsonl`);
      writeFileSync(keptIn, bytes, { flush: true });
      this.recovery = { entries: bytes.toString('utf8').split('\n').length - 1, bytes: bytes.length, keptIn };
    }
    for (const { name, offset } of beyond) {
      const path = join(this.#dir, 'entries', name);
      if (offset === 0) rmSync(path);
      else truncateFile(path, offset);
    }
  }

  /** Tiles follow from what was committed: where there is no room for them, the next opening makes them. */
  #completeTiles(): void {
    try {
      completeTiles(this.#dir, this.#nodes);
    } catch {
      // As above.
    }
  }

  async head(): Promise<Head> {
    return this.#head;
  }

  async transact<T>(work: (tx: WriteTransaction) => Promise<T>): Promise<T> {
    if (this.#broken !== undefined) {
      throw new CustosError(
        'STORE_WRITE',
        'An earlier write could neither be finished nor taken back. Close the store and open it again.',
        { cause: this.#broken },
      );
    }
    this.#lock.check();
    return work({
      head: this.#head,
      known: async (ids) => this.#known(ids),
      write: (change) => this.#write(change),
    });
  }

  #known(ids: readonly Digest[]): Map<Digest, { index: number; at: Instant }> {
    const known = new Map<Digest, { index: number; at: Instant }>();
    for (const id of ids) {
      const found = this.#segments.find(id);
      if (found !== undefined) known.set(id, found);
    }
    return known;
  }

  async #write(change: Change): Promise<void> {
    const before = this.#head;
    const checkpoint = join(this.#dir, 'checkpoint');
    let undo: (() => void) | undefined;
    let replaced = false;
    try {
      const lines = change.rows.map((row) => ({
        entry: { index: row.index, at: row.at, id: row.kind === 'observation' ? row.id : undefined },
        text: formatLine(row),
      }));
      const appended = lines.length === 0 ? undefined : await this.#segments.append(lines);
      undo = appended?.undo;
      await this.#writeStates(change.states);
      await replaceFile(this.#io, checkpoint, Buffer.from(change.head.note));
      replaced = true;
      await syncDirectory(this.#io, this.#dir);
      appended?.keep();
    } catch (cause) {
      this.#takeBack(undo, replaced, cause);
      throw replaced ? uncertain(this.#dir, cause) : writeError(this.#dir, cause);
    }
    this.#head = change.head;
    this.#afterCommit(change, before.size);
  }

  #takeBack(undo: (() => void) | undefined, replaced: boolean, cause: unknown): void {
    if (replaced) {
      this.#broken = cause;
      return;
    }
    try {
      undo?.();
    } catch {
      this.#broken = cause;
    }
  }

  /** Nothing here is needed for durability; what fails is mended at the next opening. */
  #afterCommit(change: Change, before: number): void {
    for (const row of change.rows) this.#nodes.set({ level: 0, index: row.index, hash: row.leafHash });
    for (const node of change.nodes) this.#nodes.set(node);
    try {
      writeFullTiles(this.#dir, this.#nodes, before, change.head.size);
      for (const state of change.states) this.#removeOlderStates(state);
    } catch {
      // Tiles and old states follow from what was committed.
    }
  }

  async *entries(filter: Filter): AsyncIterable<StoredEntry> {
    const wanted = wants(filter);
    const { size } = this.#head;
    let left = filter.limit ?? Number.POSITIVE_INFINITY;
    if (left <= 0) return;
    const lines =
      filter.ids === undefined
        ? this.#segments.readRange(filter.since ?? 0, size)
        : this.#linesOf(filter.ids, filter.since ?? 0, size);
    for (const { text, where } of lines) {
      const entry = parseLine(text, where);
      if (!wanted(entry)) continue;
      yield entry;
      if (--left <= 0) return;
    }
  }

  *#linesOf(ids: readonly Digest[], from: number, to: number): Iterable<{ text: string; where: string }> {
    const indexes = new Set([...this.#known(ids).values()].map(({ index }) => index));
    for (const index of [...indexes].sort((a, b) => a - b)) {
      const line = index >= from && index < to ? this.#segments.read(index) : undefined;
      if (line !== undefined) yield line;
    }
  }

  node(level: number, index: number): Uint8Array {
    return this.#nodes.get(level, index);
  }

  async state(key: string): Promise<{ value: Json; index: number } | undefined> {
    const name = this.#stateFiles(key).find((one) => this.#isWitnessed(key, indexOf(one)));
    return name === undefined ? undefined : this.#readState(name);
  }

  async *states(): AsyncIterable<StoredState> {
    const names = readdirSync(join(this.#dir, 'states')).map((name) => keyOf(name));
    const keys = new Set(names.filter((name) => name !== undefined));
    for (const key of [...keys].sort()) {
      const found = await this.state(key);
      if (found !== undefined) yield { key, ...found };
    }
  }

  /** Files of a key that the checkpoint covers, newest first. */
  #stateFiles(key: string): string[] {
    return readdirSync(join(this.#dir, 'states'))
      .filter((name) => keyOf(name) === key && indexOf(name) < this.#head.size)
      .sort((a, b) => indexOf(b) - indexOf(a));
  }

  /** A write that was refused may leave a state file whose index another entry then got. */
  #isWitnessed(key: string, index: number): boolean {
    const line = this.#segments.read(index);
    return line !== undefined && witnessed(parseLine(line.text, line.where), key) !== undefined;
  }

  #readState(name: string): { value: Json; index: number } {
    const where = `states/${name}`;
    let state: z.infer<typeof StateFile>;
    try {
      state = StateFile.parse(JSON.parse(readFileSync(join(this.#dir, where), 'utf8')));
    } catch (cause) {
      throw tampered(where, 'this is no state file', cause);
    }
    const { index, key, value } = state;
    if (index !== indexOf(name) || key !== keyOf(name))
      throw tampered(where, `it holds state "${key}" of entry ${index}`);
    return { value, index };
  }

  async #writeStates(states: readonly StoredState[]): Promise<void> {
    if (states.length === 0) return;
    for (const { key, value, index } of states) {
      const name = `${encodeURIComponent(key)}.${index}.json`;
      await replaceFile(
        this.#io,
        join(this.#dir, 'states', name),
        Buffer.from(`${canonicalize({ index, key, value })}\n`),
      );
    }
    await syncDirectory(this.#io, join(this.#dir, 'states'));
  }

  #removeOlderStates({ key, index }: StoredState): void {
    for (const name of this.#stateFiles(key)) {
      if (indexOf(name) < index) rmSync(join(this.#dir, 'states', name), { force: true });
    }
  }

  async close(): Promise<void> {
    try {
      if (this.#broken === undefined) this.#completeTiles();
    } finally {
      this.#lock.release();
    }
  }
}

function checkpointIn(note: string, path: string): ReturnType<typeof parseCheckpoint> {
  try {
    return parseCheckpoint(note);
  } catch (cause) {
    throw tampered(path, 'this is no checkpoint', cause);
  }
}

async function checkSettings(options: FilesOptions, io: FilesIo): Promise<void> {
  const path = join(options.dir, 'store.json');
  const mine = { format: FORMAT, organisation: options.organisation, origin: originOf(options) };
  if (!existsSync(path)) {
    writeFileSync(join(options.dir, '.gitignore'), GITIGNORE);
    await replaceFile(io, path, Buffer.from(`${JSON.stringify(mine, null, 2)}\n`));
    return;
  }
  const text = readFileSync(path, 'utf8');
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw tampered(path, 'this is no JSON', cause);
  }
  const read = Settings.safeParse(value);
  if (!read.success) throw tampered(path, z.prettifyError(read.error));
  if (read.data.organisation === mine.organisation && read.data.origin === mine.origin) return;
  throw new CustosError(
    'STORE_OTHER_OWNER',
    `${options.dir} is the evidence of ${read.data.organisation} (${read.data.origin}), not of ${mine.organisation} (${mine.origin}).`,
  );
}

function wants(filter: Filter): (entry: StoredEntry) => boolean {
  const { types, subjectDigest, kind } = filter;
  if (types === undefined && subjectDigest === undefined)
    return (entry) => kind === undefined || entry.kind === kind;
  const hex = subjectDigest?.slice('sha256:'.length);
  return (entry) => {
    if (entry.kind !== 'observation' || kind === 'act') return false;
    const statement = Statement.parse(
      JSON.parse(Buffer.from(entry.envelope.payload, 'base64').toString('utf8')),
    );
    if (types !== undefined && !types.includes(statement.predicateType)) return false;
    return hex === undefined || subjectDigests(statement).includes(hex);
  };
}

const STATE_NAME = /^(.+)\.(\d+)\.json$/;

function keyOf(name: string): string | undefined {
  const encoded = STATE_NAME.exec(name)?.[1];
  return encoded === undefined ? undefined : decodeURIComponent(encoded);
}

function indexOf(name: string): number {
  return Number(STATE_NAME.exec(name)?.[2] ?? Number.NaN);
}

function truncateFile(path: string, size: number): void {
  const fd = openSync(path, 'r+');
  try {
    ftruncateSync(fd, size);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}
