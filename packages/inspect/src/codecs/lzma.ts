/**
 * LZMA and LZMA2, decoded piece by piece into a window. No library in JavaScript does both without native parts or
 * dozens of dependencies. Source: the LZMA specification and the `.xz` file format 1.1.0, both in the public domain.
 */
import { Malformed } from '../bytes/malformed.ts';
import type { Input, Output } from './codec.ts';

const MAX_DICTIONARY = 128 * 2 ** 20;
const MIN_DICTIONARY = 4_096;
const INITIAL = 1024;
const TOP = 2 ** 24;

export interface Properties {
  readonly lc: number;
  readonly lp: number;
  readonly pb: number;
}

/** @throws Malformed */
export function propertiesOf(byte: number): Properties {
  if (byte >= 225) throw new Malformed('LZMA properties that can not exist');
  return { lc: byte % 9, lp: Math.floor(byte / 9) % 5, pb: Math.floor(byte / 45) };
}

/** A window of decoded bytes that empties itself into the output. */
class Dictionary {
  readonly bytes: Uint8Array;
  private readonly output: Output;
  at = 0;
  /** Bytes decoded since the last reset. */
  total = 0;
  private flushed = 0;

  constructor(size: number, output: Output) {
    if (size > MAX_DICTIONARY) throw new Malformed(`LZMA wants a dictionary of ${size} bytes`);
    this.bytes = new Uint8Array(Math.max(size, MIN_DICTIONARY));
    this.output = output;
  }

  put(byte: number): void {
    this.bytes[this.at++] = byte;
    this.total++;
    if (this.at === this.bytes.length) this.flush(true);
  }

  byte(distance: number): number {
    const from = this.at - distance;
    return this.bytes[from < 0 ? from + this.bytes.length : from] ?? 0;
  }

  copy(distance: number, length: number): void {
    if (distance > this.total || distance > this.bytes.length)
      throw new Malformed('LZMA refers to bytes before the beginning');
    for (let left = length; left > 0; left--) this.put(this.byte(distance));
  }

  flush(wrap = false): void {
    if (this.at > this.flushed) this.output.write(this.bytes.subarray(this.flushed, this.at));
    if (wrap || this.at === this.bytes.length) this.at = 0;
    this.flushed = this.at;
  }

  reset(): void {
    this.flush();
    this.total = 0;
  }
}

const LIT = 0;
const LITERAL_PROBABILITIES = 0x300;

/** One decoder of the range coder and its probabilities. */
class Decoder {
  private range = 0;
  private code = 0;
  private readonly input: Input;
  private readonly dictionary: Dictionary;
  private literals = new Uint16Array(LITERAL_PROBABILITIES);
  private readonly isMatch = new Uint16Array(192);
  private readonly isRep = new Uint16Array(12);
  private readonly isRepG0 = new Uint16Array(12);
  private readonly isRepG1 = new Uint16Array(12);
  private readonly isRepG2 = new Uint16Array(12);
  private readonly isRep0Long = new Uint16Array(192);
  private readonly slots = new Uint16Array(256);
  private readonly special = new Uint16Array(115);
  private readonly align = new Uint16Array(16);
  private readonly lengths = new Lengths();
  private readonly repLengths = new Lengths();
  private lc = 0;
  private lpMask = 0;
  private pbMask = 0;
  private state = LIT;
  private rep0 = 0;
  private rep1 = 0;
  private rep2 = 0;
  private rep3 = 0;

  constructor(input: Input, dictionary: Dictionary) {
    this.input = input;
    this.dictionary = dictionary;
  }

  /** Fresh probabilities; new properties where given. */
  reset(properties?: Properties): void {
    if (properties !== undefined) {
      this.lc = properties.lc;
      this.lpMask = (1 << properties.lp) - 1;
      this.pbMask = (1 << properties.pb) - 1;
      this.literals = new Uint16Array(LITERAL_PROBABILITIES << (properties.lc + properties.lp));
    }
    for (const one of [
      this.literals,
      this.isMatch,
      this.isRep,
      this.isRepG0,
      this.isRepG1,
      this.isRepG2,
      this.isRep0Long,
      this.slots,
      this.special,
      this.align,
    ])
      one.fill(INITIAL);
    this.lengths.reset();
    this.repLengths.reset();
    this.state = LIT;
    this.rep0 = 0;
    this.rep1 = 0;
    this.rep2 = 0;
    this.rep3 = 0;
  }

  startRange(): void {
    if (this.input.byte() !== 0) throw new Malformed('LZMA data that does not begin with zero');
    this.range = 0xffffffff;
    this.code = 0;
    for (let count = 0; count < 4; count++) this.code = ((this.code << 8) | this.input.byte()) >>> 0;
  }

  /** Decodes until `length` bytes are out, or to the end mark where the length is not known. */
  run(length: number): void {
    const { dictionary } = this;
    const whole = Number.isFinite(length);
    let left = length;
    while (left > 0) {
      const position = dictionary.total & this.pbMask;
      const where = this.state * 16 + position;
      if (this.bit(this.isMatch, where) === 0) {
        this.literal();
        left--;
        continue;
      }
      let count: number;
      if (this.bit(this.isRep, this.state) !== 0) {
        if (dictionary.total === 0) throw new Malformed('LZMA repeats what is not there');
        if (this.bit(this.isRepG0, this.state) === 0) {
          if (this.bit(this.isRep0Long, where) === 0) {
            this.state = this.state < 7 ? 9 : 11;
            dictionary.copy(this.rep0 + 1, 1);
            left--;
            continue;
          }
        } else this.turnReps();
        count = this.lengths2(this.repLengths, position);
        this.state = this.state < 7 ? 8 : 11;
      } else {
        this.rep3 = this.rep2;
        this.rep2 = this.rep1;
        this.rep1 = this.rep0;
        count = this.lengths2(this.lengths, position);
        this.state = this.state < 7 ? 7 : 10;
        this.rep0 = this.distance(count);
        if (this.rep0 === 0xffffffff) {
          if (whole) throw new Malformed('LZMA ends before its length');
          return;
        }
      }
      count += 2;
      if (whole && count > left) throw new Malformed('LZMA goes beyond its length');
      dictionary.copy(this.rep0 + 1, count);
      left -= count;
    }
  }

  private turnReps(): void {
    let distance: number;
    if (this.bit(this.isRepG1, this.state) === 0) distance = this.rep1;
    else {
      if (this.bit(this.isRepG2, this.state) === 0) distance = this.rep2;
      else {
        distance = this.rep3;
        this.rep3 = this.rep2;
      }
      this.rep2 = this.rep1;
    }
    this.rep1 = this.rep0;
    this.rep0 = distance;
  }

  private literal(): void {
    const { dictionary } = this;
    const previous = dictionary.total > 0 ? dictionary.byte(1) : 0;
    const context = ((dictionary.total & this.lpMask) << this.lc) + (previous >> (8 - this.lc));
    const base = LITERAL_PROBABILITIES * context;
    let symbol = 1;
    if (this.state >= 7) {
      let match = dictionary.byte(this.rep0 + 1);
      while (symbol < 0x100) {
        const matchBit = (match >> 7) & 1;
        match <<= 1;
        const bit = this.bit(this.literals, base + ((1 + matchBit) << 8) + symbol);
        symbol = (symbol << 1) | bit;
        if (matchBit !== bit) break;
      }
    }
    while (symbol < 0x100) symbol = (symbol << 1) | this.bit(this.literals, base + symbol);
    dictionary.put(symbol & 0xff);
    this.state = this.state < 4 ? 0 : this.state < 10 ? this.state - 3 : this.state - 6;
  }

  private lengths2(lengths: Lengths, position: number): number {
    if (this.bit(lengths.choice, 0) === 0) return this.tree(lengths.low, position << 3, 3);
    if (this.bit(lengths.choice, 1) === 0) return 8 + this.tree(lengths.middle, position << 3, 3);
    return 16 + this.tree(lengths.high, 0, 8);
  }

  private distance(length: number): number {
    const slot = this.tree(this.slots, Math.min(length, 3) << 6, 6);
    if (slot < 4) return slot;
    const bits = (slot >> 1) - 1;
    const base = ((2 | (slot & 1)) << bits) >>> 0;
    if (slot < 14) return base + this.reverse(this.special, base - slot, bits);
    let direct = 0;
    for (let left = bits - 4; left > 0; left--) {
      this.range >>>= 1;
      const over = this.code >= this.range ? 1 : 0;
      if (over === 1) this.code = (this.code - this.range) >>> 0;
      this.normalise();
      direct = ((direct << 1) | over) >>> 0;
    }
    return (base + direct * 16 + this.reverse(this.align, 0, 4)) >>> 0;
  }

  private tree(probabilities: Uint16Array, base: number, bits: number): number {
    let symbol = 1;
    for (let left = bits; left > 0; left--) symbol = (symbol << 1) | this.bit(probabilities, base + symbol);
    return symbol - (1 << bits);
  }

  private reverse(probabilities: Uint16Array, base: number, bits: number): number {
    let node = 1;
    let symbol = 0;
    for (let index = 0; index < bits; index++) {
      const bit = this.bit(probabilities, base + node);
      node = (node << 1) | bit;
      symbol |= bit << index;
    }
    return symbol;
  }

  private bit(probabilities: Uint16Array, index: number): number {
    const probability = probabilities[index] ?? INITIAL;
    const bound = (this.range >>> 11) * probability;
    if (this.code < bound) {
      this.range = bound;
      probabilities[index] = probability + ((2048 - probability) >> 5);
      if (this.range < TOP) this.normalise();
      return 0;
    }
    this.range -= bound;
    this.code -= bound;
    probabilities[index] = probability - (probability >> 5);
    if (this.range < TOP) this.normalise();
    return 1;
  }

  private normalise(): void {
    if (this.range >= TOP) return;
    this.range = (this.range << 8) >>> 0;
    this.code = ((this.code << 8) | this.input.byte()) >>> 0;
  }
}

class Lengths {
  readonly choice = new Uint16Array(2);
  readonly low = new Uint16Array(128);
  readonly middle = new Uint16Array(128);
  readonly high = new Uint16Array(256);

  reset(): void {
    for (const one of [this.choice, this.low, this.middle, this.high]) one.fill(INITIAL);
  }
}

/** @param length of the output; Infinity where an end mark ends it */
export function lzma(
  input: Input,
  output: Output,
  options: { properties: Properties; dictionary: number; length: number },
): void {
  // What is decoded is never longer than what it refers back to.
  const dictionary = new Dictionary(
    Number.isFinite(options.length)
      ? Math.min(options.dictionary, Math.max(options.length, 1))
      : options.dictionary,
    output,
  );
  const decoder = new Decoder(input, dictionary);
  decoder.reset(options.properties);
  decoder.startRange();
  decoder.run(options.length);
  dictionary.flush();
}

export function lzma2(input: Input, output: Output, dictionarySize: number): void {
  const dictionary = new Dictionary(dictionarySize, output);
  const decoder = new Decoder(input, dictionary);
  let ready = false;
  for (;;) {
    const control = input.byte();
    if (control === 0) break;
    if (control === 1 || control >= 0xe0) dictionary.reset();
    if (control < 0x80) {
      if (control > 2) throw new Malformed('an LZMA2 block of an unknown kind');
      const length = input.byte() * 256 + input.byte() + 1;
      for (let left = length; left > 0; left--) dictionary.put(input.byte());
      continue;
    }
    const length = (control & 31) * 65_536 + input.byte() * 256 + input.byte() + 1;
    // The packed length is not needed: the range coder knows where it ends, give or take what it read ahead.
    const packed = input.byte() * 256 + input.byte() + 1;
    const end = input.offset + packed + (control >= 0xc0 ? 1 : 0);
    if (control >= 0xc0) {
      decoder.reset(propertiesOf(input.byte()));
      ready = true;
    } else if (control >= 0xa0) decoder.reset();
    if (!ready) throw new Malformed('an LZMA2 block without properties');
    decoder.startRange();
    decoder.run(length);
    if (input.offset > end) throw new Malformed('an LZMA2 block that is longer than it says');
    input.seek(end);
  }
  dictionary.flush();
}
