/** Members of a group: symbol tables of old files, link messages of new ones. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Hdf5File } from './file.ts';

export type Link =
  | { readonly kind: 'hard'; readonly name: string; readonly address: number }
  | { readonly kind: 'soft'; readonly name: string; readonly target: string }
  | { readonly kind: 'external'; readonly name: string; readonly file: string; readonly target: string };

const LONGEST_NAME = 64 * 1024;

/** A link message (version 1). */
export function readLink(file: Hdf5File, start: number): Link | undefined {
  const { reader } = file;
  reader.seek(start);
  if (reader.u8() !== 1) throw new Malformed('a link of another version than 1', start);
  const flags = reader.u8();
  const type = (flags & 0x08) !== 0 ? reader.u8() : 0;
  if ((flags & 0x04) !== 0) reader.skip(8);
  if ((flags & 0x10) !== 0) reader.skip(1);
  const name = reader.text(file.sized(1 << (flags & 3)), LONGEST_NAME);
  if (type === 0) {
    const address = file.address();
    return address === undefined ? undefined : { kind: 'hard', name, address };
  }
  const length = reader.u16();
  if (type === 1) return { kind: 'soft', name, target: reader.text(length) };
  if (type !== 64) throw new Malformed(`a link of type ${type} is not known`, start);
  // A byte of version and flags, the file, the object, each closed by a zero.
  const [external = '', target = ''] = reader.text(length).slice(1).split('\0');
  return { kind: 'external', name, file: external, target };
}

/** A symbol table message: a B-tree of version 1 and a heap of names. */
export function* symbolTable(file: Hdf5File, start: number): Generator<Link> {
  const { reader } = file;
  reader.seek(start);
  const tree = file.address();
  const heap = file.address();
  if (tree === undefined || heap === undefined) return;
  file.expectMagic('HEAP', heap);
  reader.skip(4);
  reader.skip(2 * file.lengthSize);
  const names = file.address();
  if (names === undefined) return;
  for (const node of symbolNodes(file, tree, 0)) yield* symbols(file, node, names);
}

function* symbolNodes(file: Hdf5File, address: number, depth: number): Generator<number> {
  const { reader } = file;
  if (depth > 32 || !file.first('btree', address))
    throw new Malformed('a tree that turns back on itself', address);
  file.expectMagic('TREE', address);
  if (reader.u8() !== 0) throw new Malformed('a tree of another kind than of names', address);
  const level = reader.u8();
  const entries = reader.u16();
  file.rawAddress();
  file.rawAddress();
  const children: number[] = [];
  for (let index = 0; index < entries; index += 1) {
    file.length();
    const child = file.address();
    if (child !== undefined) children.push(child);
  }
  for (const child of children)
    if (level === 0) yield child;
    else yield* symbolNodes(file, child, depth + 1);
}

function* symbols(file: Hdf5File, address: number, names: number): Generator<Link> {
  const { reader } = file;
  file.expectMagic('SNOD', address);
  reader.skip(2);
  const count = reader.u16();
  let at = reader.offset;
  for (let index = 0; index < count; index += 1) {
    reader.tick();
    reader.seek(at);
    const nameOffset = file.length();
    const target = file.rawAddress();
    const cache = reader.u32();
    reader.skip(4);
    const linkOffset = reader.u32();
    at = reader.offset + 12;
    reader.seek(names + nameOffset);
    const name = reader.zeroTerminated(LONGEST_NAME);
    if (cache === 2) {
      reader.seek(names + linkOffset);
      yield { kind: 'soft', name, target: reader.zeroTerminated(LONGEST_NAME) };
    } else if (target !== undefined) {
      reader.seek(at - 24 - file.offsetSize);
      const hard = file.address();
      if (hard !== undefined) yield { kind: 'hard', name, address: hard };
    }
  }
}
