/**
 * Walks the page headers of a column chunk before anything is decoded. A header that leaves its sizes out, or counts more values
 * than its row group has rows, can keep a decoder busy for ever. Source: parquet.thrift, Thrift compact protocol.
 */
const MAX_PAGE = 256 * 1024 * 1024;
const MAX_DEPTH = 16;

/** Types of the compact protocol. */
const T = {
  true: 1,
  false: 2,
  byte: 3,
  i16: 4,
  i32: 5,
  i64: 6,
  double: 7,
  binary: 8,
  list: 9,
  set: 10,
  struct: 12,
} as const;

/** Field numbers of a PageHeader, and where each kind of page counts its values. */
const UNPACKED = 2;
const PACKED = 3;
const COUNTED = [5, 7, 8] as const;

type Fields = Map<number, number | Fields>;

class Thrift {
  readonly #bytes: Uint8Array;
  at: number;

  constructor(bytes: Uint8Array, at: number) {
    this.#bytes = bytes;
    this.at = at;
  }

  #byte(): number {
    const byte = this.#bytes[this.at++];
    if (byte === undefined) throw new Error('a page header ends too early');
    return byte;
  }

  #varint(): number {
    let value = 0;
    for (let shift = 0; shift < 70; shift += 7) {
      const byte = this.#byte();
      value += (byte & 127) * 2 ** shift;
      if (byte < 128) return value;
    }
    throw new Error('a page header holds a number without an end');
  }

  #zigzag(): number {
    const value = this.#varint();
    return value % 2 === 0 ? value / 2 : -(value + 1) / 2;
  }

  /** Whole numbers and structures by their field numbers; the rest is passed over. */
  struct(depth = 0): Fields {
    if (depth > MAX_DEPTH) throw new Error('a page header is nested too deeply');
    const fields: Fields = new Map();
    for (let id = 0; ; ) {
      const byte = this.#byte();
      const type = byte & 15;
      if (type === 0) return fields;
      id = byte >> 4 === 0 ? this.#zigzag() : id + (byte >> 4);
      const value = this.#value(type, depth);
      if (value !== undefined) fields.set(id, value);
    }
  }

  #value(type: number, depth: number): number | Fields | undefined {
    switch (type) {
      case T.true:
      case T.false:
        return undefined;
      case T.byte:
        return this.#byte();
      case T.i16:
      case T.i32:
      case T.i64:
        return this.#zigzag();
      case T.double:
        this.at += 8;
        return undefined;
      case T.binary:
        this.at += this.#varint();
        return undefined;
      case T.list:
      case T.set:
        this.#list(depth);
        return undefined;
      case T.struct:
        return this.struct(depth + 1);
      default:
        throw new Error(`a page header holds a field of the unknown type ${type}`);
    }
  }

  #list(depth: number): void {
    const head = this.#byte();
    const size = head >> 4 === 15 ? this.#varint() : head >> 4;
    if (size > this.#bytes.length) throw new Error('a page header holds a list longer than itself');
    for (let i = 0; i < size; i++) {
      const type = head & 15;
      if (type === T.true || type === T.false) this.#byte();
      else this.#value(type, depth + 1);
    }
  }
}

/**
 * @param chunk the bytes of one column chunk
 * @param rows rows of its row group
 * @throws Error saying what is wrong
 */
export function checkPages(chunk: Uint8Array, rows: number): void {
  for (let at = 0; at < chunk.length - 1; ) {
    const reader = new Thrift(chunk, at);
    const header = reader.struct();
    const unpacked = header.get(UNPACKED);
    const packed = header.get(PACKED);
    if (typeof unpacked !== 'number' || unpacked < 0 || unpacked > MAX_PAGE)
      throw new Error('a page does not say how large it is');
    if (typeof packed !== 'number' || packed < 0 || reader.at + packed > chunk.length)
      throw new Error('a page is longer than its column');
    const counts = COUNTED.flatMap((field) => {
      const inner = header.get(field);
      return inner instanceof Map ? [inner.get(1)] : [];
    });
    const count = counts[0];
    if (counts.length !== 1 || typeof count !== 'number' || count < 0)
      throw new Error('a page does not say how many values it has');
    if (count > rows) throw new Error(`a page claims ${count} values for ${rows} rows`);
    at = reader.at + packed;
  }
}
