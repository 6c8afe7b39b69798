/** Model files, told by their first bytes rather than by their names. */
import { ResultBuilder } from '../../builder.ts';
import { type LfsPointer, readLfsPointer } from '../../lfs-pointer.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner, type SourceFile } from '../../types.ts';
import { readsAsPickle } from './pickle.ts';
import { type Fields, fieldsOf } from './protobuf.ts';

const EXTENSIONS =
  /^(?:|\.(?:safetensors|gguf|ggml|bin|pt|pth|ckpt|pkl|pickle|p|joblib|dill|onnx|h5|hdf5|keras|tflite|npy|npz|pb|model|mlmodel|weights|params|dat|torch|llamafile|mar|zip))$/;
const PACKED = /\.(?:pth|pt|ckpt)\.tar$/i;
/** Names that say what the file is: without a format that is known, it is an unknown. */
const CLAIMS =
  /\.(?:safetensors|gguf|ggml|pt|pth|ckpt|pkl|pickle|joblib|dill|onnx|h5|hdf5|keras|tflite|npy|npz|model|mlmodel|weights|torch|llamafile|mar|pth\.tar|pt\.tar|ckpt\.tar)$|(?:^|[/_.-])(?:model|weights|consolidated|ggml|optimizer|training_args)[\w.-]*\.bin$|(?:^|\/)(?:saved_model|frozen[\w-]*|[\w-]*graph(?:_def)?)\.pb$/i;
const PICKLES = /^\.(?:pkl|pickle|dill|joblib)$/;
/** gzip, zlib, bzip2, xz, lzma, lz4 and joblib's own: what pickles are packed with. */
const COMPRESSED =
  '\x1f\x8b \x78\x01 \x78\x5e \x78\x9c \x78\xda BZh \xfd7zXZ \x5d\0\0 \x04\x22\x4d\x18 ZF'.split(' ');

/** Pickles that hold data rather than weights, as their place or name says. */
const DATA =
  /(?:^|\/)(?:data|datasets?)\/|(?:vector_?db|embeddings?|dataset|data|index|cache|meta)\.(?:pkl|pickle)$/i;

interface Format {
  readonly format: string;
  /** Undefined for what belongs to a model and is none, such as a tokenizer. */
  readonly kind: 'model' | 'dataset' | undefined;
  /** Set where loading the file may run code that it holds. */
  readonly unsafe?: 'high' | 'medium';
  /** False where only the name says so. */
  readonly sure: boolean;
}

const model = (format: string, unsafe?: 'high' | 'medium'): Format => ({
  format,
  kind: 'model',
  sure: true,
  ...(unsafe === undefined ? {} : { unsafe }),
});

interface Signature {
  readonly format: Format;
  /** Any of these, in Latin-1. */
  readonly bytes: readonly string[];
  /** Where they stand; default: at the head of the file. */
  readonly at?: number;
  /** Set where only the name and the bytes together tell. */
  readonly extension?: string;
}

const SIGNATURES: readonly Signature[] = [
  { format: model('gguf'), bytes: ['GGUF'] },
  { format: model('ggml'), bytes: ['ggml', 'lmgg', 'tjgg', 'fmgg', 'algg'] },
  { format: model('tflite'), bytes: ['TFL3'], at: 4 },
  { format: model('fasttext'), bytes: ['\xba\x16\x4f\x2f'] },
  { format: model('llamafile', 'high'), bytes: ['MZqFpD'] },
  { format: model('darknet'), bytes: ['\0\0\0\0\x01\0\0\0', '\0\0\0\0\x02\0\0\0'], extension: '.weights' },
  { format: model('mxnet'), bytes: ['\x12\x01\0\0\0\0\0\0'], extension: '.params' },
  { format: model('xgboost'), bytes: ['binf', '{L', '{"learner"', '{"version"'], extension: '.model' },
  { format: model('lightgbm'), bytes: ['tree\n', 'tree\r\n'], extension: '.model' },
  { format: model('pytorch-tar', 'high'), bytes: ['ustar'], at: 257, extension: '.pth' },
  // `\n`, the length of a piece, `\n`, the length of its text: begins with an unknown or control piece.
  {
    format: { format: 'sentencepiece', kind: undefined, sure: true },
    bytes: ['<unk>', '<pad>', '<s>', '</s>'],
    at: 4,
    extension: '.model',
  },
];
/** Where a block of the user's own may push the signature of HDF5. Bytes. */
const HDF5_PLACES: readonly number[] = [0, 512, 1_024, 2_048];
const HDF5 = '\x89HDF\r\n\x1a\n';

/** `ModelProto`. */
const ONNX: Fields = { 1: 0, 2: 2, 3: 2, 4: 2, 5: 0, 6: 2, 7: 2, 8: 2, 14: 2, 20: 2, 25: 2, 26: 2 };
export const modelFiles: Scanner = {
  name: 'model-files',
  reads: 'head',
  wants: (path) => EXTENSIONS.test(extensionOf(path)) || PACKED.test(path),
  scan(file) {
    const extension = PACKED.test(file.path) ? '.pth' : extensionOf(file.path);
    const pointer = readLfsPointer(file.head);
    if (pointer !== undefined)
      return extension === '' || extension === '.zip' ? emptyResult() : pointed(file, pointer);
    const found = formatOf(file.head, extension, file.size);
    const out = new ResultBuilder('model-files', file.path);
    if (CLAIMS.test(file.path) && (found === undefined || !found.sure)) {
      const what = file.size === 0 ? 'but empty' : 'but its first bytes are of no format that is known';
      out.unknown(
        'wrong-magic',
        `Named as a model, ${what} (${file.size} bytes); what loading it would do was not looked at.`,
      );
    }
    if (found?.kind === undefined || file.size === 0) return out.result;
    const license =
      found.format === 'safetensors' || found.format === 'gguf' ? licenseOf(file.head) : undefined;
    const id = out.asset(
      {
        kind: found.format === 'pickle' && DATA.test(file.path) ? 'dataset' : found.kind,
        name: file.path,
        ...(file.digest === undefined ? {} : { digest: file.digest }),
        properties: { format: found.format, bytes: file.size, ...(license === undefined ? {} : { license }) },
      },
      'depends_on',
    );
    if (found.unsafe !== undefined) {
      out.finding(
        'unsafe-serialisation',
        found.unsafe,
        found.unsafe === 'high' ? 0.95 : 0.7,
        `${found.format} can run code when it is loaded; keep weights in safetensors or ONNX.`,
        undefined,
        id,
      );
    }
    return out.result;
  },
};

/** Recognises a format from the first bytes of a file of `size` bytes; undefined where it is none that is known. */
function formatOf(head: Buffer, extension: string, size: number): Format | undefined {
  const start = head.toString('latin1', 0, 512);
  const told = SIGNATURES.find(
    (one) =>
      (one.extension === undefined || one.extension === extension) &&
      one.bytes.some((bytes) => start.startsWith(bytes, one.at)),
  );
  if (told !== undefined) return told.format;
  if (HDF5_PLACES.some((at) => head.toString('latin1', at, at + HDF5.length) === HDF5))
    return model('hdf5', 'medium');
  if (start.startsWith('\x93NUMPY')) return numpy(head);
  if (start.startsWith('PK\x03\x04')) return zipped(head, extension);
  if (extension === '.pth' && head.toString('latin1', 257, 262) === 'ustar')
    return model('pytorch-tar', 'high');
  if (isSafetensors(head)) return model('safetensors');
  if (extension === '.onnx' && isOnnx(head, size)) return model('onnx');
  if (extension === '.mlmodel' && head[0] === 0x08 && head[2] === 0x12) return model('coreml');
  if (extension === '.pb' && (head[0] === 0x0a || head[0] === 0x08)) return model('tensorflow-graph');
  if (readsAsPickle(head, size)) return model('pickle', 'high');
  // Whatever is loaded as a pickle runs until it breaks.
  if (PICKLES.test(extension))
    return { ...model('pickle', 'high'), sure: COMPRESSED.some((one) => start.startsWith(one)) };
  return undefined;
}

/** A version or a graph stands among the first fields, in any order. */
function isOnnx(head: Buffer, size: number): boolean {
  const fields = fieldsOf(head, size, ONNX);
  return fields !== undefined && (fields.has(1) || fields.has(7));
}

/** 8 bytes of little-endian header length, then JSON. */
function isSafetensors(head: Buffer): boolean {
  if (head.length < 10) return false;
  const length = head.readBigUInt64LE(0);
  return length >= 2n && length <= 100_000_000n && /^\{\s*["}]/.test(head.toString('latin1', 8, 24));
}

/** Arrays of Python objects are pickled inside. */
function numpy(head: Buffer): Format {
  const objects = /'descr':\s*'\|O/.test(head.toString('latin1', 0, 256));
  return { format: 'npy', kind: 'dataset', sure: true, ...(objects ? { unsafe: 'high' } : {}) };
}

function zipped(head: Buffer, extension: string): Format | undefined {
  const names = head.toString('latin1', 0, Math.min(head.length, 4_096));
  if (/\/data\.pkl|archive\/|\/version/.test(names) || /^\.(?:pt|pth|ckpt)$/.test(extension))
    return model('pytorch-zip', 'high');
  if (extension === '.keras') return model('keras-zip', 'medium');
  if (extension === '.npz') return { format: 'npz', kind: 'dataset', sure: true };
  if (extension === '.mar') return model('torch-model-archive', 'high');
  return undefined;
}

/** Metadata keys that converters write; nothing is guessed. */
function licenseOf(head: Buffer): string | undefined {
  return /"license"\s*:\s*"([\w .+-]{2,60})"/.exec(head.toString('latin1'))?.[1];
}

/** The content is elsewhere: its digest is known, its safety is not. */
function pointed(file: SourceFile, pointer: LfsPointer): ReturnType<typeof emptyResult> {
  const out = new ResultBuilder('model-files', file.path);
  out.asset(
    {
      kind: 'model',
      name: file.path,
      digest: `sha256:${pointer.oid}`,
      properties: { format: extensionOf(file.path).slice(1), bytes: pointer.size, lfs: true },
    },
    'depends_on',
  );
  out.unknown('not-fetched', 'Git LFS pointer; the file itself was not there to be examined.');
  return out.result;
}
