/**
 * FlatBuffers tables by slot number, every offset checked. Random reads go through one window of the source.
 * Source: https://flatbuffers.dev/internals/
 */
import { Malformed } from './malformed.ts';
import type { Reader } from './reader.ts';

const MOST_ITEMS = 4_000_000;

/** A table of a FlatBuffer. Slots count from 0 in the order of the schema. */
export class FlatTable {
  readonly #reader: Reader;
  readonly position: number;
  readonly #slots: readonly number[];

  constructor(reader: Reader, position: number) {
    this.#reader = reader;
    this.position = position;
    reader.seek(position);
    const vtable = position - reader.i32();
    reader.seek(vtable);
    const size = reader.u16();
    if (size < 4 || size % 2 !== 0) throw new Malformed(`a FlatBuffer table layout of ${size} bytes`, vtable);
    reader.u16();
    const slots: number[] = [];
    for (let at = 4; at < size; at += 2) slots.push(reader.u16());
    this.#slots = slots;
  }

  /** The table that the first four bytes of a buffer point to. */
  static root(reader: Reader, start = 0): FlatTable {
    reader.seek(start);
    return new FlatTable(reader, start + reader.u32());
  }

  /** Absolute position of a slot's value; undefined where the slot has its default. */
  #at(slot: number): number | undefined {
    const offset = this.#slots[slot] ?? 0;
    return offset === 0 ? undefined : this.position + offset;
  }

  number(slot: number, kind: 'i8' | 'u8' | 'i32' | 'u32' | 'u64', absent = 0): number {
    const at = this.#at(slot);
    if (at === undefined) return absent;
    this.#reader.seek(at);
    return this.#reader[kind]();
  }

  #indirect(slot: number): number | undefined {
    const at = this.#at(slot);
    if (at === undefined) return undefined;
    this.#reader.seek(at);
    return at + this.#reader.u32();
  }

  table(slot: number): FlatTable | undefined {
    const at = this.#indirect(slot);
    return at === undefined ? undefined : new FlatTable(this.#reader, at);
  }

  text(slot: number, limit = 64 * 1024): string | undefined {
    const at = this.#indirect(slot);
    return at === undefined ? undefined : textAt(this.#reader, at, limit);
  }

  /** Start and length (in items) of a vector. */
  vector(slot: number, itemBytes: number): { start: number; length: number } | undefined {
    const at = this.#indirect(slot);
    if (at === undefined) return undefined;
    this.#reader.seek(at);
    const length = this.#reader.u32();
    const start = at + 4;
    if (length > MOST_ITEMS && itemBytes > 1) throw new Malformed(`a vector of ${length} items`, at);
    if (start + length * itemBytes > this.#reader.end)
      throw new Malformed(`a vector of ${length} items crosses the end of the file`, at);
    return { start, length };
  }

  *tables(slot: number): Generator<FlatTable> {
    const vector = this.vector(slot, 4);
    if (vector === undefined) return;
    for (let index = 0; index < vector.length; index += 1) {
      if ((index & 0xff) === 0) this.#reader.tick();
      const at = vector.start + index * 4;
      this.#reader.seek(at);
      yield new FlatTable(this.#reader, at + this.#reader.u32());
    }
  }

  integers(slot: number, limit = 1000): number[] {
    const vector = this.vector(slot, 4);
    if (vector === undefined) return [];
    this.#reader.seek(vector.start);
    return Array.from({ length: Math.min(vector.length, limit) }, () => this.#reader.i32());
  }
}

function textAt(reader: Reader, at: number, limit: number): string {
  reader.seek(at);
  const length = reader.u32();
  if (length > reader.remaining)
    throw new Malformed(`a text of ${length} bytes crosses the end of the file`, at);
  return reader.text(Math.min(length, limit));
}
