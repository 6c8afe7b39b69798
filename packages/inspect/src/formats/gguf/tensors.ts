/** GGUF's tensor table: shapes, types, and where each tensor lies. */
import { Malformed } from '../../bytes/malformed.ts';
import type { Report } from '../../bytes/report.ts';
import { commonest, type Extent, elementsOf, layoutOf } from '../extents.ts';
import { type GgufReader, Lie } from './metadata.ts';
import { tensorType } from './types.ts';

/** ggml has four dimensions at most. */
const MOST_DIMENSIONS = 4;
/** Readers copy the name into 64 bytes. */
const LONGEST_NAME = 64;
/** Real files have some thousand. */
const MOST_TENSORS = 1_000_000;

export interface Tensor {
  readonly name: string;
  readonly shape: readonly number[];
  readonly type: number;
  readonly offset: number;
}

export function readTensors(file: GgufReader, count: number, report: Report): Tensor[] {
  const { reader } = file;
  if (count > MOST_TENSORS) throw new Malformed(`more than ${MOST_TENSORS} tensors`, reader.offset);
  const tensors: Tensor[] = [];
  const names = new Set<string>();
  for (let index = 0; index < count; index += 1) {
    if ((index & 0xff) === 0) reader.tick();
    const at = reader.offset;
    const name = file.text('the name of a tensor', 64 * 1024);
    if (name.length >= LONGEST_NAME)
      report.suspicious(
        'gguf.tensor-name',
        `A tensor has a name of ${name.length} characters; readers have room for ${LONGEST_NAME - 1}.`,
        { offset: at },
      );
    if (names.has(name.slice(0, 256)))
      report.suspicious('gguf.duplicate-tensor', `Two tensors are called "${name}".`, {
        offset: at,
        names: [name],
      });
    names.add(name.slice(0, 256));
    const dimensions = reader.u32();
    if (dimensions > MOST_DIMENSIONS) throw new Lie(`the tensor "${name}" has ${dimensions} dimensions`, at);
    const shape: number[] = [];
    for (let axis = 0; axis < dimensions; axis += 1) {
      const size = file.version === 1 ? BigInt(reader.u32()) : reader.bigU64();
      if (size > BigInt(Number.MAX_SAFE_INTEGER))
        throw new Lie(`a dimension of the tensor "${name}" is ${size}`, at);
      shape.push(Number(size));
    }
    const type = reader.u32();
    const offset = reader.bigU64();
    if (offset > BigInt(Number.MAX_SAFE_INTEGER))
      throw new Lie(`the offset of the tensor "${name}" is ${offset}`, at);
    tensors.push({ name: name.slice(0, 256), shape, type, offset: Number(offset) });
  }
  return tensors;
}

/** @param headerEnd where the table ends; the data starts at the next multiple of the alignment */
export function checkTensors(
  tensors: readonly Tensor[],
  headerEnd: number,
  alignment: number,
  size: number,
  report: Report,
): { parameters: number; commonestType: string | undefined } {
  const start = Math.ceil(headerEnd / alignment) * alignment;
  const available = Math.max(0, size - start);
  const extents: Extent[] = [];
  const weights = new Map<string, number>();
  let parameters = 0;
  for (const tensor of tensors) {
    const { name, shape, offset } = tensor;
    const elements = elementsOf(shape);
    if (elements === undefined) throw new Lie(`the shape of the tensor "${name}" overflows`);
    parameters += elements;
    const type = tensorType(tensor.type);
    if (type === undefined) {
      report.skip(name, `the tensor type ${tensor.type} is not known`);
      continue;
    }
    const bytes = Math.ceil(elements / type.elements) * type.bytes;
    if (!Number.isSafeInteger(bytes) || !Number.isSafeInteger(offset + bytes))
      throw new Lie(`the size of the tensor "${name}" overflows`);
    if (offset % alignment !== 0)
      report.suspicious(
        'gguf.tensor-alignment',
        `The tensor "${name}" does not lie at a multiple of ${alignment}.`,
        {
          names: [name],
        },
      );
    // A file that was cut off ends within its tensors; one that lies has tensors that begin behind its end.
    if (offset > available)
      report.suspicious(
        'gguf.tensor-outside',
        `The tensor "${name}" begins ${offset - available} bytes behind the end of the file.`,
        { names: [name] },
      );
    weights.set(type.name, (weights.get(type.name) ?? 0) + elements);
    extents.push({ name, start: offset, end: offset + bytes });
    report.member();
  }
  const { overlaps, holes, end } = layoutOf(extents, alignment);
  for (const [first, second] of overlaps)
    report.suspicious('gguf.overlap', `The tensors "${first}" and "${second}" share bytes.`, {
      names: [first, second],
    });
  for (const hole of holes)
    report.suspicious(
      'gguf.hole',
      `${hole.end - hole.start} bytes before the tensor "${hole.before}" belong to no tensor.`,
      {
        names: [hole.before],
      },
    );
  if (end > available) {
    report.skip(
      'tensors',
      new Malformed(`the file ends early: tensors need ${end} bytes, there are ${available}`).message,
    );
  } else if (extents.length === tensors.length && size - start - end >= alignment)
    report.suspicious(
      'gguf.trailing',
      `${size - start - end} bytes after the last tensor belong to no tensor.`,
    );
  return { parameters, commonestType: commonest(weights) };
}
