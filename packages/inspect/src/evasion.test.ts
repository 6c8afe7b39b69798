/** Ways to hide a payload from an inspection while a loader still finds it: none of them is clean. Files are only parsed. */
import { deflateRawSync, deflateSync, gzipSync } from 'node:zlib';
import { expect, test } from 'vitest';
import { lz4Of, sevenZipOf, tarOf, zstdOf } from './testing/archives.ts';
import { u32 } from './testing/build.ts';
import { ggufFile } from './testing/gguf.ts';
import { hdf5File } from './testing/hdf5.ts';
import { inspectBytes, rulesOf } from './testing/inspected.ts';
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

const WALK = "{{ ''.__class__.__mro__[1].__subclasses__() }}";
const LAMBDA = {
  class_name: 'Sequential',
  config: { layers: [{ class_name: 'Lambda', config: { function: 'x'.repeat(80) } }] },
};
const lambda = JSON.stringify(LAMBDA);
const utf32 = (content: string) =>
  Buffer.concat([...content].map((one) => Buffer.from(u32(one.codePointAt(0) ?? 0))));
const gguf = (values: Readonly<Record<string, string | { readonly array: readonly string[] }>>) =>
  ggufFile({ values });

/** A file of another format, by the name under which a loader takes it. */
const DISGUISED: Readonly<Record<string, readonly [path: string, bytes: Uint8Array]>> = {
  'a chat template under a key of its own in GGUF': [
    'm.gguf',
    gguf({ 'tokenizer.chat_template_tools': WALK }),
  ],
  'a chat template in an array of GGUF': [
    'm.gguf',
    gguf({ 'tokenizer.chat_templates': { array: ['a', WALK] } }),
  ],
  'a Keras configuration in UTF-32': ['config.json', utf32(lambda)],
  'a Keras configuration in UTF-16 without a mark': ['config.json', Buffer.from(lambda, 'utf16le')],
  'a Keras configuration in a text of another': [
    'config.json',
    Buffer.from(
      JSON.stringify({ class_name: 'Sequential', config: { note: JSON.stringify({ inner: lambda }) } }),
    ),
  ],
  'HDF5 behind a long user block': [
    'model',
    Buffer.concat([Buffer.alloc(131_072, 'text '), hdf5File({ attributes: { model_config: lambda } })]),
  ],
  'Python in a zip whose encoding hides line ends': [
    'm.zip',
    zipOf([
      {
        name: 'modeling_x.py',
        content: Buffer.from("# coding: utf-7\n#+AAo-import os+AAo-os.system('id')\n"),
      },
    ]),
  ],
  'Python that a server loads from a folder of that name': [
    'model.tar.gz',
    gzipSync(tarOf([{ name: 'code/inference.py', content: Buffer.from("open('/etc/passwd')\n") }])),
  ],
  'YAML with a short name for a Python tag': [
    'm.yaml',
    Buffer.from("%TAG ! tag:yaml.org,2002:python/object/apply:\n---\na: !os.system ['id']\n"),
  ],
  'PMML behind a long comment': [
    'm.xml',
    Buffer.from(
      `<!--${'x'.repeat(70_000)}--><!DOCTYPE PMML SYSTEM "file:///etc/passwd"><PMML version="4.4"/>`,
    ),
  ],
  'YAML with Python tags under another name': [
    'hparams.cfg',
    Buffer.from("a: !!python/object/apply:os.system ['id']\n"),
  ],
};

test.each(Object.entries(DISGUISED))('%s', (_, [path, bytes]) => {
  const { verdict, coverage } = inspectBytes(bytes, path);
  expect(verdict).not.toBe('clean');
  expect(coverage.skipped.map(({ why }) => why)).not.toContain('not a model file: text');
});

test('a directory of a zip that only the wide record has is told', () => {
  const both = zipOf([
    { name: 'evil.pkl', content: EVIL },
    { name: 'good.pkl', content: GOOD },
  ]);
  expect(rulesOf(inspectBytes(withWideRecord(both)))).toContain('zip.two-directories');
  expect(rulesOf(inspectBytes(withWideRecord(both, false)))).toEqual(['pickle.unsafe-call']);
});

/** The same zip with a zip64 record of its whole directory; `narrow` leaves the first entry out of the usual record. */
function withWideRecord(zip: Buffer, narrow = true): Buffer {
  const end = zip.length - 22;
  const [size, offset] = [zip.readUInt32LE(end + 12), zip.readUInt32LE(end + 16)];
  const wide = Buffer.alloc(76);
  wide.writeUInt32LE(0x06064b50, 0);
  wide.writeBigUInt64LE(44n, 4);
  for (const at of [24, 32]) wide.writeBigUInt64LE(2n, at);
  wide.writeBigUInt64LE(BigInt(size), 40);
  wide.writeBigUInt64LE(BigInt(offset), 48);
  wide.writeUInt32LE(0x07064b50, 56);
  wide.writeBigUInt64LE(BigInt(end), 64);
  wide.writeUInt32LE(1, 72);
  const last = Buffer.from(zip.subarray(end));
  const first = 46 + 'evil.pkl'.length;
  if (narrow) {
    last.writeUInt16LE(1, 8);
    last.writeUInt16LE(1, 10);
    last.writeUInt32LE(size - first, 12);
    last.writeUInt32LE(offset + first, 16);
  }
  return Buffer.concat([zip.subarray(0, end), wide, last]);
}

test('a second name of a member of zip, which Python takes, is told', () => {
  const zip = zipOf([{ name: 'a.txt', content: Buffer.from('text') }]);
  const end = zip.length - 22;
  const name = Buffer.from('../a.txt');
  const extra = Buffer.concat([Buffer.from([0x75, 0x70, name.length + 5, 0, 1, 0, 0, 0, 0]), name]);
  const bytes = Buffer.concat([zip.subarray(0, end), extra, zip.subarray(end)]);
  bytes.writeUInt16LE(extra.length, zip.readUInt32LE(end + 16) + 30);
  bytes.writeUInt32LE(zip.readUInt32LE(end + 12) + extra.length, end + extra.length + 12);
  expect(rulesOf(inspectBytes(bytes))).toEqual(['archive.path-traversal', 'zip.name-mismatch']);
});

test('members of gzip with zeros between them are one stream', () => {
  const bytes = Buffer.concat([gzipSync(EVIL.subarray(0, 9)), Buffer.alloc(32), gzipSync(EVIL.subarray(9))]);
  expect(inspectBytes(bytes).verdict).not.toBe('clean');
});

test('what the tests above hide is found where nothing hides it', () => {
  for (const plain of [EVIL, EVIL_0, joblibOf({ dtype: 'O8', count: 1, bytes: EVIL })])
    expect(inspectBytes(plain, 'notes').verdict).toBe('unsafe');
});
