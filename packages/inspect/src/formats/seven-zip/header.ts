/** The header of a 7z archive: which coders unpack which bytes into which files. Source: 7zFormat.txt of the LZMA SDK. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Inspection } from '../../types.ts';

const MOST = 1_000_000;

export interface Coder {
  /** Hexadecimal digits of the method: `21` is LZMA2. */
  readonly method: string;
  readonly properties: Uint8Array;
  readonly inputs: number;
  readonly outputs: number;
}

export interface Folder {
  readonly coders: readonly Coder[];
  readonly sizes: readonly number[];
  /** Unpacked sizes of the files in it. */
  readonly files: readonly number[];
  /** Packed streams that it takes. */
  readonly packed: number;
  /** Whether its checksum has been given. */
  readonly digest: boolean;
}

export interface Streams {
  readonly packOffset: number;
  readonly packSizes: readonly number[];
  readonly folders: readonly Folder[];
}

export interface SevenZip {
  readonly streams: Streams | undefined;
  /** Names in order, with whether the file has content. */
  readonly files: readonly { readonly name: string; readonly empty: boolean }[];
}

/** Reads numbers and properties of a header that is in memory. */
export class HeaderReader {
  readonly bytes: Uint8Array;
  at = 0;
  private readonly inspection: Pick<Inspection, 'tick'>;

  constructor(bytes: Uint8Array, inspection: Pick<Inspection, 'tick'>) {
    this.bytes = bytes;
    this.inspection = inspection;
  }

  byte(): number {
    const value = this.bytes[this.at++];
    if (value === undefined) throw new Malformed('the 7z header is cut off', this.at - 1);
    return value;
  }

  take(length: number): Uint8Array {
    if (length > this.bytes.length - this.at) throw new Malformed('the 7z header is cut off', this.at);
    this.at += length;
    return this.bytes.subarray(this.at - length, this.at);
  }

  /** The first byte says how many follow. */
  number(): number {
    const first = this.byte();
    let mask = 0x80;
    let value = 0;
    for (let index = 0; index < 8; index++) {
      if ((first & mask) === 0) return value + (first & (mask - 1)) * 2 ** (8 * index);
      value += this.byte() * 2 ** (8 * index);
      mask >>= 1;
    }
    return value;
  }

  count(): number {
    const value = this.number();
    this.inspection.tick(value);
    if (value > MOST || value > this.bytes.length * 8)
      throw new Malformed(`the 7z header counts ${value}`, this.at);
    return value;
  }

  bits(count: number): boolean[] {
    const bytes = this.take(Math.ceil(count / 8));
    return Array.from(
      { length: count },
      (_, index) => ((bytes[index >> 3] ?? 0) & (0x80 >> (index & 7))) !== 0,
    );
  }

  optionalBits(count: number): boolean[] {
    return this.byte() === 0 ? this.bits(count) : Array.from({ length: count }, () => true);
  }

  /** Passes over checksums. @returns which are there */
  digests(count: number): boolean[] {
    const defined = this.optionalBits(count);
    this.take(defined.filter(Boolean).length * 4);
    return defined;
  }

  streams(): Streams {
    let packOffset = 0;
    let packSizes: number[] = [];
    let folders: Folder[] = [];
    for (;;) {
      const id = this.byte();
      if (id === 0) return { packOffset, packSizes, folders };
      if (id === 6) {
        packOffset = this.number();
        const count = this.count();
        for (let inner = this.byte(); inner !== 0; inner = this.byte())
          if (inner === 9) packSizes = Array.from({ length: count }, () => this.number());
          else if (inner === 10) this.digests(count);
          else throw new Malformed('an unknown part of the 7z header', this.at);
      } else if (id === 7) folders = this.folders();
      else if (id === 8) folders = this.subStreams(folders);
      else throw new Malformed('an unknown part of the 7z header', this.at);
    }
  }

  private folders(): Folder[] {
    if (this.byte() !== 11) throw new Malformed('a 7z header without folders', this.at);
    const count = this.count();
    if (this.byte() !== 0) throw new Malformed('a 7z header in another place', this.at);
    const raw = Array.from({ length: count }, () => this.folder());
    if (this.byte() !== 12) throw new Malformed('a 7z header without sizes', this.at);
    const folders = raw.map((one) => {
      const sizes = Array.from({ length: one.outputs }, () => this.number());
      return { coders: one.coders, packed: one.packed, sizes, files: [sizes[one.main] ?? 0], digest: false };
    });
    let digests: boolean[] = [];
    for (let id = this.byte(); id !== 0; id = this.byte()) {
      if (id !== 10) throw new Malformed('an unknown part of the 7z header', this.at);
      digests = this.digests(count);
    }
    return folders.map((one, index) => ({ ...one, digest: digests[index] ?? false }));
  }

  private folder(): { coders: Coder[]; packed: number; outputs: number; main: number } {
    const count = this.number();
    if (count < 1 || count > 32) throw new Malformed('a 7z folder with too many coders', this.at);
    const coders: Coder[] = [];
    let inputs = 0;
    let outputs = 0;
    for (let index = 0; index < count; index++) {
      const flags = this.byte();
      const method = Buffer.from(this.take(flags & 15)).toString('hex');
      const complex = (flags & 0x10) !== 0;
      const coder = { inputs: complex ? this.number() : 1, outputs: complex ? this.number() : 1 };
      const properties = (flags & 0x20) === 0 ? new Uint8Array(0) : this.take(this.number()).slice();
      if (coder.inputs > 32 || coder.outputs > 32)
        throw new Malformed('a 7z coder with too many streams', this.at);
      coders.push({ method, properties, ...coder });
      inputs += coder.inputs;
      outputs += coder.outputs;
    }
    const bound = new Set<number>();
    for (let left = outputs - 1; left > 0; left--) {
      this.number();
      bound.add(this.number());
    }
    const packed = inputs - (outputs - 1);
    if (packed > 1) for (let left = packed; left > 0; left--) this.number();
    // The output that no coder takes is the folder's.
    const main = Array.from({ length: outputs }, (_, index) => index).find((index) => !bound.has(index)) ?? 0;
    return { coders, packed, outputs, main };
  }

  private subStreams(folders: readonly Folder[]): Folder[] {
    let counts = folders.map(() => 1);
    let id = this.byte();
    if (id === 13) {
      counts = folders.map(() => this.count());
      id = this.byte();
    }
    const result = folders.map((folder, index) => {
      const count = counts[index] ?? 0;
      const whole = folder.files[0] ?? 0;
      if (count === 0) return { ...folder, files: [] };
      const files: number[] = [];
      if (id === 9) for (let left = count - 1; left > 0; left--) files.push(this.number());
      files.push(Math.max(0, whole - files.reduce((sum, size) => sum + size, 0)));
      return { ...folder, files };
    });
    if (id === 9) id = this.byte();
    for (; id !== 0; id = this.byte()) {
      if (id !== 10) throw new Malformed('an unknown part of the 7z header', this.at);
      // A folder of one file whose own checksum is known has no second one.
      this.digests(
        counts.reduce(
          (sum, count, index) => sum + (count === 1 && folders[index]?.digest === true ? 0 : count),
          0,
        ),
      );
    }
    return result;
  }

  archive(): SevenZip {
    let streams: Streams | undefined;
    let files: { name: string; empty: boolean }[] = [];
    for (;;) {
      const id = this.byte();
      if (id === 0) return { streams, files };
      if (id === 2) this.skipProperties();
      else if (id === 3) this.streams();
      else if (id === 4) streams = this.streams();
      else if (id === 5) files = this.files();
      else throw new Malformed('an unknown part of the 7z header', this.at);
    }
  }

  private skipProperties(): void {
    for (let id = this.byte(); id !== 0; id = this.byte()) this.take(this.number());
  }

  private files(): { name: string; empty: boolean }[] {
    const count = this.count();
    let names: string[] = [];
    let empty: boolean[] = [];
    for (let id = this.byte(); id !== 0; id = this.byte()) {
      const end = this.number() + this.at;
      if (end > this.bytes.length) throw new Malformed('the 7z header is cut off', this.at);
      if (id === 14) empty = this.bits(count);
      else if (id === 17 && this.byte() === 0)
        names = Buffer.from(this.bytes.subarray(this.at, end)).toString('utf16le').split('\0');
      this.at = end;
    }
    return Array.from({ length: count }, (_, index) => ({
      name: names[index] ?? `file ${index}`,
      empty: empty[index] ?? false,
    }));
  }
}
