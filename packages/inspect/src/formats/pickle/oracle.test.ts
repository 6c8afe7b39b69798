/**
 * Python's own reading as a judge, where there is a Python: random pickles of harmless data, also with bytes changed.
 * Python runs them with a finder that imports nothing: every name gives an inert stand-in.
 */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { BytesSource } from '../../sources.ts';
import { inspectBytes } from '../../testing/inspected.ts';
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
PAYLOADS = [
    b"cos\\nsystem\\n(S'id'\\ntR.", b"(S'id'\\nios\\nsystem\\n.", b"(cos\\nsystem\\nS'id'\\no.",
    b"\\x80\\x04\\x8c\\x02os\\x94\\x8c\\x06system\\x94\\x93\\x94(\\x8c\\x02idtR.",
    b"\\x80\\x04\\x8c\\x06system\\x940\\x8c\\x02os\\x94h\\x00\\x93\\x8c\\x02id\\x85R.",
    b"\\x80\\x02]q\\x00(cos\\nsystem\\nq\\x01X\\x02\\x00\\x00\\x00idq\\x02\\x85q\\x03Rq\\x04e.",
]
def malicious(n):
    front = pickle.dumps(value(), protocol=n % 5)[:-1] + b'0'
    return front + PAYLOADS[n % len(PAYLOADS)]
out = []
for n in range(1800):
    data = malicious(n) if n >= 600 else pickle.dumps(value(), protocol=n % 6)
    if n % 2 or n >= 600:
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
/** Bytes, whether Python came to the end, where that is, and what it imported. */
type Case = readonly [hex: string, whole: boolean, end: number | null, seen: readonly [string, string][]];

const missing = python.error !== undefined || python.status !== 0;

test.skipIf(missing)('the same ends and the same imports as Python finds', () => {
  const cases: readonly Case[] = JSON.parse(python.stdout);
  expect(cases).toHaveLength(1800);
  for (const [hex, whole, end, seen] of cases) {
    const run = startRun(new BytesSource(Buffer.from(hex, 'hex'), 'x'), { tick: () => undefined });
    const read = runPickle(run, 0);
    if (whole) expect([hex, read]).toEqual([hex, true]);
    if (whole && end !== null) expect([hex, run.end]).toEqual([hex, end]);
    const ours = new Set(run.log.imports.map((one) => one.full));
    // Python strips nothing and we do: names are compared as they would be imported.
    const missed = seen
      // A file that ends within the line: Python in Python looks for what has no name, and finds nothing.
      .filter(([module, name]) => module !== '' && name !== '')
      .map(([module, name]) => `${module.trim()}.${name.trim()}`)
      .filter((name) => !ours.has(name));
    expect([hex, missed]).toEqual([hex, []]);
  }
});

test.skipIf(missing)('a damaged pickle is unsafe as long as Python finds the payload in it', () => {
  const cases: readonly Case[] = JSON.parse(python.stdout);
  let found = 0;
  for (const [hex, , , seen] of cases.slice(600)) {
    if (!seen.some(([module, name]) => module === 'os' && name === 'system')) continue;
    found++;
    const { verdict } = inspectBytes(Buffer.from(hex, 'hex'), 'notes');
    expect([hex, verdict]).toEqual([hex, 'unsafe']);
  }
  expect(found).toBeGreaterThan(200);
});
