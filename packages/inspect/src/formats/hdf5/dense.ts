/** Names in a version 2 B-tree that point into a fractal heap: how groups and objects with many entries keep them. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Hdf5File } from './file.ts';
import { readHeap } from './heap.ts';

const LINKS_BY_NAME = 5;
const LINKS_BY_ORDER = 6;
const ATTRIBUTES_BY_NAME = 8;
const ATTRIBUTES_BY_ORDER = 9;
const DEEPEST = 16;

export interface Place {
  readonly start: number;
  readonly end: number;
}

/** Where the messages (attributes or links) of a heap lie, by the tree of their names. Huge ones are counted. */
export function densePlaces(
  file: Hdf5File,
  heapAddress: number,
  treeAddress: number,
): { places: Place[]; huge: number } {
  const heap = readHeap(file, heapAddress);
  const identifiers: Uint8Array[] = [];
  readTree(file, treeAddress, (type) => {
    const { reader } = file;
    if (type === LINKS_BY_NAME) reader.skip(4);
    else if (type === LINKS_BY_ORDER) reader.skip(8);
    else if (type !== ATTRIBUTES_BY_NAME && type !== ATTRIBUTES_BY_ORDER)
      throw new Malformed(`a tree of type ${type} is not read`, treeAddress);
    const size = type === ATTRIBUTES_BY_NAME || type === ATTRIBUTES_BY_ORDER ? 8 : 7;
    identifiers.push(reader.bytes(Math.min(size, heap.identifierSize)));
  });
  const places: Place[] = [];
  let huge = 0;
  for (const identifier of identifiers) {
    const place = heap.locate(identifier);
    if (place === undefined) huge += 1;
    else places.push(place);
  }
  return { places, huge };
}

function readTree(file: Hdf5File, address: number, record: (type: number) => void): void {
  const { reader } = file;
  file.expectMagic('BTHD', address);
  reader.skip(1);
  const type = reader.u8();
  const nodeSize = reader.u32();
  const recordSize = reader.u16();
  const depth = reader.u16();
  reader.skip(2);
  const root = file.address();
  const count = reader.u16();
  if (root === undefined) return;
  if (depth > DEEPEST || recordSize === 0 || nodeSize < 16)
    throw new Malformed('a tree of impossible sizes', address);
  // Most records of a node, per level, and bytes of the number that says how many there are.
  const most = [Math.floor((nodeSize - 10) / recordSize)];
  const total = [most[0] ?? 0];
  const widths = { record: sizeOf(most[0] ?? 0), total: [0] };
  for (let level = 1; level <= depth; level += 1) {
    const below = widths.total[level - 1] ?? 0;
    const pointer = file.offsetSize + widths.record + (level > 1 ? below : 0);
    const here = Math.max(0, Math.floor((nodeSize - 10 - pointer) / (recordSize + pointer)));
    most.push(here);
    total.push((here + 1) * (total[level - 1] ?? 0) + here);
    widths.total.push(sizeOf(total[level] ?? 0));
  }
  node(root, depth, count);

  function node(at: number, level: number, records: number): void {
    if (!file.first('tree', at)) throw new Malformed('a tree that turns back on itself', at);
    file.expectMagic(level === 0 ? 'BTLF' : 'BTIN', at);
    reader.skip(2);
    const from = reader.offset;
    for (let index = 0; index < records; index += 1) {
      reader.seek(from + index * recordSize);
      record(type);
    }
    if (level === 0) return;
    reader.seek(from + records * recordSize);
    const children: { address: number; count: number }[] = [];
    for (let index = 0; index <= records; index += 1) {
      const child = file.address();
      const childCount = file.sized(widths.record);
      if (level > 1) file.sized(widths.total[level - 1] ?? 1);
      if (child !== undefined) children.push({ address: child, count: childCount });
    }
    for (const child of children) node(child.address, level - 1, child.count);
  }
}

function sizeOf(number: number): number {
  return Math.max(1, Math.ceil(Math.log2(number + 1) / 8));
}
