/** TensorProto: shape, type, and whether its data lies in the file or in another one. */
import { fields, int64, packedIntegers, type Range, textOf } from '../../bytes/protobuf.ts';
import type { Reader } from '../../bytes/reader.ts';
import type { Report } from '../../bytes/report.ts';
import { checkEmbeddedText, escapes } from '../embedded.ts';
import { elementsOf } from '../extents.ts';

/** Bits of an element by `TensorProto.DataType`; texts (8) have none. */
const TYPES: ReadonlyMap<number, readonly [name: string, bits: number]> = new Map([
  [1, ['float32', 32]],
  [2, ['uint8', 8]],
  [3, ['int8', 8]],
  [4, ['uint16', 16]],
  [5, ['int16', 16]],
  [6, ['int32', 32]],
  [7, ['int64', 64]],
  [9, ['bool', 8]],
  [10, ['float16', 16]],
  [11, ['float64', 64]],
  [12, ['uint32', 32]],
  [13, ['uint64', 64]],
  [14, ['complex64', 64]],
  [15, ['complex128', 128]],
  [16, ['bfloat16', 16]],
  [17, ['float8e4m3fn', 8]],
  [18, ['float8e4m3fnuz', 8]],
  [19, ['float8e5m2', 8]],
  [20, ['float8e5m2fnuz', 8]],
  [21, ['uint4', 4]],
  [22, ['int4', 4]],
  [23, ['float4e2m1', 4]],
]);

const EXTERNAL_KEYS = new Set(['location', 'offset', 'length', 'checksum', 'basepath']);

export interface TensorFacts {
  readonly elements: number;
  readonly type: string | undefined;
  /** The file that holds the data, where it is another one. */
  readonly location: string | undefined;
}

export function checkTensor(reader: Reader, range: Range, report: Report): TensorFacts {
  const shape: number[] = [];
  let type = 0;
  let name = '';
  let raw: number | undefined;
  let external = false;
  const entries = new Map<string, string>();
  for (const field of fields(reader, range)) {
    if (field.number === 1) for (const size of packedIntegers(reader, field, 64)) shape.push(size);
    else if (field.number === 2 && field.wire === 'varint') type = int64(field.value);
    else if (field.number === 8 && field.wire === 'bytes') name = textOf(reader, field, 500);
    else if (field.number === 9 && field.wire === 'bytes') raw = field.end - field.start;
    else if (field.number === 6 && field.wire === 'bytes')
      checkEmbeddedText(report, textOf(reader, field), `the text tensor "${name}"`);
    else if (field.number === 13 && field.wire === 'bytes') {
      const [key, value] = entryOf(reader, field);
      entries.set(key, value);
    } else if (field.number === 14 && field.wire === 'varint') external = field.value === 1n;
  }
  const location = entries.get('location');
  if (external || location !== undefined) checkExternal(report, name, entries);
  const known = TYPES.get(type);
  const elements = elementsOf(shape);
  if (elements === undefined)
    report.suspicious('onnx.overflow', `The shape of the tensor "${name}" overflows or is negative.`, {
      offset: range.start,
      names: [name],
    });
  else if (
    raw !== undefined &&
    known !== undefined &&
    !external &&
    Math.ceil((elements * known[1]) / 8) !== raw
  )
    report.suspicious(
      'onnx.size-mismatch',
      `The tensor "${name}" has ${elements} elements of ${known[0]} and ${raw} bytes: they do not agree.`,
      { offset: range.start, names: [name] },
    );
  return { elements: elements ?? 0, type: known?.[0], location };
}

/** StringStringEntryProto: key and value. */
export function entryOf(reader: Reader, range: Range): [key: string, value: string] {
  let key = '';
  let value = '';
  for (const field of fields(reader, range)) {
    if (field.wire !== 'bytes') continue;
    if (field.number === 1) key = textOf(reader, field, 4096);
    else if (field.number === 2) value = textOf(reader, field);
  }
  return [key, value];
}

function checkExternal(report: Report, name: string, entries: ReadonlyMap<string, string>): void {
  for (const key of entries.keys())
    if (!EXTERNAL_KEYS.has(key))
      report.suspicious(
        'onnx.external-data-key',
        `The external data of the tensor "${name}" has the key "${key}", which a loader may set as an attribute of its own object.`,
        { names: [key] },
      );
  const location = entries.get('location');
  if (location === undefined || location === '') {
    report.suspicious(
      'onnx.external-data',
      `The data of the tensor "${name}" lies in a file that is not named.`,
      {
        names: [name],
      },
    );
    return;
  }
  const why = escapes(location);
  if (why !== undefined)
    report.unsafe(
      'onnx.external-data-traversal',
      `The tensor "${name}" reads its data from "${location}", which ${why}: loading it reads a file of this machine.`,
      { names: [location] },
    );
  for (const key of ['offset', 'length']) {
    const value = entries.get(key);
    if (value !== undefined && !/^\d{1,15}$/.test(value))
      report.suspicious(
        'onnx.external-data-range',
        `The tensor "${name}" has the external ${key} "${value}".`,
        {
          names: [name],
        },
      );
  }
}
