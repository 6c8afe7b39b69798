/** GGUF's key-value pairs. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Reader } from '../../bytes/reader.ts';

export type Value = string | number | boolean | undefined;

/** Bytes of the types that have a fixed size, by number; 8 is a text, 9 an array. */
const FIXED: ReadonlyMap<number, number> = new Map([
  [0, 1],
  [1, 1],
  [2, 2],
  [3, 2],
  [4, 4],
  [5, 4],
  [6, 4],
  [7, 1],
  [10, 8],
  [11, 8],
  [12, 8],
]);
const TEXT = 8;
const ARRAY = 9;
const DEEPEST = 4;
/** A word of a vocabulary is shorter, a template longer. */
const LONGEST_WORD = 24;
/** Templates and vocabularies fit; a longer text is passed over and says so. */
const LONGEST_TEXT = 4 * 1024 * 1024;

/** A declared length that can not be meant: it is there to overflow a reader. */
export class Lie extends Malformed {}

export class GgufReader {
  readonly reader: Reader;
  readonly version: number;

  /** Takes each longer text of an array, with the name of that array. */
  private readonly onText: (text: string, what: string) => void;

  constructor(reader: Reader, version: number, onText: (text: string, what: string) => void) {
    this.reader = reader;
    this.version = version;
    this.onText = onText;
  }

  /**
   * A length or count: 32 bits in version 1, else 64.
   * @param unit the least bytes that each of them takes
   */
  count(what: string, unit: number): number {
    const { reader } = this;
    const { offset } = reader;
    const value = this.version === 1 ? BigInt(reader.u32()) : reader.bigU64();
    // Files are cut off by accident; a number that no file could hold is no accident.
    if (value * BigInt(unit) > 2n ** 46n) throw new Lie(`${what} is ${value}`, offset);
    if (value * BigInt(unit) > BigInt(reader.remaining))
      throw new Malformed(`${what} is ${value} where ${reader.remaining} bytes are left`, offset);
    return Number(value);
  }

  text(what: string, limit = LONGEST_TEXT): string {
    return this.reader.text(this.count(`the length of ${what}`, 1), limit);
  }

  /** A value, where it is a single one; arrays are walked through and not kept, their longer texts handed on. */
  value(type: number, what: string, depth = 0): Value {
    const { reader } = this;
    switch (type) {
      case 0:
        return reader.u8();
      case 1:
        return reader.i8();
      case 2:
        return reader.u16();
      case 3:
        return reader.i16();
      case 4:
        return reader.u32();
      case 5:
        return reader.i32();
      case 6:
        return reader.f32();
      case 7:
        return reader.u8() !== 0;
      case TEXT:
        return this.text(what);
      case ARRAY:
        this.#array(what, depth);
        return undefined;
      case 10:
        return Number(reader.bigU64());
      case 11:
        return Number(reader.bigI64());
      case 12:
        return reader.f64();
      default:
        throw new Malformed(`the type ${type} of ${what} is not known`, reader.offset);
    }
  }

  #array(what: string, depth: number): void {
    if (depth >= DEEPEST) throw new Lie(`${what} nests arrays more than ${DEEPEST} deep`, this.reader.offset);
    const type = this.reader.u32();
    const size = FIXED.get(type);
    const length = this.count(`the length of ${what}`, size ?? (type === TEXT && this.version === 1 ? 4 : 8));
    if (size !== undefined) {
      this.reader.skip(size * length);
      return;
    }
    for (let index = 0; index < length; index += 1) {
      if ((index & 0xfff) === 0) this.reader.tick();
      // Words of a vocabulary: passed over, their lengths checked.
      if (type === TEXT) {
        const bytes = this.count(`the length of ${what}`, 1);
        if (bytes > LONGEST_WORD) this.onText(this.reader.text(bytes, LONGEST_TEXT), what);
        else this.reader.skip(bytes);
      } else this.value(type, what, depth + 1);
    }
  }
}
