/**
 * Numbers and strings out of a {@link ByteSource}, each read checked against the end of its range. Lengths that a file
 * declares are data of an attacker: nothing is allocated before it is known to lie in the file and under a limit.
 */
import type { ByteSource, Inspection } from '../types.ts';
import { Malformed } from './malformed.ts';

const WINDOW = 64 * 1024;
const EMPTY = new Uint8Array(0);
const UTF8 = new TextDecoder('utf-8');
const UTF8_STRICT = new TextDecoder('utf-8', { fatal: true });

/** What a reader needs of an inspection: to say that it works. */
export type Ticker = Pick<Inspection, 'tick'>;

export interface ReaderOptions {
  /** Default true. */
  readonly littleEndian?: boolean;
  readonly start?: number;
  readonly end?: number;
}

/** Longest string or block that is brought into memory at once, in bytes, where the caller gives no other limit. */
export const BLOCK_LIMIT = 64 * 1024 * 1024;

/**
 * A cursor over a range of a source.
 * @throws Malformed when a read would cross the end of the range, or a number does not fit into a safe integer.
 * @example new Reader(source, inspection, { littleEndian: false }).u32()
 */
export class Reader {
  readonly source: ByteSource;
  readonly end: number;
  littleEndian: boolean;
  offset: number;
  readonly #ticker: Ticker;
  #window: Uint8Array = EMPTY;
  #view: DataView = new DataView(new ArrayBuffer(0));
  #windowAt = 0;

  constructor(source: ByteSource, ticker: Ticker, options: ReaderOptions = {}) {
    this.source = source;
    this.#ticker = ticker;
    this.offset = options.start ?? 0;
    this.end = Math.min(options.end ?? source.size, source.size);
    this.littleEndian = options.littleEndian ?? true;
  }

  get remaining(): number {
    return Math.max(0, this.end - this.offset);
  }

  /** Throws where a loop has run long enough. */
  tick(bytes?: number): void {
    this.#ticker.tick(bytes);
  }

  /** Moves to an absolute offset; the end itself is allowed. */
  seek(offset: number): void {
    if (!Number.isSafeInteger(offset) || offset < 0 || offset > this.end)
      throw new Malformed(`points to byte ${offset}, outside ${this.end} bytes`, this.offset);
    this.offset = offset;
  }

  skip(length: number): void {
    if (!Number.isSafeInteger(length) || length < 0 || length > this.remaining)
      throw new Malformed(`declares ${length} bytes where ${this.remaining} are left`, this.offset);
    this.offset += length;
  }

  u8(): number {
    const at = this.#take(1);
    return this.#view.getUint8(at);
  }
  i8(): number {
    const at = this.#take(1);
    return this.#view.getInt8(at);
  }
  u16(): number {
    const at = this.#take(2);
    return this.#view.getUint16(at, this.littleEndian);
  }
  i16(): number {
    const at = this.#take(2);
    return this.#view.getInt16(at, this.littleEndian);
  }
  u32(): number {
    const at = this.#take(4);
    return this.#view.getUint32(at, this.littleEndian);
  }
  i32(): number {
    const at = this.#take(4);
    return this.#view.getInt32(at, this.littleEndian);
  }
  f32(): number {
    const at = this.#take(4);
    return this.#view.getFloat32(at, this.littleEndian);
  }
  f64(): number {
    const at = this.#take(8);
    return this.#view.getFloat64(at, this.littleEndian);
  }
  bigU64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigUint64(at, this.littleEndian);
  }
  bigI64(): bigint {
    const at = this.#take(8);
    return this.#view.getBigInt64(at, this.littleEndian);
  }
  /** An unsigned 64-bit number that must fit into 53 bits. */
  u64(): number {
    const at = this.offset;
    const value = this.bigU64();
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed(`declares the number ${value}`, at);
    return Number(value);
  }

  /** A copy of the next bytes. */
  bytes(length: number, limit = BLOCK_LIMIT): Uint8Array {
    if (!Number.isSafeInteger(length) || length < 0 || length > this.remaining)
      throw new Malformed(`declares ${length} bytes where ${this.remaining} are left`, this.offset);
    if (length > limit)
      throw new Malformed(`${length} bytes are more than the limit of ${limit}`, this.offset);
    const copy = new Uint8Array(length);
    let filled = 0;
    while (filled < length) {
      if (length - filled <= WINDOW / 2) {
        const step = length - filled;
        const at = this.#take(step);
        copy.set(this.#window.subarray(at, at + step), filled);
        filled += step;
        continue;
      }
      const part = this.source.read(this.offset, Math.min(1024 * 1024, length - filled));
      if (part.length === 0) throw new Malformed('the file ends early', this.offset);
      copy.set(part, filled);
      filled += part.length;
      this.offset += part.length;
      this.tick(part.length);
    }
    return copy;
  }

  /** UTF-8; bytes that are none become U+FFFD unless `strict`. */
  text(length: number, limit = BLOCK_LIMIT, strict = false): string {
    const at = this.offset;
    const bytes = this.bytes(length, limit);
    if (!strict) return UTF8.decode(bytes);
    try {
      return UTF8_STRICT.decode(bytes);
    } catch {
      throw new Malformed('text that is not UTF-8', at);
    }
  }

  /** Bytes up to, without, the next zero byte, which is passed over. */
  zeroTerminated(limit = 4096): string {
    const bytes: number[] = [];
    for (;;) {
      const byte = this.u8();
      if (byte === 0) return UTF8.decode(Uint8Array.from(bytes));
      if (bytes.length >= limit) throw new Malformed(`a name of more than ${limit} bytes`, this.offset);
      bytes.push(byte);
    }
  }

  /** Makes sure that the window holds the next bytes, and moves past them. */
  #take(length: number): number {
    let at = this.offset - this.#windowAt;
    if (at < 0 || at + length > this.#window.length) {
      this.#refill(length);
      at = 0;
    }
    if (this.offset + length > this.end)
      throw new Malformed(`ends early: ${length} bytes wanted, ${this.remaining} are left`, this.offset);
    this.offset += length;
    return at;
  }

  #refill(length: number): void {
    if (this.offset + length > this.end)
      throw new Malformed(`ends early: ${length} bytes wanted, ${this.remaining} are left`, this.offset);
    // A copy: the source may use its buffer again while this window is still read.
    this.#window = Uint8Array.from(this.source.read(this.offset, Math.min(WINDOW, this.end - this.offset)));
    if (this.#window.length < length) throw new Malformed('the file ends early', this.offset);
    this.#view = new DataView(this.#window.buffer);
    this.#windowAt = this.offset;
    this.tick(this.#window.length);
  }
}

/** Whether `bytes` holds the text (Latin-1) at an offset. */
export function hasMagic(bytes: Uint8Array, magic: string, offset = 0): boolean {
  if (bytes.length < offset + magic.length) return false;
  for (let index = 0; index < magic.length; index += 1)
    if (bytes[offset + index] !== magic.charCodeAt(index)) return false;
  return true;
}

/** The first bytes as text, for formats that are recognised by words. */
export function headText(head: Uint8Array, length = 4096): string {
  const part = head.subarray(0, length);
  if (part[0] === 0xff && part[1] === 0xfe) return new TextDecoder('utf-16le').decode(part);
  if (part[0] === 0xfe && part[1] === 0xff) return new TextDecoder('utf-16be').decode(part);
  return UTF8.decode(part);
}
