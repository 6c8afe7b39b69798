import { concat, json, u64, utf8, zeros } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'model.safetensors';

export function safetensorsFile(header: unknown, data: number, length?: bigint): Uint8Array {
  const text = typeof header === 'string' ? utf8(header) : json(header);
  return concat(u64(length ?? text.length), text, zeros(data));
}

const weight = { dtype: 'F32', shape: [2, 3], data_offsets: [0, 24] };
const bias = { dtype: 'BF16', shape: [4], data_offsets: [24, 32] };

const benign: Sample[] = [
  { what: 'two tensors', path, bytes: safetensorsFile({ __metadata__: { format: 'pt' }, weight, bias }, 32) },
  { what: 'no tensors', path, bytes: safetensorsFile({}, 0) },
  {
    what: 'a header padded with spaces',
    path,
    bytes: safetensorsFile(`${JSON.stringify({ weight })}    `, 24),
  },
  {
    what: 'four-bit elements',
    path,
    bytes: safetensorsFile({ w: { dtype: 'F4', shape: [4], data_offsets: [0, 2] } }, 2),
  },
];

const planted: Planted[] = [
  {
    what: 'a header that declares 100 GB',
    rule: 'safetensors.header-length',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight }, 24, 100_000_000_000n),
  },
  {
    what: 'tensors that overlap',
    rule: 'safetensors.overlap',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight, other: { ...weight, data_offsets: [8, 32] } }, 32),
  },
  {
    what: 'a hole between tensors',
    rule: 'safetensors.hole',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight, other: { ...weight, data_offsets: [64, 88] } }, 88),
  },
  {
    what: 'bytes after the last tensor',
    rule: 'safetensors.trailing',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight }, 4096),
  },
  {
    what: 'the same tensor twice',
    rule: 'safetensors.duplicate-key',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile(`{"weight":${JSON.stringify(weight)},"weight":${JSON.stringify(weight)}}`, 24),
  },
  {
    what: 'a shape that overflows',
    rule: 'safetensors.overflow',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight: { ...weight, shape: [2 ** 40, 2 ** 40] } }, 24),
  },
  {
    what: 'a size that does not fit the shape',
    rule: 'safetensors.size-mismatch',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight: { ...weight, shape: [2, 4] } }, 24),
  },
  {
    what: 'an entry without offsets',
    rule: 'safetensors.tensor-entry',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ weight: { dtype: 'F32', shape: [1] } }, 4),
  },
  {
    what: 'metadata that is no text',
    rule: 'safetensors.metadata-type',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ __metadata__: { a: { b: 1 } }, weight }, 24),
  },
  {
    what: 'a shell line in the metadata',
    rule: 'text.embedded-code',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile({ __metadata__: { notes: 'import os; os.system("id")' }, weight }, 24),
  },
  {
    what: 'text after the JSON of the header',
    rule: 'safetensors.header-trailing',
    verdict: 'suspicious',
    path,
    bytes: safetensorsFile(`${JSON.stringify({ weight })} hidden`, 24),
  },
  {
    what: 'a template in the metadata that walks to the operating system',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path,
    bytes: safetensorsFile({ __metadata__: { chat_template: "{{ ''.__class__.__mro__ }}" }, weight }, 24),
  },
];

export const safetensorsSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)),
    { what: 'an unknown element type', path, bytes: safetensorsFile({ w: { ...weight, dtype: 'X9' } }, 24) },
    { what: 'a header nested 10,000 deep', path, bytes: safetensorsFile(`{"a":${'['.repeat(10_000)}`, 0) },
    { what: 'nothing', path, bytes: zeros(0) },
  ],
};
