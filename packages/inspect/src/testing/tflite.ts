import { concat, int, padded, u16, u32, utf8, zeros } from './build.ts';
import { cuts, first, type Planted, type Sample, type Samples } from './samples.ts';

const path = 'model.tflite';

/** A value of a FlatBuffers slot: a number of 4 bytes, or a buffer that is pointed to. */
type Slot = number | Part | undefined;

/** Something with a place: bytes whose pointers are filled in once the places are known. */
interface Part {
  readonly pointers: readonly { readonly at: number; readonly to: Part }[];
  readonly bytes: Uint8Array;
  /** Where within the bytes a pointer to it leads. */
  readonly origin: number;
}

/** A table with its layout in front of it. */
function table(...slots: readonly Slot[]): Part {
  const layout = 4 + 2 * slots.length;
  const start = Math.ceil(layout / 4) * 4;
  const pointers: { at: number; to: Part }[] = [];
  const values: Uint8Array[] = [];
  const offsets = slots.map((slot) => {
    if (slot === undefined) return 0;
    const offset = 4 + 4 * values.length;
    if (typeof slot === 'number') values.push(int(slot, 4));
    else {
      pointers.push({ at: start + offset, to: slot });
      values.push(zeros(4));
    }
    return offset;
  });
  const size = 4 + 4 * values.length;
  const head = concat(zeros(start - layout), u16(layout), u16(size), ...offsets.map(u16));
  return { pointers, bytes: concat(head, int(layout, 4), ...values), origin: start };
}

function vector(items: readonly Part[]): Part {
  return {
    pointers: items.map((to, index) => ({ at: 4 + 4 * index, to })),
    bytes: concat(u32(items.length), zeros(4 * items.length)),
    origin: 0,
  };
}

function integers(...values: readonly number[]): Part {
  return {
    pointers: [],
    bytes: concat(u32(values.length), ...values.map((value) => int(value, 4))),
    origin: 0,
  };
}

function text(value: string): Part {
  return {
    pointers: [],
    bytes: padded(concat(u32(utf8(value).length), utf8(value), zeros(1)), 4),
    origin: 0,
  };
}

function bytes(value: Uint8Array): Part {
  return { pointers: [], bytes: padded(concat(u32(value.length), value), 4), origin: 0 };
}

function flatBuffer(root: Part, identifier: string): Uint8Array {
  const places = new Map<Part, number>();
  let size = 8;
  const order: Part[] = [];
  const place = (part: Part): void => {
    if (places.has(part)) return;
    places.set(part, size);
    order.push(part);
    size += part.bytes.length;
    for (const { to } of part.pointers) place(to);
  };
  place(root);
  const whole = concat(u32(8 + root.origin), utf8(identifier), ...order.map((part) => part.bytes));
  const view = new DataView(whole.buffer);
  for (const part of order)
    for (const { at, to } of part.pointers) {
      const from = (places.get(part) ?? 0) + at;
      view.setUint32(from, (places.get(to) ?? 0) + to.origin - from, true);
    }
  return whole;
}

interface Options {
  readonly custom?: string;
  readonly inputs?: readonly number[];
  readonly code?: number;
  readonly buffer?: number;
  readonly shape?: readonly number[];
}

function model({ custom, inputs = [0], code = 0, buffer = 1, shape = [2, 2] }: Options = {}): Uint8Array {
  const operatorCode = custom === undefined ? table(0, undefined, 1, 0) : table(32, text(custom), 1, 32);
  const tensor = table(integers(...shape), 0, buffer, text('t'));
  const operator = table(code, integers(...inputs), integers(0));
  const graph = table(vector([tensor]), integers(0), integers(0), vector([operator]), text('main'));
  const buffers = vector([table(), table(bytes(zeros(16)))]);
  return flatBuffer(
    table(3, vector([operatorCode]), vector([graph]), text('made for tests'), buffers),
    'TFL3',
  );
}

const benign: Sample[] = [
  { what: 'one operator', path, bytes: model() },
  { what: 'an operator of the runtime', path, bytes: model({ custom: 'TFLite_Detection_PostProcess' }) },
  { what: 'an operator of TensorFlow that computes', path, bytes: model({ custom: 'FlexErf' }) },
];

const planted: Planted[] = [
  {
    what: 'a custom operator',
    rule: 'tflite.custom-operator',
    verdict: 'suspicious',
    path,
    bytes: model({ custom: 'RunShell' }),
  },
  {
    what: 'TensorFlow writing a file',
    rule: 'tflite.reaching-operator',
    verdict: 'unsafe',
    path,
    bytes: model({ custom: 'FlexWriteFile' }),
  },
  {
    what: 'TensorFlow reading a file',
    rule: 'tflite.reaching-operator',
    verdict: 'unsafe',
    path,
    bytes: model({ custom: 'FlexReadFile' }),
  },
  {
    what: 'TensorFlow calling Python',
    rule: 'tflite.reaching-operator',
    verdict: 'unsafe',
    path,
    bytes: model({ custom: 'FlexPyFunc' }),
  },
  {
    what: 'an operator code that does not exist',
    rule: 'tflite.index-outside',
    verdict: 'suspicious',
    path,
    bytes: model({ code: 7 }),
  },
  {
    what: 'a tensor that does not exist',
    rule: 'tflite.index-outside',
    verdict: 'suspicious',
    path,
    bytes: model({ inputs: [0x7fffffff] }),
  },
  {
    what: 'a buffer that does not exist',
    rule: 'tflite.index-outside',
    verdict: 'suspicious',
    path,
    bytes: model({ buffer: 99 }),
  },
  {
    what: 'a negative dimension',
    rule: 'tflite.shape',
    verdict: 'suspicious',
    path,
    bytes: model({ shape: [-5, 2] }),
  },
];

export const tfliteSamples: Samples = {
  benign,
  planted,
  broken: [
    ...cuts(first(benign)).filter(({ bytes: cut }) => cut.length >= 8),
    { what: 'a root beyond the end', path, bytes: concat(u32(0x7fffffff), utf8('TFL3'), zeros(32)) },
  ],
};
