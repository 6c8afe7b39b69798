/**
 * safetensors: an 8-byte length, a JSON header, then tensors without gaps. Nothing in it runs; what can go wrong is a
 * header that readers disagree about, and text in its metadata that a tool trusts.
 * Source: https://huggingface.co/docs/safetensors
 */
import {
  everyValue,
  isArray,
  isObject,
  type Json,
  type JsonObject,
  parseJson,
  stringAt,
} from '../../bytes/json.ts';
import { Reader } from '../../bytes/reader.ts';
import { Report } from '../../bytes/report.ts';
import type { ByteSource, Format, Inspection } from '../../types.ts';
import { capabilityOfTemplate } from '../capability.ts';
import { checkEmbeddedText } from '../embedded.ts';
import { commonest, type Extent, elementsOf, layoutOf } from '../extents.ts';
import { inspectTemplate } from '../jinja/template.ts';

/** The reference implementation refuses longer headers. */
const LONGEST_HEADER = 100_000_000;

/** Bits of one element. */
const BITS: ReadonlyMap<string, number> = new Map([
  ['BOOL', 8],
  ['F4', 4],
  ['F6_E2M3', 6],
  ['F6_E3M2', 6],
  ['U8', 8],
  ['I8', 8],
  ['F8_E5M2', 8],
  ['F8_E4M3', 8],
  ['F8_E8M0', 8],
  ['F8_E4M3FNUZ', 8],
  ['F8_E5M2FNUZ', 8],
  ['I16', 16],
  ['U16', 16],
  ['F16', 16],
  ['BF16', 16],
  ['I32', 32],
  ['U32', 32],
  ['F32', 32],
  ['C64', 64],
  ['F64', 64],
  ['I64', 64],
  ['U64', 64],
]);

export const safetensors: Format = {
  name: 'safetensors',
  recognises(head, { path, size }) {
    if (head.length < 9) return /\.safetensors$/i.test(path);
    const opens = head[8] === 0x7b && [0x22, 0x7d, 0x20, 0x0a, 0x0d, 0x09].includes(head[9] ?? 0x20);
    if (!opens) return false;
    const length = new DataView(head.buffer, head.byteOffset).getBigUint64(0, true);
    return length <= BigInt(Math.max(size, LONGEST_HEADER)) || /\.safetensors$/i.test(path);
  },
  inspect(source, inspection) {
    const report = new Report(source.size);
    report.attempt('header', () => readHeader(source, inspection, report));
    return report.result();
  },
};

function readHeader(source: ByteSource, inspection: Inspection, report: Report): void {
  const reader = new Reader(source, inspection);
  const length = reader.bigU64();
  if (length > BigInt(LONGEST_HEADER)) {
    report.suspicious(
      'safetensors.header-length',
      `The header declares ${length} bytes; loaders refuse more than ${LONGEST_HEADER}.`,
      { offset: 0 },
    );
    report.skip('header', `declares ${length} bytes`);
    return;
  }
  const start = 8 + Number(length);
  const { value, duplicates, trailing } = parseJson(reader.bytes(Number(length), LONGEST_HEADER), inspection);
  for (const { key, offset } of duplicates)
    report.suspicious(
      'safetensors.duplicate-key',
      `The header has the key "${key}" twice, so that readers see different tensors.`,
      { offset: offset + 8, names: [key] },
    );
  if (trailing)
    report.suspicious(
      'safetensors.header-trailing',
      'After the JSON of the header there is something else than spaces.',
      {
        offset: 8,
      },
    );
  if (!isObject(value)) {
    report.skip('header', 'is no JSON object');
    return;
  }
  report.member();
  checkMetadata(value.get('__metadata__'), report, inspection);
  checkTensors(value, source.size - start, report, inspection);
}

function checkMetadata(metadata: Json | undefined, report: Report, inspection: Inspection): void {
  if (metadata === undefined) return;
  if (!isObject(metadata) || [...metadata.values()].some((value) => typeof value !== 'string'))
    report.suspicious('safetensors.metadata-type', 'The metadata holds something else than texts.', {
      offset: 8,
    });
  for (const { value, key } of everyValue(metadata)) {
    if (typeof value !== 'string') continue;
    report.metadata(key, value);
    if (/chat_?template/i.test(key) || /\{%-?\s*(for|if|set|macro)\b/.test(value)) {
      const facts = inspectTemplate(report, value, `The template in the metadata "${key}"`, inspection);
      if (facts !== undefined) report.capability(capabilityOfTemplate(facts));
    } else checkEmbeddedText(report, value, `the metadata "${key}"`);
  }
}

function checkTensors(header: JsonObject, dataSize: number, report: Report, inspection: Inspection): void {
  const extents: Extent[] = [];
  const weights = new Map<string, number>();
  let parameters = 0;
  for (const [name, info] of header) {
    if (name === '__metadata__') continue;
    inspection.tick();
    const tensor = tensorOf(info);
    if (tensor === undefined) {
      report.suspicious(
        'safetensors.tensor-entry',
        `The entry of the tensor "${name}" lacks a type, shape or offsets.`,
        {
          names: [name],
        },
      );
      continue;
    }
    const { dtype, shape, start, end } = tensor;
    const bits = BITS.get(dtype);
    const elements = elementsOf(shape);
    if (bits === undefined) report.skip(name, `the element type "${dtype}" is not known`);
    else if (elements === undefined || elements * bits > Number.MAX_SAFE_INTEGER)
      report.suspicious(
        'safetensors.overflow',
        `The shape of the tensor "${name}" overflows: a reader that multiplies it allocates too little.`,
        { names: [name] },
      );
    else if ((elements * bits) / 8 !== end - start)
      report.suspicious(
        'safetensors.size-mismatch',
        `The tensor "${name}" has ${elements} elements of ${dtype} and ${end - start} bytes: they do not agree.`,
        { names: [name] },
      );
    else {
      report.member();
      parameters += elements;
      weights.set(dtype, (weights.get(dtype) ?? 0) + elements);
    }
    extents.push({ name, start, end });
  }
  report.capability({ parameters });
  const quantisation = commonest(weights);
  if (quantisation !== undefined) report.capability({ quantisation });
  checkLayout(extents, dataSize, report);
}

function tensorOf(info: Json): { dtype: string; shape: number[]; start: number; end: number } | undefined {
  const dtype = stringAt(info, 'dtype');
  if (!isObject(info) || dtype === undefined) return undefined;
  const shape = info.get('shape');
  const offsets = info.get('data_offsets');
  if (!isArray(shape) || !isArray(offsets) || offsets.length !== 2) return undefined;
  const [start, end] = offsets;
  const sizes = shape.filter((size) => typeof size === 'number');
  if (sizes.length !== shape.length || !isCount(start) || !isCount(end) || end < start) return undefined;
  return { dtype, shape: sizes, start, end };
}

function isCount(value: Json | undefined): value is number {
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0;
}

function checkLayout(extents: readonly Extent[], dataSize: number, report: Report): void {
  const { overlaps, holes, end } = layoutOf(extents);
  for (const [first, second] of overlaps)
    report.suspicious('safetensors.overlap', `The tensors "${first}" and "${second}" share bytes.`, {
      names: [first, second],
    });
  for (const hole of holes)
    report.suspicious(
      'safetensors.hole',
      `${hole.end - hole.start} bytes before the tensor "${hole.before}" belong to no tensor: room for something else.`,
      { names: [hole.before] },
    );
  if (end > dataSize)
    report.skip('tensors', `the file ends early: tensors need ${end} bytes, there are ${dataSize}`);
  else if (end < dataSize)
    report.suspicious(
      'safetensors.trailing',
      `${dataSize - end} bytes after the last tensor belong to no tensor.`,
    );
}
