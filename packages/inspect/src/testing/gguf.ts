import { concat, int, padded, u32, utf8, zeros } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'model.gguf';

type Value = string | number | boolean | { readonly array: readonly string[] } | { readonly raw: Uint8Array };

interface Tensor {
  readonly name: string;
  readonly shape: readonly (number | bigint)[];
  readonly type?: number;
  readonly offset?: number | bigint;
}

interface Options {
  readonly version?: number;
  readonly littleEndian?: boolean;
  readonly values?: Readonly<Record<string, Value>> | readonly (readonly [string, Value])[];
  readonly tensors?: readonly Tensor[];
  readonly data?: number;
  readonly tensorCount?: bigint;
  readonly valueCount?: bigint;
}

export function ggufFile(options: Options = {}): Uint8Array {
  const { version = 3, littleEndian = true, tensors = [], data = 0 } = options;
  const size = version === 1 ? 4 : 8;
  const count = (value: number | bigint) => int(value, size, littleEndian);
  const number = (value: number) => int(value, 4, littleEndian);
  const text = (value: string) => concat(count(utf8(value).length), utf8(value));
  const encode = (value: Value): Uint8Array => {
    if (typeof value === 'string') return concat(number(8), text(value));
    if (typeof value === 'boolean') return concat(number(7), Uint8Array.of(value ? 1 : 0));
    if (typeof value === 'number') return concat(number(4), number(value));
    if ('raw' in value) return value.raw;
    return concat(number(9), number(8), count(value.array.length), ...value.array.map(text));
  };
  const values = Array.isArray(options.values) ? options.values : Object.entries(options.values ?? {});
  const header = concat(
    utf8('GGUF'),
    number(version),
    count(options.tensorCount ?? tensors.length),
    count(options.valueCount ?? values.length),
    ...values.map(([key, value]) => concat(text(key), encode(value))),
    ...tensors.map(({ name, shape, type = 0, offset = 0 }) =>
      concat(
        text(name),
        number(shape.length),
        ...shape.map(count),
        number(type),
        int(offset, 8, littleEndian),
      ),
    ),
  );
  return tensors.length > 0 ? concat(padded(header, 32), zeros(data)) : header;
}

const TEMPLATE =
  "{% for message in messages %}{{ '<|' + message['role'] + '|>' + message['content'] }}{% endfor %}{% if tools %}{{ tools | tojson }}{% endif %}";
const values = {
  'general.architecture': 'llama',
  'general.file_type': 15,
  'llama.context_length': 8192,
  'tokenizer.ggml.tokens': { array: ['<s>', 'a', 'b'] },
  'tokenizer.chat_template': TEMPLATE,
};
const tensors = [
  { name: 'a', shape: [8], offset: 0 },
  { name: 'b', shape: [256], type: 12, offset: 32 },
];

const benign: Sample[] = [
  { what: 'version 3', path, bytes: ggufFile({ values, tensors, data: 176 }) },
  { what: 'version 2', path, bytes: ggufFile({ version: 2, values, tensors, data: 176 }) },
  { what: 'version 1', path, bytes: ggufFile({ version: 1, values, tensors, data: 176 }) },
  {
    what: 'the other byte order',
    path,
    bytes: ggufFile({ littleEndian: false, values, tensors, data: 176 }),
  },
  { what: 'a vocabulary without tensors', path, bytes: ggufFile({ values }) },
];

const lie = (what: string, options: Options): Planted => ({
  what,
  rule: 'gguf.length-lie',
  verdict: 'suspicious',
  path,
  bytes: ggufFile(options),
});

const planted: Planted[] = [
  lie('2⁶⁰ tensors', { values, tensorCount: 1n << 60n }),
  lie('2⁶⁰ values', { values, valueCount: 1n << 60n }),
  lie('a shape that overflows', { tensors: [{ name: 'a', shape: [(1n << 42n) + 1n, 1n << 42n] }] }),
  lie('a negative dimension', { tensors: [{ name: 'a', shape: [-1n] }] }),
  lie('nine dimensions', { tensors: [{ name: 'a', shape: [1, 1, 1, 1, 1, 1, 1, 1, 1] }] }),
  lie('an offset of 2⁶³', { tensors: [{ name: 'a', shape: [1], offset: 1n << 63n }] }),
  lie('a text of 2⁶² bytes', { values: [['k', { raw: concat(u32(8), int(1n << 62n, 8)) }]] }),
  lie('an array of 2⁶¹ numbers', { values: [['k', { raw: concat(u32(9), u32(10), int(1n << 61n, 8)) }]] }),
  {
    what: 'the same key twice',
    rule: 'gguf.duplicate-key',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({
      values: [
        ['a', 1],
        ['a', 2],
      ],
    }),
  },
  {
    what: 'an alignment that is no power of two',
    rule: 'gguf.alignment',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ values: { 'general.alignment': 0 } }),
  },
  {
    what: 'tensors that overlap',
    rule: 'gguf.overlap',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({
      tensors: [
        { name: 'a', shape: [16] },
        { name: 'b', shape: [16], offset: 32 },
      ],
      data: 96,
    }),
  },
  {
    what: 'two tensors of one name',
    rule: 'gguf.duplicate-tensor',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({
      tensors: [
        { name: 'a', shape: [8] },
        { name: 'a', shape: [8], offset: 32 },
      ],
      data: 64,
    }),
  },
  {
    what: 'a name longer than readers have room for',
    rule: 'gguf.tensor-name',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ tensors: [{ name: 'n'.repeat(200), shape: [8] }], data: 32 }),
  },
  {
    what: 'a tensor behind the end of the file',
    rule: 'gguf.tensor-outside',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ tensors: [{ name: 'a', shape: [8], offset: 1 << 20 }], data: 32 }),
  },
  {
    what: 'an offset between two multiples of the alignment',
    rule: 'gguf.tensor-alignment',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ tensors: [{ name: 'a', shape: [8], offset: 1 }], data: 64 }),
  },
  {
    what: 'bytes that belong to no tensor',
    rule: 'gguf.trailing',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ tensors: [{ name: 'a', shape: [8] }], data: 4096 }),
  },
  {
    what: 'a hole between tensors',
    rule: 'gguf.hole',
    verdict: 'suspicious',
    path,
    bytes: ggufFile({ tensors: [{ name: 'a', shape: [8], offset: 320 }], data: 352 }),
  },
  {
    what: 'a template that walks to the operating system',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path,
    bytes: ggufFile({
      values: { 'tokenizer.chat_template': "{{ cycler.__init__.__globals__.os.popen('id').read() }}" },
    }),
  },
  {
    what: 'the same in a second, named template',
    rule: 'jinja.attribute-walking',
    verdict: 'unsafe',
    path,
    bytes: ggufFile({
      values: {
        'tokenizer.chat_template': TEMPLATE,
        'tokenizer.chat_template.tool_use': "{{ x['__class__'] }}",
      },
    }),
  },
];

export const ggufSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)),
    { what: 'version 9', path, bytes: ggufFile({ version: 9 }) },
    {
      what: 'an unknown tensor type',
      path,
      bytes: ggufFile({ tensors: [{ name: 'a', shape: [8], type: 77 }], data: 32 }),
    },
    {
      what: 'a value of unknown type',
      path,
      bytes: ggufFile({ values: [['k', { raw: concat(u32(99), u32(0)) }]] }),
    },
    {
      what: 'arrays in arrays without end',
      path,
      bytes: ggufFile({
        values: [
          ['k', { raw: concat(u32(9), ...Array.from({ length: 50 }, () => concat(u32(9), int(1, 8)))) }],
        ],
      }),
    },
  ],
};
