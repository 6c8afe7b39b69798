/** Model files, told by their first bytes rather than by their names. */
import { ResultBuilder } from '../../builder.ts';
import { extensionOf } from '../../paths.ts';
import { emptyResult, type Scanner, type SourceFile } from '../../types.ts';

const EXTENSIONS =
  /^(?:|\.(?:safetensors|gguf|ggml|bin|pt|pth|pth\.tar|ckpt|pkl|pickle|p|joblib|dill|onnx|h5|hdf5|keras|tflite|npy|npz|pb|model|mlmodel|weights|params|dat|torch|llamafile|mar|zip))$/;

/** Pickles that hold data rather than weights, as their place or name says. */
const DATA =
  /(?:^|\/)(?:data|datasets?)\/|(?:vector_?db|embeddings?|dataset|data|index|cache|meta)\.(?:pkl|pickle)$/i;

interface Format {
  readonly format: string;
  readonly kind: 'model' | 'dataset';
  /** Set where loading the file may run code that it holds. */
  readonly unsafe?: 'high' | 'medium';
}

export const modelFiles: Scanner = {
  name: 'model-files',
  reads: 'head',
  wants: (path) => EXTENSIONS.test(extensionOf(path)),
  scan(file) {
    const pointer = lfsPointer(file.head);
    const found = pointer === undefined ? formatOf(file.head, extensionOf(file.path)) : undefined;
    if (pointer !== undefined && extensionOf(file.path) !== '' && extensionOf(file.path) !== '.zip')
      return pointed(file, pointer);
    if (found === undefined) return emptyResult();
    const out = new ResultBuilder('model-files', file.path);
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

/** Recognises a format from the head of a file; undefined where it is no model file. */
export function formatOf(head: Buffer, extension: string): Format | undefined {
  if (head.length < 8) return undefined;
  const start = head.toString('latin1', 0, 8);
  if (start.startsWith('GGUF')) return { format: 'gguf', kind: 'model' };
  if (/^(?:ggml|lmgg|tjgg|fmgg)/.test(start)) return { format: 'ggml', kind: 'model' };
  if (start === '\x89HDF\r\n\x1a\n') return { format: 'hdf5', kind: 'model', unsafe: 'medium' };
  if (head.toString('latin1', 4, 8) === 'TFL3') return { format: 'tflite', kind: 'model' };
  if (start.startsWith('\x93NUMPY')) return numpy(head);
  if (start.startsWith('PK\x03\x04')) return zipped(head, extension);
  if (isSafetensors(head)) return { format: 'safetensors', kind: 'model' };
  if (isPickle(head, extension)) return { format: 'pickle', kind: 'model', unsafe: 'high' };
  if (extension === '.onnx' && head[0] === 0x08) return { format: 'onnx', kind: 'model' };
  if (extension === '.pb' && (head[0] === 0x0a || head[0] === 0x08))
    return { format: 'tensorflow-graph', kind: 'model' };
  return undefined;
}

/** 8 bytes of little-endian header length, then JSON. */
function isSafetensors(head: Buffer): boolean {
  const length = head.readBigUInt64LE(0);
  return length >= 2n && length <= 100_000_000n && /^\{\s*"/.test(head.toString('latin1', 8, 24));
}

/** Protocol 2 to 5 by opcode, anything else under a pickle's name. */
function isPickle(head: Buffer, extension: string): boolean {
  if (head[0] === 0x80 && (head[1] ?? 0) >= 2 && (head[1] ?? 9) <= 5) {
    return head[1] !== 4 && head[1] !== 5
      ? /[}\](cq]|\x8a|X/.test(head.toString('latin1', 2, 4))
      : head[2] === 0x95 || /^\.(?:pkl|pickle|joblib|dill|p)$/.test(extension);
  }
  // Protocols 0 and 1 have no signature, and joblib compresses.
  return /^\.(?:pkl|pickle|dill|joblib)$/.test(extension);
}

/** Arrays of Python objects are pickled inside. */
function numpy(head: Buffer): Format {
  const objects = /'descr':\s*'\|O/.test(head.toString('latin1', 0, 256));
  return objects ? { format: 'npy', kind: 'dataset', unsafe: 'high' } : { format: 'npy', kind: 'dataset' };
}

function zipped(head: Buffer, extension: string): Format | undefined {
  const names = head.toString('latin1', 0, Math.min(head.length, 4_096));
  if (/\/data\.pkl|archive\/|\/version/.test(names) || /^\.(?:pt|pth|ckpt)$/.test(extension))
    return { format: 'pytorch-zip', kind: 'model', unsafe: 'high' };
  if (extension === '.keras') return { format: 'keras-zip', kind: 'model', unsafe: 'medium' };
  if (extension === '.npz') return { format: 'npz', kind: 'dataset' };
  if (extension === '.mar') return { format: 'torch-model-archive', kind: 'model', unsafe: 'high' };
  return undefined;
}

/** Metadata keys that converters write; nothing is guessed. */
function licenseOf(head: Buffer): string | undefined {
  return /"license"\s*:\s*"([\w .+-]{2,60})"/.exec(head.toString('latin1'))?.[1];
}

interface LfsPointer {
  readonly oid: string;
  readonly size: number;
}

function lfsPointer(head: Buffer): LfsPointer | undefined {
  if (!head.toString('latin1', 0, 40).startsWith('version https://git-lfs.github.com/spec')) return undefined;
  const match = /\noid sha256:([0-9a-f]{64})\nsize (\d+)/.exec(head.toString('latin1', 0, 400));
  return match?.[1] === undefined ? undefined : { oid: match[1], size: Number(match[2]) };
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
