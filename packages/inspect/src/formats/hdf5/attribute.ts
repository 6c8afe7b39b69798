/** Attributes that hold text: fixed, or of variable length in a global heap. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Hdf5File } from './file.ts';

/** Longest text of an attribute, in bytes: configurations of large models are some megabytes. */
const LONGEST = 64 * 1024 * 1024;
const MOST_ITEMS = 10_000;

export interface Attribute {
  readonly name: string;
  /** Its texts, where it holds texts. */
  readonly texts: readonly string[];
  /** Its type lies with another object, so that its texts were not read. */
  readonly unread: boolean;
}

type Text = { readonly kind: 'fixed'; readonly size: number } | { readonly kind: 'variable' } | undefined;

/** An attribute message, versions 1 to 3. */
export function readAttribute(file: Hdf5File, start: number, end: number): Attribute {
  const { reader } = file;
  reader.seek(start);
  const version = reader.u8();
  if (version < 1 || version > 3) throw new Malformed(`attribute version ${version} is not known`, start);
  const flags = reader.u8();
  const nameSize = reader.u16();
  const typeSize = reader.u16();
  const spaceSize = reader.u16();
  if (version === 3) reader.skip(1);
  const padded = (size: number) => (version === 1 ? Math.ceil(size / 8) * 8 : size);
  const nameAt = reader.offset;
  const name = reader.text(nameSize, 65_536).replace(/\0[\s\S]*$/, '');
  const typeAt = nameAt + padded(nameSize);
  const spaceAt = typeAt + padded(typeSize);
  const dataAt = spaceAt + padded(spaceSize);
  if (dataAt > end) throw new Malformed(`the attribute "${name}" crosses its end`, start);
  if (version > 1 && (flags & 3) !== 0) return { name, texts: [], unread: true };
  const type = textType(file, typeAt);
  if (type === undefined) return { name, texts: [], unread: false };
  const count = elementCount(file, spaceAt, spaceSize);
  const texts: string[] = [];
  let kept = 0;
  for (let index = 0; index < Math.min(count, MOST_ITEMS); index += 1) {
    if (type.kind === 'fixed') {
      const at = dataAt + index * type.size;
      if (at + type.size > end)
        throw new Malformed(`the attribute "${name}" is shorter than it declares`, start);
      reader.seek(at);
      texts.push(reader.text(type.size, LONGEST).replace(/\0+$/, ''));
    } else {
      reader.seek(dataAt + index * (4 + file.offsetSize + 4));
      texts.push(heapText(file));
    }
    kept += texts.at(-1)?.length ?? 0;
    // Many texts may be the same one in the heap.
    if (kept > LONGEST)
      throw new Malformed(`the attribute "${name}" holds more than ${LONGEST} characters`, start);
  }
  return { name, texts, unread: false };
}

/** A datatype message, as far as it is a text. */
function textType(file: Hdf5File, at: number): Text {
  const { reader } = file;
  reader.seek(at);
  const kind = reader.u8() & 0x0f;
  const bits = reader.u8();
  reader.skip(2);
  const size = reader.u32();
  if (kind === 3) return { kind: 'fixed', size };
  // Variable length: a text, or a sequence of bytes.
  return kind === 9 && (bits & 0x0f) === 1 ? { kind: 'variable' } : undefined;
}

/** A dataspace message, versions 1 and 2. */
function elementCount(file: Hdf5File, at: number, size: number): number {
  if (size === 0) return 0;
  const { reader } = file;
  reader.seek(at);
  const version = reader.u8();
  const rank = reader.u8();
  reader.skip(1);
  if (version === 1) reader.skip(5);
  else if (reader.u8() === 2) return 0;
  let count = 1;
  for (let axis = 0; axis < Math.min(rank, 32); axis += 1) count *= file.length();
  return count;
}

/** Length, collection and index: the text lies in a global heap. */
function heapText(file: Hdf5File): string {
  const { reader } = file;
  const length = reader.u32();
  const collection = file.address();
  const index = reader.u32();
  if (collection === undefined || length === 0) return '';
  file.expectMagic('GCOL', collection);
  reader.skip(4);
  const size = file.length();
  const end = collection + size;
  for (let at = reader.offset; at + 8 + file.lengthSize <= end; ) {
    reader.tick();
    reader.seek(at);
    const number = reader.u16();
    reader.skip(6);
    const objectSize = file.length();
    const data = reader.offset;
    if (number === index) {
      if (length > objectSize) throw new Malformed('a text is longer than its place in the heap', at);
      return reader.text(length, LONGEST).replace(/\0+$/, '');
    }
    if (number === 0) break;
    at = data + Math.ceil(objectSize / 8) * 8;
  }
  throw new Malformed(`the heap has no object ${index}`, collection);
}
