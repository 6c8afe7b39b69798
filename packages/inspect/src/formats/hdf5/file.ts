/**
 * The ground of an HDF5 file: superblock, sizes of addresses, and places that are read only once, so that structures
 * which point in circles end.
 * Source: HDF5 File Format Specification, version 3.0.
 */
import { Malformed } from '../../bytes/malformed.ts';
import { hasMagic, Reader } from '../../bytes/reader.ts';
import type { ByteSource, Inspection } from '../../types.ts';

/** Of a superblock, which lies at 0, 512, 1,024 and so on. */
export const SIGNATURE = '\x89HDF\r\n\x1a\n';
const MOST_OBJECTS = 1_000_000;

export class Hdf5File {
  readonly reader: Reader;
  readonly version: number;
  /** Where the superblock lies, behind a block of the user's. */
  readonly start: number;
  /** Where the file ends by its own word. */
  end: number;
  /** Address of the root group's object header. */
  readonly root: number;
  #base = 0;
  #offsetSize = 8;
  #lengthSize = 8;
  readonly #seen = new Set<string>();

  constructor(source: ByteSource, inspection: Inspection) {
    this.reader = new Reader(source, inspection);
    const start = signatureIn(source);
    if (start === undefined) throw new Malformed('no HDF5 signature');
    const { reader } = this;
    this.start = start;
    this.end = reader.end;
    reader.seek(start + 8);
    this.version = reader.u8();
    if (this.version > 3) throw new Malformed(`superblock version ${this.version} is not known`, start + 8);
    this.#base = start;
    this.root = this.version < 2 ? this.#oldSuperblock() : this.#newSuperblock();
  }

  #sizes(): void {
    this.#offsetSize = this.reader.u8();
    this.#lengthSize = this.reader.u8();
    for (const size of [this.#offsetSize, this.#lengthSize])
      if (size !== 2 && size !== 4 && size !== 8)
        throw new Malformed(`addresses of ${size} bytes`, this.reader.offset);
  }

  /** Versions 0 and 1. Returns the root group's address. */
  #oldSuperblock(): number {
    const { reader } = this;
    reader.skip(4);
    this.#sizes();
    reader.skip(1 + 2 + 2 + 4 + (this.version === 1 ? 4 : 0));
    const base = this.rawAddress();
    if (base !== undefined && base !== this.#base && this.#base === 0) this.#base = base;
    this.rawAddress();
    this.#ends(this.rawAddress());
    this.rawAddress();
    // The root's symbol table entry: name, then the address of its object header.
    this.length();
    return this.address() ?? this.#fail('the root group has no address');
  }

  #newSuperblock(): number {
    const { reader } = this;
    this.#sizes();
    reader.skip(1);
    this.rawAddress();
    this.rawAddress();
    this.#ends(this.rawAddress());
    return this.address() ?? this.#fail('the root group has no address');
  }

  #ends(address: number | undefined): void {
    if (address !== undefined) this.end = Math.min(this.#base + address, this.reader.end);
  }

  #fail(why: string): never {
    throw new Malformed(why, this.reader.offset);
  }

  /** An address as written; undefined where all bits are set, which means "none". */
  rawAddress(): number | undefined {
    return this.#number(this.#offsetSize);
  }

  /** An address from the start of the source. */
  address(): number | undefined {
    const address = this.rawAddress();
    if (address === undefined) return undefined;
    const absolute = address + this.#base;
    if (absolute >= this.reader.end) this.#fail(`points to byte ${absolute}, beyond the end`);
    return absolute;
  }

  length(): number {
    return this.#number(this.#lengthSize) ?? this.#fail('a length is missing');
  }

  get offsetSize(): number {
    return this.#offsetSize;
  }

  get lengthSize(): number {
    return this.#lengthSize;
  }

  #number(size: number): number | undefined {
    const { reader } = this;
    if (size === 2) {
      const value = reader.u16();
      return value === 0xffff ? undefined : value;
    }
    if (size === 4) {
      const value = reader.u32();
      return value === 0xffffffff ? undefined : value;
    }
    const { offset } = reader;
    const value = reader.bigU64();
    if (value === 0xffff_ffff_ffff_ffffn) return undefined;
    if (value > BigInt(Number.MAX_SAFE_INTEGER)) throw new Malformed(`the number ${value}`, offset);
    return Number(value);
  }

  /** A number of a size that a structure names, 1 to 8 bytes. */
  sized(size: number): number {
    let value = 0;
    for (let index = 0; index < size; index += 1) value += this.reader.u8() * 256 ** index;
    if (!Number.isSafeInteger(value)) throw new Malformed(`the number ${value}`, this.reader.offset);
    return value;
  }

  /** Whether a structure at an address is new. */
  first(kind: string, address: number): boolean {
    const key = `${kind}${address}`;
    if (this.#seen.has(key)) return false;
    if (this.#seen.size >= MOST_OBJECTS) throw new Malformed(`more than ${MOST_OBJECTS} objects`);
    this.#seen.add(key);
    return true;
  }

  expectMagic(magic: string, address: number): void {
    this.reader.seek(address);
    const found = this.reader.bytes(4);
    if (!hasMagic(found, magic)) throw new Malformed(`"${magic}" is missing`, address);
  }
}

export function signatureIn(source: ByteSource): number | undefined {
  for (let at = 0; at + 8 <= source.size; at = at === 0 ? 512 : at * 2)
    if (hasMagic(source.read(at, 8), SIGNATURE)) return at;
  return undefined;
}
