/** Ways to hide a payload from an inspection while a loader still finds it: none of them is clean. Files are only parsed. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lz4Of, sevenZipOf, tarOf, zstdOf } from './testing/archives.ts';
import { inspectBytes } from './testing/inspected.ts';
import { joblibOf } from './testing/joblib.ts';
import { evilPickle, PickleWriter, pickle } from './testing/pickle.ts';
import { torchZip, zipOf } from './testing/zip.ts';

const text = (content: string) => new PickleWriter().text(content).done();
const EVIL = evilPickle();
const EVIL_0 = text("cos\nsystem\n(S'id'\ntR.");
const GOOD = pickle().emptyList().stop().done();

const LONG_LINE = text(`S'${'a'.repeat(70_000)}'\n0`);

/** A text that swallows the header of tar, then values, then the payload; to tar it is one member of text. */
function tarPolyglot(): Buffer {
  const content = Buffer.concat([Buffer.from('N0'.repeat(40_000)), EVIL_0]);
  const tar = tarOf([{ name: `V${'a'.repeat(90)}`, content: Buffer.concat([Buffer.from('\n0'), content]) }]);
  return tar;
}

/** `.npy` with this header and these bytes. */
function npyOf(header: string, data: Uint8Array): Buffer {
  const padded = `${header}\n`;
  const head = Buffer.from('\x93NUMPY\x01\x00\0\0', 'latin1');
  head.writeUInt16LE(padded.length, 8);
  return Buffer.concat([head, Buffer.from(padded, 'latin1'), Buffer.from(data)]);
}

/** A storage by its name, as PyTorch refers to it. */
function storagePickle(key: string, count: number): Buffer {
  return pickle(2)
    .mark()
    .unicode2('storage')
    .global('torch', 'ByteStorage')
    .unicode2(key)
    .unicode2('cpu')
    .int(count)
    .tuple()
    .persistentId()
    .stop()
    .done();
}

const bytesOfText = `${EVIL.length}`;
const sparse = (key: string, value: string) => {
  const record = ` ${key}=${value}\n`;
  const length = record.length + String(record.length + 2).length;
  return { name: 'pax', type: 'x', content: Buffer.from(`${length}${record}`) };
};

const HIDDEN: Readonly<Record<string, Buffer>> = {
  'a key of a NumPy header that stands twice': npyOf(
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${bytesOfText},), 'descr': '|O'}`,
    EVIL,
  ),
  'a key of a NumPy header in two pieces': npyOf(
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${bytesOfText},), 'des' 'cr': '|O'}`,
    EVIL,
  ),
  'a key of a NumPy header in escapes': npyOf(
    `{'descr': '|u1', 'fortran_order': False, 'shape': (${bytesOfText},), 'd\\x65scr': '|O'}`,
    EVIL,
  ),
  'a NumPy shape that is no number': npyOf("{'descr': '|u1', 'fortran_order': False, 'shape': (1 2,)}", EVIL),
  'a NumPy array of objects in an archive under any name': zipOf([
    { name: 'readme.txt', content: npyOf("{'descr': '|O', 'fortran_order': False, 'shape': (1,)}", EVIL) },
  ]),
  'a NumPy array of objects in a record, compressed twice': gzipSync(
    zipOf([
      {
        name: 'a.npy',
        method: 8,
        content: npyOf("{'descr': [('a', '<f4'), ('b', '|O')], 'fortran_order': False, 'shape': (1,)}", EVIL),
      },
    ]),
  ),
  'a pickle behind a long line and more values than are kept': Buffer.concat([
    LONG_LINE,
    Buffer.alloc(9 * 2 ** 20, 'N'),
    EVIL_0,
  ]),
  'a pickle behind a long line and more marks than are kept': Buffer.concat([
    LONG_LINE,
    Buffer.alloc(2 ** 20 + 2, '('),
    EVIL_0,
  ]),
  'a pickle that is a tar too, and acts behind 64 KiB': tarPolyglot(),
  'an import that is changed before the pickle breaks off': text("cmodule\nname\n(dS'a'\nS'b'\nsb!"),
  'a persistent id in front of protocol 0': text("Pid\n0cos\nsystem\n(S'id'\ntR."),
  'a pickle that is a picture too': Buffer.concat([
    Buffer.from('GIF89a\x01\x00\x010', 'latin1'),
    EVIL_0,
    Buffer.from('\0;'),
  ]),
  'a storage of PyTorch that is a pickle by name': zipOf([
    { name: 'm.pkl', content: storagePickle('evil.pkl', EVIL.length) },
    { name: 'm/evil.pkl', content: EVIL },
  ]),
  'a storage of PyTorch that is a pickle': torchZip(storagePickle('0', EVIL.length), [EVIL]),
  'a member of tar behind its end': Buffer.concat([
    tarOf([{ name: 'a', content: GOOD }]),
    tarOf([{ name: 'b', content: EVIL }]),
  ]),
  'bytes behind the end of tar': Buffer.concat([tarOf([{ name: 'a', content: GOOD }]), EVIL]),
  'a file of tar whose name ends like a folder': tarOf([{ name: 'model.pkl/', content: EVIL }]),
  'a folder of tar with content': tarOf([
    { name: 'folder', type: '5', content: tarOf([{ name: 'b', content: EVIL }]) },
  ]),
  'a link of tar that hides a member in its content': tarOf([
    { name: 'link', type: '2', link: 'a', content: tarOf([{ name: 'b', content: EVIL }]) },
  ]),
  'a sparse member of tar': tarOf([sparse('GNU.sparse.map', '0,4,16,9'), { name: 'a', content: GOOD }]),
  'a size of tar by pax': tarOf([sparse('size', '4'), { name: 'a', content: EVIL }]),
  'a class of joblib that a call makes': joblibDesync((out) =>
    out
      .stackGlobal('pandas.core.indexes.base', '_new_Index')
      .stackGlobal('joblib.numpy_pickle', 'NumpyArrayWrapper')
      .emptyDict()
      .tuple(2)
      .reduce(),
  ),
  'an array of an old joblib': joblibDesync((out) =>
    out.stackGlobal('sklearn.externals.joblib.numpy_pickle', 'NumpyArrayWrapper').tuple(0).newObject(),
  ),
  '_reconstructor with a base whose constructor runs': pickle()
    .stackGlobal('copyreg', '_reconstructor')
    .stackGlobal('argparse', 'Namespace')
    .stackGlobal('xgboost.core', 'Booster')
    .unicode('/tmp/file')
    .tuple(3)
    .reduce()
    .stop()
    .done(),
  'object 1 of the extension registry': pickle(2).extension(1).stop().done(),
  'a state with code for an estimator': pickle()
    .stackGlobal('sklearn.svm._classes', 'SVC')
    .tuple(0)
    .newObject()
    .emptyDict()
    .unicode('predict')
    .stackGlobal('builtins', 'eval')
    .setItem()
    .build()
    .stop()
    .done(),
  'a constructor behind copyreg._reconstructor': pickle()
    .stackGlobal('copyreg', '_reconstructor')
    .stackGlobal('subprocess', 'Popen')
    .stackGlobal('builtins', 'object')
    .none()
    .tuple(3)
    .reduce()
    .stop()
    .done(),
  'two members of gzip, a pickle in pieces': Buffer.concat([
    gzipSync(EVIL.subarray(0, 9)),
    gzipSync(EVIL.subarray(9)),
  ]),
  'gzip in zlib in zstd in LZ4 in 7z': sevenZipOf('a', lz4Of(zstdOf(deflateSync(gzipSync(EVIL))))),
  'a zip in a zip behind a script': zipOf(
    [{ name: 'a.txt', content: zipOf([{ name: 'b.jpg', content: EVIL, method: 8 }]) }],
    {
      before: Buffer.from('#!/bin/sh\n'),
    },
  ),
  'constants of TorchScript': zipOf([
    { name: 'm/data.pkl', content: pickle(2).none().stop().done() },
    { name: 'm/constants.pkl', content: EVIL },
    { name: 'm/version', content: Buffer.from('3') },
  ]),
  'more values that look like pickles than are looked into': decoys(300),
  'raw deflate without a wrapper': deflateRawSync(EVIL),
};

/** Bytes that joblib's loader jumps over, and that are a long text to a reader that takes them for opcodes. */
function joblibDesync(wrapper: (out: PickleWriter) => PickleWriter): Buffer {
  const jump = Buffer.from([0x58, EVIL_0.length, 0, 0, 0]);
  const out = pickle(4).stackGlobal('joblib.numpy_pickle', 'NumpyArrayWrapper').raw(0x30);
  wrapper(out).emptyDict().mark();
  out.unicode('subclass').stackGlobal('numpy', 'ndarray');
  out.unicode('shape').int(jump.length).tuple(1);
  out.unicode('order').unicode('C').unicode('dtype');
  out.stackGlobal('numpy', 'dtype').unicode('u1').raw(0x89, 0x88).tuple(3).reduce();
  out.unicode('allow_mmap').raw(0x89).setItems().build();
  return out.bytes(jump).bytes(EVIL_0.subarray(0, -1)).stop().stop().done();
}

function decoys(count: number): Buffer {
  const out = pickle().emptyList().mark();
  for (let index = 0; index < count; index++)
    out.binary(Buffer.concat([Buffer.from([0x80, 4, 0xff]), Buffer.alloc(20, index)]));
  return out.binary(EVIL).appends().stop().done();
}

test.each(Object.entries(HIDDEN))('%s', (_, bytes) => {
  const { verdict, coverage, findings } = inspectBytes(bytes, 'notes');
  expect(verdict).not.toBe('clean');
  expect(coverage.skipped.map(({ why }) => why)).not.toContain('not a model file: text');
  expect(coverage.skipped.length + findings.length).toBeGreaterThan(0);
});

test('what the tests above hide is found where nothing hides it', () => {
  for (const plain of [EVIL, EVIL_0, joblibOf({ dtype: 'O8', count: 1, bytes: EVIL })])
    expect(inspectBytes(plain, 'notes').verdict).toBe('unsafe');
});
