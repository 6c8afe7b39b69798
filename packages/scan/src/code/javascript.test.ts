import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { CodeFacts } from './facts.ts';
import { javascriptFacts } from './javascript.ts';

const typed = (text: string): CodeFacts => javascriptFacts(text, { types: true, jsx: false });
const jsx = (text: string): CodeFacts => javascriptFacts(text, { types: true, jsx: true });

/** Parts of templates, written so that they are no templates here. */
const part = (inside: string): string => ['$', '{', inside, '}'].join('');

describe('reading JavaScript and TypeScript', () => {
  it.each([
    ['const m = "a"'],
    ['let m: string = "a"'],
    ['this.m = "a"'],
    ['x["m"] = "a"'],
    ['m ??= "a"'],
    ['function f(m: string = "a") {}'],
    ['const f = (m = "a") => m'],
    ['const f = async ({ m = "a" }: T): Promise<X> => {}'],
    ['const { m = "a" } = x'],
    ['const { k: m = "a" } = x'],
    ['class A { private readonly m = "a" }'],
    ['class A { constructor(private m: T = "a") {} }'],
    ['export const m = "a" as const'],
  ])('assignment in %s', (text) => {
    expect(typed(text).assignments).toContainEqual(
      expect.objectContaining({ name: 'm', value: expect.objectContaining({ kind: 'string', text: 'a' }) }),
    );
  });

  it.each([
    ['a.b({ k: 1 })', 'a.b'],
    ['new A.B<T>(x)', 'A.B'],
    ['a?.b?.(x)', 'a.b'],
    ['(await a).b(c)', 'a.b'],
    ['a<T>(b)', 'a'],
    ['this.#p(x)', 'this.#p'],
    ['a`b`', 'a'],
    ['x = y / 2; a(/[/"]/g)', 'a'],
    ['if (x) { return { a: b() } }', 'b'],
  ])('call in %s', (text, callee) => {
    expect(typed(text).calls.map((one) => one.callee)).toContain(callee);
  });

  it('comparisons are no type arguments', () => {
    const { calls } = typed('if (a < b && c > (d)) e(f)');
    expect(calls.map((one) => one.callee)).toEqual(['e']);
  });

  it('objects, but neither patterns nor blocks nor types', () => {
    const { objects } = typed(
      'type T = { a: "x" }; interface I { b: 1 }\nfunction f({ c }: { c: T }) { return { d: 1 } }\n({ e } = x); ({ g }) => h; label: { i: 1 }',
    );
    expect(objects.map((one) => one.entries.map((entry) => entry.key))).toEqual([['d']]);
  });

  it('values of the environment and of alternatives', () => {
    expect(
      typed(`const m = process.env.M ?? (x ? "a" : \`b${part('c')}\`)`).assignments[0]?.value,
    ).toMatchObject({
      kind: 'either',
      options: [
        { kind: 'env', name: 'M' },
        { kind: 'either', options: [{ text: 'a' }, { text: 'b{}', partial: true }] },
      ],
    });
  });

  it('imports of values, not of types', () => {
    const { imports } = typed(
      'import type { T } from "t"\nimport a, { b as c, type D } from "m"\nimport "s"\nconst { e: f } = require("r")\nconst g = await import("d")\n',
    );
    expect(imports.map((one) => [one.module, one.line, one.names.map((name) => name.local)])).toEqual([
      ['m', 2, ['c', 'D']],
      ['s', 3, []],
      ['r', 4, ['f']],
      ['d', 5, []],
    ]);
  });

  it('JSX: expressions in it, and no text of it', () => {
    const facts = jsx(
      'const A = () => <p title="x" {...y} on={() => f(1)}>don\'t {g(2)} <b/>{/* h() */}</p>; i()',
    );
    expect(facts.calls.map((one) => one.callee)).toEqual(['f', 'g', 'i']);
  });

  it('lines, over templates and comments', () => {
    expect(typed(`/* a\n*/ const t = \`x\n${part('f()')}\n\`\ng()`).calls.map((one) => one.line)).toEqual([
      3, 5,
    ]);
  });

  it('what comes after something broken', () => {
    for (const broken of ['const = ', 'x = [1', 'f(]', '"', 'type X =', '<div', 'x ? :']) {
      expect(typed(`${broken};\n;g("k")\n`).calls.some((one) => one.callee === 'g')).toBe(true);
    }
  });

  it('any text, to its end', () => {
    const piece = fc.constantFrom(
      ...'()[]{}<>"\'`\\\n:=,.@/*?!|& ab0',
      '${',
      '=>',
      'class ',
      'function ',
      ' as ',
      'import ',
      'export ',
      'type ',
      '://',
      'new ',
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 60 }), (pieces) => {
        typed(pieces.join(''));
        jsx(pieces.join(''));
      }),
      { numRuns: 500, seed: 7 },
    );
    for (const one of ['[', '(', '{a:', 'a<', '`${', 'a?(b):', '<a>']) jsx(one.repeat(20_000));
  });
});
