/**
 * Fractal heaps, as far as dense attributes and links need them: every managed object in every direct block. The objects
 * are not looked up by their index, they are found where the index of names points to.
 */
import { Malformed } from '../../bytes/malformed.ts';
import type { Hdf5File } from './file.ts';

const MOST_BLOCKS = 100_000;

interface Block {
  readonly address: number;
  /** Offset in the heap's space. */
  readonly offset: number;
  readonly size: number;
}

export interface Heap {
  /** Where an object with this identifier lies; undefined for huge objects, which are not read. */
  locate(identifier: Uint8Array): { readonly start: number; readonly end: number } | undefined;
  readonly identifierSize: number;
}

export function readHeap(file: Hdf5File, address: number): Heap {
  const { reader } = file;
  file.expectMagic('FRHP', address);
  reader.skip(1);
  const identifierSize = reader.u16();
  const filterSize = reader.u16();
  reader.skip(1);
  const largestManaged = reader.u32();
  file.length();
  file.rawAddress();
  file.length();
  file.rawAddress();
  for (let index = 0; index < 8; index += 1) file.length();
  const width = reader.u16();
  const startingSize = file.length();
  const largestDirect = file.length();
  const heapBits = reader.u16();
  reader.u16();
  const root = file.address();
  const rows = reader.u16();
  if (filterSize > 0) throw new Malformed('a heap with filters is not read', address);
  if (width === 0 || startingSize === 0 || heapBits === 0 || heapBits > 64)
    throw new Malformed('a heap of impossible sizes', address);
  const offsetSize = Math.ceil(heapBits / 8);
  const blocks: Block[] = [];
  if (root !== undefined) {
    if (rows === 0) blocks.push({ address: root, offset: 0, size: startingSize });
    else walk(root, 0, rows, 0);
  }

  function walk(at: number, offset: number, count: number, depth: number): void {
    if (depth > 8 || !file.first('indirect', at)) return;
    file.expectMagic('FHIB', at);
    reader.skip(1);
    file.rawAddress();
    reader.skip(offsetSize);
    const children: Block[] = [];
    let position = offset;
    for (let row = 0; row < count; row += 1) {
      const size = startingSize * 2 ** Math.max(0, row - 1);
      for (let column = 0; column < width; column += 1) {
        reader.tick();
        const child = file.address();
        if (child !== undefined) children.push({ address: child, offset: position, size });
        position += size;
      }
    }
    for (const child of children) {
      if (blocks.length > MOST_BLOCKS) throw new Malformed(`more than ${MOST_BLOCKS} heap blocks`, at);
      if (child.size <= largestDirect) blocks.push(child);
      else
        walk(
          child.address,
          child.offset,
          Math.max(1, Math.floor(Math.log2(child.size / (startingSize * width))) + 1),
          depth + 1,
        );
    }
  }

  const lengthSize = Math.min(sizeOf(largestDirect), sizeOf(largestManaged));
  return {
    identifierSize,
    locate(identifier) {
      // Bits 4 and 5 say what it is: managed, huge, tiny.
      const kind = ((identifier[0] ?? 0) >> 4) & 3;
      if (kind !== 0) return undefined;
      let offset = 0;
      for (let index = 0; index < offsetSize; index += 1)
        offset += (identifier[1 + index] ?? 0) * 256 ** index;
      let length = 0;
      for (let index = 0; index < lengthSize; index += 1)
        length += (identifier[1 + offsetSize + index] ?? 0) * 256 ** index;
      const block = blocks.find((one) => offset >= one.offset && offset < one.offset + one.size);
      if (block === undefined) throw new Malformed('an object lies in no block of its heap', address);
      const start = block.address + (offset - block.offset);
      const end = start + length;
      if (end > block.address + block.size || end > reader.end)
        throw new Malformed('an object crosses the end of its heap block', start);
      return { start, end };
    },
  };
}

/** Bytes that a number up to this takes. */
function sizeOf(number: number): number {
  return Math.max(1, Math.ceil(Math.log2(number + 1) / 8));
}
