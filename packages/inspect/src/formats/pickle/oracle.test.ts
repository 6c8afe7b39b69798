/**
 * Python's own reading as a judge, where there is a Python: random pickles of harmless data, also with bytes changed.
 * Python runs them with a finder that imports nothing: every name gives an inert stand-in.
 */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BytesSource } from '../../sources.ts';
import { runPickle, startRun } from './scan.ts';

const PYTHON = `
import collections, datetime, decimal, io, json, pickle, pickletools, random, sys
class Stand:
    def __new__(cls, *a, **k): return object.__new__(cls)
    def __init__(self, *a, **k): pass
    def __call__(self, *a, **k): return Stand()
    def __setstate__(self, s): pass
    def __setitem__(self, k, v): pass
    def append(self, v): pass
    def extend(self, v): pass
    def add(self, v): pass
    def __hash__(self): return 1
class Reader(pickle._Unpickler):
    def __init__(self, data):
        super().__init__(io.BytesIO(data)); self.seen = []
    def find_class(self, module, name):
        self.seen.append([module, name])
        return type('S', (Stand,), {})
    def persistent_load(self, pid): return Stand()
rng = random.Random(20261)
def value(depth=0):
    kind = rng.randrange(16 if depth < 4 else 8)
    if kind == 0: return rng.randrange(-2**70, 2**70)
    if kind == 1: return rng.random()
    if kind == 2: return ''.join(chr(rng.choice([65, 92, 10, 39, 233, 0x4e00, 0x1f600])) for _ in range(rng.randrange(12)))
    if kind == 3: return bytes(rng.randrange(256) for _ in range(rng.randrange(300)))
    if kind == 4: return rng.choice([None, True, False, (), [], {}])
    if kind == 5: return datetime.datetime(2020, 1, 1 + rng.randrange(28))
    if kind == 6: return decimal.Decimal(rng.randrange(99))
    if kind == 7: return rng.choice([int, collections.OrderedDict, datetime.date, complex])
    if kind == 8: return collections.OrderedDict((str(i), value(depth + 1)) for i in range(rng.randrange(3)))
    if kind == 9: return {value(9) if False else str(i): value(depth + 1) for i in range(rng.randrange(5))}
    if kind == 10: return tuple(value(depth + 1) for _ in range(rng.randrange(6)))
    if kind == 11: return {rng.randrange(99) for _ in range(3)}
    if kind == 12: return collections.deque([value(depth + 1)])
    if kind == 13: return complex(1, 2)
    if kind == 14: return bytearray(b'x' * rng.randrange(9))
    return [value(depth + 1) for _ in range(rng.randrange(8))]
out = []
for n in range(600):
    data = pickle.dumps(value(), protocol=n % 6)
    if n % 2:
        data = bytearray(data)
        for _ in range(rng.randrange(1, 4)): data[rng.randrange(len(data))] = rng.randrange(256)
        data = bytes(data)
    reader = Reader(data)
    try: reader.load(); whole = True
    except Exception: whole = False
    try:
        end = None
        for op, arg, pos in pickletools.genops(data): end = pos + 1
    except Exception: end = None
    out.append([data.hex(), whole, end, reader.seen])
json.dump(out, sys.stdout)
`;

const python = spawnSync('python3', ['-c', PYTHON], {
  encoding: 'utf8',
  maxBuffer: 2 ** 28,
  timeout: 60_000,
});
const missing = python.error !== undefined || python.status !== 0;

test.skipIf(missing)('the same ends and the same imports as Python finds', () => {
  const cases: readonly [string, boolean, number | null, [string, string][]][] = JSON.parse(python.stdout);
  expect(cases).toHaveLength(600);
  for (const [hex, whole, end, seen] of cases) {
    const run = startRun(new BytesSource(Buffer.from(hex, 'hex'), 'x'), { tick: () => undefined });
    const read = runPickle(run, 0);
    if (whole) expect([hex, read]).toEqual([hex, true]);
    if (whole && end !== null) expect([hex, run.end]).toEqual([hex, end]);
    const ours = new Set(run.log.imports.map((one) => one.full));
    // Python strips nothing and we do: names are compared as they would be imported.
    const missed = seen
      // A file that ends within the line: Python in Python imports what has no name.
      .filter(([module]) => module !== '')
      .map(([module, name]) => `${module.trim()}.${name.trim()}`)
      .filter((name) => !ours.has(name));
    expect([hex, missed]).toEqual([hex, []]);
  }
});
