import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { pythonFacts } from './python.ts';

describe('reading Python', () => {
  it('calls with their names, values and first lines', () => {
    const { calls } = pythonFacts('x = a.b(\n  "s" \'t\', k=f"p{q}r",\n)(1).c(*d)\n');
    expect(calls.map((one) => [one.callee, one.line])).toEqual([
      ['a.b', 1],
      ['a.b', 1],
      ['a.b.c', 1],
    ]);
    expect(calls[0]).toMatchObject({
      positional: [{ kind: 'string', text: 'st', line: 2 }],
      named: [{ key: 'k', value: { kind: 'string', text: 'p{}r', partial: true } }],
    });
  });

  it.each([
    ['m = "a"', 'm'],
    ['self.m: str = "a"', 'm'],
    ['d["m"] = "a"', 'm'],
    ['def f(x, m: str = "a"): pass', 'm'],
    ['f = lambda m="a": m', 'm'],
    ['if (m := "a"): pass', 'm'],
    ['if x: m = "a"', 'm'],
    ['try: m = "a"', 'm'],
  ])('assignment in %s', (text, name) => {
    expect(pythonFacts(text).assignments).toContainEqual(
      expect.objectContaining({ name, value: expect.objectContaining({ kind: 'string', text: 'a' }) }),
    );
  });

  it('gives every target of a chain the value, and none to a part of a tuple', () => {
    expect(pythonFacts('a = b = "x"').assignments.map((one) => one.name)).toEqual(['a', 'b']);
    expect(pythonFacts('a, b = "x", "y"').assignments).toEqual([]);
  });

  it('alternatives, environment and first items', () => {
    expect(pythonFacts('m = x or os.getenv("M", "d") if y else z[0]').assignments[0]?.value).toMatchObject({
      kind: 'either',
      options: [
        { kind: 'either', options: [{ name: 'x' }, { kind: 'env', name: 'M', fallback: { text: 'd' } }] },
        { kind: 'name', name: 'z' },
      ],
    });
    expect(pythonFacts('m = os.environ["M"]').assignments[0]?.value).toMatchObject({
      kind: 'env',
      name: 'M',
    });
  });

  it('dicts are objects, sets and comprehensions are not', () => {
    expect(pythonFacts('a = {"k": 1, **b}; c = {1, 2}; d = {k: v for k, v in e}').objects).toHaveLength(1);
  });

  it('nothing in comments, documentation strings and patterns', () => {
    const facts = pythonFacts(
      '"""f("https://a.b")"""\n# g()\nmatch x:\n  case h(model="gpt-4"):\n    pass\n',
    );
    expect([facts.calls, facts.urls]).toEqual([[], []]);
  });

  it('imports and decorators', () => {
    const facts = pythonFacts(
      'import a.b as c, d\nfrom .e import (f as g,  # why\n h)\n@x.tool("n")\nasync def t(): ...\n',
    );
    expect(facts.imports).toEqual([
      { module: 'a.b', names: [{ local: 'c', imported: 'a.b' }], line: 1 },
      { module: 'd', names: [{ local: 'd', imported: 'd' }], line: 1 },
      {
        module: '.e',
        names: [
          { local: 'g', imported: 'f' },
          { local: 'h', imported: 'h' },
        ],
        line: 2,
      },
    ]);
    expect(facts.decorated).toEqual([{ name: 't', decorators: ['x.tool'], line: 4 }]);
  });

  it('what comes after something broken', () => {
    for (const broken of ['def (((', 'x = [1, ', 'f("', '@', 'print "x" %', 'a = }']) {
      expect(pythonFacts(`${broken}\nimport os\ng("k")\n`).calls.some((one) => one.callee === 'g')).toBe(
        true,
      );
    }
  });

  it('any text, to its end', () => {
    const piece = fc.constantFrom(
      ...'()[]{}"\'\\\n:=,.@#* abfr0',
      '"""',
      'lambda',
      ' if ',
      ' for ',
      'import ',
      '{"a": b}',
      '://',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        pythonFacts(pieces.join(''));
      }),
      { numRuns: 500, seed: 7 },
    );
    pythonFacts('['.repeat(50_000));
    pythonFacts('f('.repeat(50_000));
  });
});
