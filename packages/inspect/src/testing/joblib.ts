/** What `joblib.dump` writes: a pickle with raw arrays between its opcodes. */
import { type PickleWriter, pickle } from './pickle.ts';

export interface JoblibArray {
  readonly dtype: string;
  readonly count: number;
  readonly bytes: Uint8Array;
  /** Bytes of padding in front, with the byte that counts them; none where undefined. */
  readonly padding?: number;
}

/** A dictionary with one array in it, and whatever `after` writes behind it. */
export function joblibOf(
  array: JoblibArray,
  after: (out: PickleWriter) => PickleWriter = (out) => out,
): Buffer {
  const out = pickle(4).emptyDict().memoize().unicode('weights').memoize();
  out.stackGlobal('joblib.numpy_pickle', 'NumpyArrayWrapper').memoize().tuple(0).newObject().memoize();
  out.emptyDict().memoize().mark();
  out.unicode('subclass').stackGlobal('numpy', 'ndarray').memoize();
  out.unicode('shape').int(array.count).tuple(1).memoize();
  out.unicode('order').unicode('C').unicode('dtype');
  out
    .stackGlobal('numpy', 'dtype')
    .memoize()
    .unicode(array.dtype)
    .raw(0x89, 0x88)
    .tuple(3)
    .reduce()
    .memoize();
  out.unicode('allow_mmap').raw(0x89);
  out.unicode('numpy_array_alignment_bytes');
  if (array.padding === undefined) out.none();
  else out.int(16);
  out.setItems().build();
  if (array.padding !== undefined)
    out.raw(array.padding, ...Array.from({ length: array.padding }, () => 0xff));
  out.bytes(array.bytes).setItem();
  return after(out).stop().done();
}
