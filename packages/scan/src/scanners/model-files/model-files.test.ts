import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { names, scanFiles, unknowns } from '../../testing/tree.ts';

const bytes = (text: string): Buffer => Buffer.from(text, 'latin1');
const OID = 'ab'.repeat(32);
const pointer = (end: string): string =>
  ['version https://git-lfs.github.com/spec/v1', `oid sha256:${OID}`, 'size 4242', ''].join(end);
const MALICIOUS = "cos\nsystem\n(S'id'\ntR.";

async function formats(files: Record<string, Buffer>): Promise<[string, unknown][]> {
  const { assets } = await scanFiles(files);
  return assets.flatMap((one) => (one.kind === 'model' ? [[one.name, one.properties?.format]] : []));
}

describe('model files by their first bytes', () => {
  it.each([
    ['old.pt', bytes(MALICIOUS), 'pickle'],
    ['old.bin', bytes(MALICIOUS), 'pickle'],
    ['list.pth', bytes("(lp0\nS'a'\np1\naI1\na."), 'pickle'],
    ['no-frame.pt', bytes('\x80\x04}\x94\x8c\x01aK\x01s.'), 'pickle'],
    ['no-frame.bin', bytes('\x80\x05\x8c\x05posix\x8c\x06system\x93\x8c\x02id\x85R.'), 'pickle'],
    ['breaks-off.pt', bytes("cos\nsystem\n(S'id'\ntR\xff\xff\xff"), 'pickle'],
    ['legacy.pt', bytes('\x80\x02\x8a\nl\xfc\x9cF\xf9 j\xa8P\x19.\x80\x02M\xe9\x03.'), 'pickle'],
    ['long.ckpt', bytes(`\x80\x02X\x00\x00\x02\x00${'a'.repeat(0x2_0000)}.`), 'pickle'],
    ['short.pkl', bytes('N.'), 'pickle'],
    ['packed.joblib', bytes('\x78\x9c\x01\x02\x03\x04\x05\x06'), 'pickle'],
    ['gzip.pkl', bytes('\x1f\x8b\x08\0\0\0\0\0'), 'pickle'],
    ['xz.dill', bytes('\xfd7zXZ\0'), 'pickle'],
    ['state.pth.tar', bytes('\x80\x02}q\x00.'), 'pickle'],
    ['producer-first.onnx', bytes('\x12\x07pytorch\x3a\x05\x0a\x03abc\x08\x07'), 'onnx'],
    ['usual.onnx', bytes('\x08\x07\x12\x07pytorch\x3a\x05\x0a\x03abc'), 'onnx'],
    ['block.h5', Buffer.concat([Buffer.alloc(512), bytes('\x89HDF\r\n\x1a\n')]), 'hdf5'],
    ['a.mlmodel', bytes('\x08\x04\x12\x04\x0a\x02ab'), 'coreml'],
    ['lid.bin', bytes('\xba\x16\x4f\x2f\x0c\x00\x00\x00'), 'fasttext'],
    ['yolo.weights', bytes('\0\0\0\0\x02\0\0\0\x05\0\0\0'), 'darknet'],
  ])('%s', async (path, content, format) => {
    const result = await scanFiles({ [path]: content });
    expect(result.assets.map((one) => [one.name, one.properties?.format])).toContainEqual([path, format]);
    expect(result.unknowns).toEqual([]);
  });

  it.each([
    ['text.pt', bytes('This is no model at all.')],
    ['zeros.safetensors', Buffer.alloc(64)],
    ['page.onnx', bytes('<!doctype html><title>404</title>')],
    ['graph.onnx', bytes('\x3a\xff\xff\xff\xff\x0f')],
    ['pytorch_model.bin', bytes('\x01\x02\x03\x04\x05\x06\x07\x08')],
    ['empty.gguf', bytes('')],
    ['tiny.tflite', bytes('abc')],
    ['noise.keras', bytes('PK\x05\x06')],
    ['saved_model.pb', bytes('{"a":1}')],
    ['text.npy', bytes('1 2 3 4 5 6')],
    ['truncated.pt', bytes('version https://git-lfs.github.com/spec/v1\noid sha256:ab')],
  ])('what only its name calls a model is an unknown: %s', async (path, content) => {
    const result = await scanFiles({ [path]: content });
    expect(names(result, 'model')).toEqual([]);
    expect(unknowns(result)).toEqual([`wrong-magic ${path}`]);
    expect(result.unknowns[0]?.message).toContain(`${content.length} bytes`);
  });

  it('what loads under a pickle’s name may run code, and is an unknown besides where it does not read as one', async () => {
    const result = await scanFiles({ 'a.pkl': bytes('not a pickle') });
    expect(names(result, 'model')).toEqual(['a.pkl']);
    expect(result.findings.map((one) => one.rule)).toEqual(['model-files/unsafe-serialisation']);
    expect(unknowns(result)).toEqual(['wrong-magic a.pkl']);
  });

  it('other files under common names are passed over', async () => {
    const result = await scanFiles({
      LICENSE: bytes('Nobody may.'),
      'firmware.bin': bytes('\x7fELF\x02\x01\x01\0'),
      'notes.dat': bytes('I am.\nN.'),
      // BUILD takes two things from a stack that is empty.
      '.gitignore': bytes('bin\nobj\ncsx\n.vs\nedge\nPublish\n'),
      'disk.bin': Buffer.alloc(4_096),
      'message.pb': bytes('\x1a\x01a'),
      'a.zip': bytes('PK\x03\x04\0\0\0\0'),
      'tokenizer.model': bytes('\x0a\x0e\x0a\x05<unk>\x15\0\0\0\0\x18\x02'),
    });
    expect([names(result, 'model'), result.unknowns]).toEqual([[], []]);
  });

  it.each(['\n', '\r\n'])('Git LFS pointers with lines that end in %j', async (end) => {
    const result = await scanFiles({ 'a.pt': pointer(end), 'data/train.parquet': pointer(end) });
    expect(
      result.assets
        .filter((one) => one.kind !== 'component')
        .map((one) => [one.id, one.digest, one.properties?.bytes]),
    ).toEqual([
      ['dataset:data/train.parquet', `sha256:${OID}`, 4242],
      ['model:a.pt', `sha256:${OID}`, 4242],
    ]);
    expect(unknowns(result)).toEqual(['not-fetched a.pt', 'not-fetched data/train.parquet']);
  });

  it('any bytes give an answer, and a named model is never passed over', async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.uint8Array({ maxLength: 64 }),
        fc.constantFrom('', '\x80\x02', '\x80\x04\x95', '(', 'c', '\x08'),
        async (rest, start) => {
          const content = Buffer.concat([bytes(start), rest]);
          const all = await formats({ 'a.pt': content, 'b.onnx': content, 'c.pkl': content });
          const result = await scanFiles({ 'a.pt': content, 'b.onnx': content, 'c.pkl': content });
          const told = new Set([
            ...all.map(([name]) => name),
            ...result.unknowns.map((one) => one.location.path),
          ]);
          expect([...told].sort()).toEqual(['a.pt', 'b.onnx', 'c.pkl']);
        },
      ),
      { numRuns: 60 },
    );
  });
});
