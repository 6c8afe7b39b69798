/** What frameworks write stays clean. */
import { expect, test } from 'vitest';
import { tarOf } from '../../testing/archives.ts';
import { inspectBytes } from '../../testing/inspected.ts';
import { joblibOf } from '../../testing/joblib.ts';
import { evilPickle, PickleWriter, pickle, stateDictionary } from '../../testing/pickle.ts';
import { torchZip } from '../../testing/zip.ts';

const BENIGN: Readonly<Record<string, Buffer>> = {
  'numbers and text': pickle()
    .emptyDict()
    .unicode('a')
    .int(1)
    .setItem()
    .unicode('b')
    .float(2.5)
    .setItem()
    .stop()
    .done(),
  'protocol 0': new PickleWriter().text("(dp0\nS'a'\np1\nI1\nsS'b'\nF2.5\ns.").done(),
  'a NumPy array': pickle()
    .stackGlobal('numpy._core.multiarray', '_reconstruct')
    .stackGlobal('numpy', 'ndarray')
    .int(0)
    .tuple(1)
    .binary(Buffer.from('b'))
    .tuple(3)
    .reduce()
    .mark()
    .int(1)
    .int(2)
    .tuple(1)
    .stackGlobal('numpy', 'dtype')
    .unicode('f8')
    .tuple(1)
    .reduce()
    .raw(0x89)
    .binary(Buffer.alloc(16))
    .tuple()
    .build()
    .stop()
    .done(),
  'an estimator of scikit-learn': pickle()
    .stackGlobal('sklearn.linear_model._logistic', 'LogisticRegression')
    .tuple(0)
    .newObject()
    .emptyDict()
    .unicode('C')
    .float(1)
    .setItem()
    .build()
    .stop()
    .done(),
  'the same in protocol 0, by its old module': new PickleWriter()
    .text('ccopy_reg\n_reconstructor\n(csklearn.linear_model.logistic\nLogisticRegression\n')
    .text('c__builtin__\nobject\nNtR(db.')
    .done(),
  'a method of a class': pickle()
    .stackGlobal('builtins', 'getattr')
    .stackGlobal('sklearn.svm._classes', 'SVC')
    .unicode('predict')
    .tuple(2)
    .reduce()
    .stop()
    .done(),
  'bytes as Python 2 wrote them': pickle(2)
    .global('_codecs', 'encode')
    .unicode2('abc')
    .unicode2('latin1')
    .tuple(2)
    .reduce()
    .stop()
    .done(),
  'an array of joblib': joblibOf({ dtype: 'f8', count: 3, bytes: Buffer.alloc(24, 0x63), padding: 5 }),
  'an array of joblib without padding': joblibOf({ dtype: '<f4', count: 4, bytes: Buffer.alloc(16, 0x2e) }),
  'an object array of joblib': joblibOf({ dtype: 'O8', count: 1, bytes: pickle().emptyList().stop().done() }),
  'a method of text that an estimator holds': pickle()
    .stackGlobal('sklearn.feature_extraction.text', 'TfidfVectorizer')
    .tuple(0)
    .newObject()
    .emptyDict()
    .unicode('tokenizer')
    .stackGlobal('builtins', 'getattr')
    .stackGlobal('builtins', 'str')
    .unicode('split')
    .tuple(2)
    .reduce()
    .setItem()
    .build()
    .stop()
    .done(),
  'a kind of number that a selector names': pickle().stackGlobal('numpy', 'number').tuple(1).stop().done(),
  'a PyTorch file in text, as protocol 2 writes bytes': encodedTorch(pickle(2).emptyList().stop().done()),
  'a PyTorch file at the end of a tar': tarOf([
    { name: 'model.pt', content: torchZip(stateDictionary([4]), [Buffer.alloc(16)]) },
  ]),
  'a state dictionary': torchZip(stateDictionary([4, 2]), [Buffer.alloc(16, 0x80), Buffer.alloc(8)]),
};

/** `_load_from_bytes(_codecs.encode(text, 'latin1'))`. */
function encodedTorch(content: Buffer): Buffer {
  return pickle(2)
    .global('torch.storage', '_load_from_bytes')
    .global('_codecs', 'encode')
    .unicode2(content.toString('latin1'))
    .unicode2('latin1')
    .tuple(2)
    .reduce()
    .tuple(1)
    .reduce()
    .stop()
    .done();
}

test('a harmful PyTorch file in text is found', () => {
  expect(inspectBytes(encodedTorch(evilPickle())).verdict).toBe('unsafe');
});

test('a method of text may be held, not changed or called', () => {
  const method = () =>
    pickle()
      .stackGlobal('builtins', 'getattr')
      .stackGlobal('builtins', 'str')
      .unicode('split')
      .tuple(2)
      .reduce();
  expect(inspectBytes(method().unicode('a').tuple(1).reduce().stop().done()).verdict).toBe('suspicious');
  const format = pickle()
    .stackGlobal('builtins', 'getattr')
    .stackGlobal('builtins', 'str')
    .unicode('format')
    .tuple(2);
  expect(inspectBytes(format.reduce().tuple(1).stop().done()).verdict).toBe('suspicious');
});

test.each(Object.entries(BENIGN))('%s', (_, bytes) => {
  const result = inspectBytes(bytes);
  expect(result.findings).toEqual([]);
  expect(result.coverage.skipped).toEqual([]);
  expect(result.verdict).toBe('clean');
});

test('text is no pickle', () => {
  for (const text of [
    'config\nmodel\nname\n',
    'I am a sentence.\n',
    '# Title\n\nSome words.\n',
    'class A:\n  pass\n',
  ])
    expect(inspectBytes(Buffer.from(text), 'notes').format).toBe('text');
});
