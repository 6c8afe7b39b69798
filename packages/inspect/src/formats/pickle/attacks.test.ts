/** One case for each way in which a pickle attacks; docs/inspection.md lists the same. */
import { describe, expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { inspectBytes, rulesOf } from '../../testing/inspected.ts';
import { joblibOf } from '../../testing/joblib.ts';
import { evilPickle, PickleWriter, pickle } from '../../testing/pickle.ts';

const text = (content: string) => new PickleWriter().text(content).done();

/** Pickles that run a command in some way; all are `unsafe`. */
const UNSAFE: Readonly<Record<string, Buffer>> = {
  'a call in protocol 0': text("cos\nsystem\n(S'id'\ntR."),
  INST: text("(S'id'\nios\nsystem\n."),
  OBJ: new PickleWriter().text('(cos\nsystem\n').unicode('id').obj().stop().done(),
  STACK_GLOBAL: evilPickle(),
  'names that lie in the memo': pickle()
    .unicode('os')
    .memoize()
    .pop()
    .unicode('system')
    .memoize()
    .pop()
    .get(0)
    .get(1)
    .stackGlobal()
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'a memo slot that is written again': pickle()
    .unicode('collections')
    .put(0)
    .pop()
    .unicode('os')
    .put(0)
    .pop()
    .get(0)
    .unicode('system')
    .stackGlobal()
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'MEMOIZE after PUT, which counts entries and not the highest index': pickle()
    .none()
    .put(7)
    .pop()
    .unicode('posix')
    .memoize()
    .pop()
    .get(1)
    .unicode('system')
    .stackGlobal()
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'a dotted name': pickle().call('torch.serialization', 'os.system', 'id').stop().done(),
  'a module under another name': pickle().call('six.moves.builtins', 'eval', '1').stop().done(),
  'names of Python 2': text("c__builtin__\neval\n(S'1'\ntR."),
  'getattr on an import': pickle()
    .stackGlobal('builtins', 'getattr')
    .stackGlobal('torch', 'os')
    .unicode('system')
    .tuple(2)
    .reduce()
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'getattr into the inside of an object': pickle()
    .stackGlobal('builtins', 'getattr')
    .stackGlobal('collections', 'OrderedDict')
    .unicode('__globals__')
    .tuple(2)
    .reduce()
    .stop()
    .done(),
  'a checked callable that others call': pickle()
    .stackGlobal('torch._tensor', '_rebuild_from_type_v2')
    .stackGlobal('builtins', 'getattr')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  '_ufunc_reconstruct, which imports what it is told': pickle()
    .call('numpy.core', '_ufunc_reconstruct', 'os', 'system')
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'a name that is computed': pickle()
    .stackGlobal('builtins', 'str')
    .unicode('os')
    .tuple(1)
    .reduce()
    .unicode('system')
    .stackGlobal()
    .unicode('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'BUILD on an import, which changes it for everybody': pickle()
    .stackGlobal('collections', 'OrderedDict')
    .none()
    .emptyDict()
    .unicode('a')
    .int(1)
    .setItem()
    .tuple(2)
    .build()
    .stop()
    .done(),
  'an item put on an import': pickle()
    .stackGlobal('collections', 'OrderedDict')
    .unicode('a')
    .int(1)
    .setItem()
    .stop()
    .done(),
  'a second pickle in the file': Buffer.concat([pickle().int(1).stop().done(), evilPickle()]),
  'a second pickle without PROTO': Buffer.concat([
    pickle().int(1).stop().done(),
    text("cos\nsystem\n(S'id'\ntR."),
  ]),
  'code before an opcode that does not exist': pickle().call('os', 'system', 'id').raw(0xff).done(),
  'code before the stream is cut off': pickle()
    .call('os', 'system', 'id')
    .raw(0x58, 0xff, 0xff, 0xff, 0x7f)
    .done(),
  'code before a memo entry that is not there': pickle().call('os', 'system', 'id').get(200).stop().done(),
  'code before the stack runs empty': pickle().call('os', 'system', 'id').pop().pop().stop().done(),
  'code in a frame that lies about its length': pickle().frame(5).call('os', 'system', 'id').stop().done(),
  'a protocol that does not fit the opcodes': new PickleWriter()
    .proto(0)
    .call('os', 'system', 'id')
    .stop()
    .done(),
  'line ends of Windows': text("cos\r\nsystem\r\n(S'id'\r\ntR."),
  'a pickle in bytes': pickle().binary(evilPickle()).stop().done(),
  'a pickle in base64': pickle().unicode(evilPickle().toString('base64')).stop().done(),
  'a pickle in hexadecimal digits': pickle().unicode(evilPickle().toString('hex')).stop().done(),
  'a torch file in bytes': pickle()
    .stackGlobal('torch.storage', '_load_from_bytes')
    .binary(evilPickle())
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  'functions that cloudpickle builds from code': pickle()
    .call('cloudpickle.cloudpickle', '_make_function', 'code')
    .stop()
    .done(),
  'functions that dill builds from code': pickle()
    .call('dill._dill', '_create_function', 'code')
    .stop()
    .done(),
  'a persistent id in front of code': pickle(2)
    .unicode2('x')
    .persistentId()
    .global('os', 'system')
    .unicode2('id')
    .tuple(1)
    .reduce()
    .stop()
    .done(),
  NEWOBJ_EX: pickle()
    .stackGlobal('subprocess', 'Popen')
    .unicode('id')
    .tuple(1)
    .emptyDict()
    .newObjectEx()
    .stop()
    .done(),
  'bytes that joblib takes for an array and pickle for opcodes': joblibOf({
    dtype: 'u1',
    count: 22,
    bytes: text("cos\nsystem\n(S'id'\ntR."),
  }),
  'code behind an array of joblib': joblibOf(
    { dtype: 'f8', count: 2, bytes: Buffer.alloc(16, 0x41), padding: 3 },
    (out) => out.call('os', 'system', 'id').pop(),
  ),
  'an object array of joblib': joblibOf({ dtype: 'O8', count: 1, bytes: evilPickle() }),
};

/** What nobody listed: not proven harmful, and never clean. */
const SUSPICIOUS: Readonly<Record<string, Buffer>> = {
  'an unknown import': pickle().stackGlobal('my_package', 'Thing').stop().done(),
  'an unknown call': pickle().call('my_package.tools', 'build', 'x').stop().done(),
  'the extension registry': pickle().extension(7).tuple(0).reduce().stop().done(),
  'a call of what a call gave': pickle()
    .stackGlobal('functools', 'partial')
    .stackGlobal('collections', 'OrderedDict')
    .tuple(1)
    .reduce()
    .tuple(0)
    .reduce()
    .stop()
    .done(),
  'a constructor that no pickler calls': pickle().call('xgboost.core', 'Booster', 'file').stop().done(),
  'a function of a known package': pickle().call('sklearn.utils', 'check_array', 'x').stop().done(),
  'a distribution of SciPy, whose state is run as code': pickle()
    .stackGlobal('scipy.stats._continuous_distns', 'norm_gen')
    .tuple(0)
    .newObject()
    .emptyDict()
    .build()
    .stop()
    .done(),
};

describe('unsafe', () => {
  test.each(Object.entries(UNSAFE))('%s', (_, bytes) => {
    const result = inspectBytes(bytes);
    expect(result.findings.map((one) => one.message).join('\n')).not.toBe('');
    expect(result.verdict).toBe('unsafe');
  });
});

describe('suspicious', () => {
  test.each(Object.entries(SUSPICIOUS))('%s', (_, bytes) => {
    expect(inspectBytes(bytes).verdict).toBe('suspicious');
  });
});

test('a call is shown with its arguments', () => {
  const [finding] = inspectBytes(evilPickle("echo 'x'")).findings;
  expect(finding?.rule).toBe('pickle.unsafe-call');
  expect(finding?.message).toContain(`os.system("echo 'x'")`);
  expect(finding?.names).toEqual(['os.system']);
});

test('a broken stream keeps what it did before, and is not inspected to its end', () => {
  const result = inspectBytes(UNSAFE['code before the stack runs empty'] ?? Buffer.alloc(0));
  expect(rulesOf(result)).toEqual(['pickle.unsafe-call']);
  expect(result.coverage.skipped).toHaveLength(1);
});

test('only broken is not clean', () => {
  expect(inspectBytes(pickle().emptyList().int(1).append().done()).verdict).toBe('not_inspected');
});

test('opcodes that never stop end at the limit, and what was found stays', () => {
  const endless = Buffer.concat([
    pickle().call('os', 'system', 'id').done(),
    Buffer.alloc(4 * 2 ** 20, Buffer.from('N0')),
  ]);
  const result = inspectBytes(endless, 'm.pkl', { ...DEFAULT_LIMITS, bytes: 2 ** 20 });
  expect(result.verdict).toBe('unsafe');
  expect(result.coverage.skipped[0]?.why).toContain('bytes');
});

test('values without end on the stack and in the memo end at the limit of memory', () => {
  const stack = Buffer.concat([pickle().done(), Buffer.alloc(9 * 2 ** 20, 0x4e)]);
  expect(inspectBytes(stack).coverage.skipped[0]?.why).toContain('memory');
});
