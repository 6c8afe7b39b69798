/** Integers in few bits: fixed-width fields, and Golomb–Rice codes for ascending numbers. Bits fill bytes from the low end. */

/** Bits that `value` needs; 0 for 0. @param value 0 … 2³²−1 */
export function widthOf(value: number): number {
  return 32 - Math.clz32(value);
}

export class BitWriter {
  bytes: Uint8Array;
  #length = 0;
  #held = 0;
  #bits = 0;

  constructor(capacity = 1024) {
    this.bytes = new Uint8Array(capacity);
  }

  reset(): void {
    this.#length = 0;
    this.#held = 0;
    this.#bits = 0;
  }

  /** @param width 0 … 32 */
  write(value: number, width: number): void {
    if (width > 16) {
      this.#put(value & 0xffff, 16);
      this.#put(value >>> 16, width - 16);
    } else this.#put(value, width);
  }

  #put(value: number, width: number): void {
    let held = this.#held | (value << this.#bits);
    let bits = this.#bits + width;
    if (this.#length + 4 > this.bytes.length) this.#grow();
    while (bits >= 8) {
      this.bytes[this.#length++] = held & 0xff;
      held >>>= 8;
      bits -= 8;
    }
    this.#held = held;
    this.#bits = bits;
  }

  /** Golomb–Rice: the quotient in unary, the low `width` bits as they are. */
  writeRice(value: number, width: number): void {
    let ones = Math.floor(value / 2 ** width);
    for (; ones >= 16; ones -= 16) this.#put(0xffff, 16);
    this.#put((1 << ones) - 1, ones + 1);
    this.write(width === 32 ? value >>> 0 : value & (2 ** width - 1), width);
  }

  /** Everything written, padded with zero bits to a whole byte. Valid until the next write. */
  finish(): Uint8Array {
    if (this.#bits > 0) {
      if (this.#length + 1 > this.bytes.length) this.#grow();
      this.bytes[this.#length++] = this.#held & 0xff;
    }
    this.#held = 0;
    this.#bits = 0;
    return this.bytes.subarray(0, this.#length);
  }

  #grow(): void {
    const larger = new Uint8Array(this.bytes.length * 2 + 8);
    larger.set(this.bytes);
    this.bytes = larger;
  }
}

/**
 * The `width` bits (0 … 32) at a bit offset. Five bytes from there must exist, or be beyond the end, where they count as 0.
 */
export function bitsAt(bytes: Uint8Array, offset: number, width: number): number {
  const at = offset >>> 3;
  const shift = offset & 7;
  const low =
    (bytes[at] ?? 0) |
    ((bytes[at + 1] ?? 0) << 8) |
    ((bytes[at + 2] ?? 0) << 16) |
    ((bytes[at + 3] ?? 0) << 24);
  if (shift + width <= 31) return (low >>> shift) & ((1 << width) - 1);
  const all = shift === 0 ? low : (low >>> shift) | ((bytes[at + 4] ?? 0) << (32 - shift));
  return width === 32 ? all >>> 0 : all & ((1 << width) - 1);
}

/** Reads past the end give zeros; a caller checks counts and checksums before it trusts what it reads. */
export class BitReader {
  readonly #bytes: Uint8Array;
  #at = 0;
  #held = 0;
  #bits = 0;

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes;
  }

  read(width: number): number {
    if (width <= 16) return this.#take(width);
    const low = this.#take(16);
    return (low | (this.#take(width - 16) << 16)) >>> 0;
  }

  #take(width: number): number {
    let held = this.#held;
    let bits = this.#bits;
    while (bits < width) {
      held |= (this.#bytes[this.#at++] ?? 0) << bits;
      bits += 8;
    }
    this.#held = held >>> width;
    this.#bits = bits - width;
    return held & ((1 << width) - 1);
  }

  readRice(width: number): number {
    let ones = 0;
    while (this.#take(1) === 1 && this.#at <= this.#bytes.length) ones++;
    return ones * 2 ** width + this.read(width);
  }
}
