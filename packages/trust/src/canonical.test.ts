import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { canonicalize } from './canonical.ts';
import { VECTORS } from './vectors.fixture.ts';

const DIR = join(VECTORS, 'json-canonicalization/testdata');

describe.skipIf(!existsSync(DIR))('RFC 8785 vectors', () => {
  const names = existsSync(DIR) ? readdirSync(join(DIR, 'input')) : [];
  it('are all there', () => expect(names.length).toBeGreaterThanOrEqual(6));
  it.each(names)('%s', (name) => {
    const ours = canonicalize(JSON.parse(readFileSync(join(DIR, 'input', name), 'utf8')));
    expect(ours).toBe(readFileSync(join(DIR, 'output', name), 'utf8').trimEnd());
    const hex = readFileSync(join(DIR, 'outhex', name.replace('.json', '.txt')), 'utf8').replace(/\s/g, '');
    expect(Buffer.from(ours).toString('hex')).toBe(hex);
  });
});

describe('canonicalize', () => {
  it('writes numbers as RFC 8785 appendix B does', () => {
    const numbers: [number, string][] = [
      [-0, '0'],
      [5e-324, '5e-324'],
      [1.7976931348623157e308, '1.7976931348623157e+308'],
      [9007199254740992, '9007199254740992'],
      [295147905179352830000, '295147905179352830000'],
      [1e21, '1e+21'],
      [1e-7, '1e-7'],
      [Number('333333333.33333329'), '333333333.3333333'],
    ];
    for (const [number, text] of numbers) expect(canonicalize(number)).toBe(text);
  });

  it('sorts members by UTF-16 code units, not by code points', () => {
    expect(canonicalize({ '\u{1f600}': 1, '\ufb33': 2, a: 3 })).toBe('{"a":3,"\u{1f600}":1,"\ufb33":2}');
  });

  it('keeps a member named __proto__', () => {
    expect(canonicalize(JSON.parse('{"b":1,"__proto__":{"x":2}}'))).toBe('{"__proto__":{"x":2},"b":1}');
  });

  it.each([
    ['NaN', { a: [Number.NaN] }, '/a/0'],
    ['Infinity', Number.POSITIVE_INFINITY, 'The value'],
    ['undefined', { a: undefined }, '/a'],
    ['a hole', Array(1), '/0'],
    ['a lone surrogate', { a: '\ud800' }, '/a'],
    ['a lone surrogate in a name', { '\udc00': 1 }, 'surrogate'],
    ['a Date', { when: new Date(0) }, '/when'],
    ['a Map', new Map(), 'plain data'],
    ['a bigint', 1n, 'bigint'],
    ['a function', () => 1, 'function'],
  ])('refuses %s and says where', (_, value, where) => {
    expect(() => canonicalize(value)).toThrow(
      expect.objectContaining({ code: 'NOT_CANONICAL', message: expect.stringContaining(where) }),
    );
  });

  it('refuses what contains itself', () => {
    const loop: unknown[] = [];
    loop.push(loop);
    expect(() => canonicalize(loop)).toThrow(expect.objectContaining({ code: 'NOT_CANONICAL' }));
  });

  it('reads back to the same value, and once is enough', () => {
    fc.assert(
      fc.property(fc.jsonValue(), (value) => {
        const text = canonicalize(value);
        expect(JSON.parse(text)).toEqual(JSON.parse(JSON.stringify(value)));
        expect(canonicalize(JSON.parse(text))).toBe(text);
      }),
    );
  });

  it('does not depend on the order of members', () => {
    const object = fc.dictionary(fc.string({ unit: 'grapheme' }), fc.jsonValue());
    fc.assert(
      fc.property(object, (members) => {
        const reversed = Object.fromEntries(Object.entries(members).reverse());
        expect(canonicalize(reversed)).toBe(canonicalize({ ...members }));
      }),
    );
  });
});
