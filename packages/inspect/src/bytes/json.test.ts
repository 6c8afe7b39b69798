import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { everyValue, type Json, parseJson } from './json.ts';
import { Malformed } from './malformed.ts';

const ticker = { tick: () => undefined };
const parse = (text: string) => parseJson(new TextEncoder().encode(text), ticker);

/** Maps back to objects. */
function plain(value: Json): unknown {
  if (value instanceof Map) return Object.fromEntries([...value].map(([key, inner]) => [key, plain(inner)]));
  return Array.isArray(value) ? value.map(plain) : value;
}

describe('JSON', () => {
  it('reads what JSON.parse reads', () => {
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 5 }), (value) => {
        const text = JSON.stringify(value);
        expect(JSON.stringify(plain(parse(text).value))).toBe(JSON.stringify(JSON.parse(text)));
      }),
    );
  });

  it('refuses what JSON.parse refuses', () => {
    for (const text of ['', '{', '[1,]', '{"a"}', '01', '+1', '"\\x"', 'tru', '{"a":1,}', '"', '[1 2]'])
      expect(() => parse(text), text).toThrow(Malformed);
  });

  it('names keys that stand twice, and what follows the end', () => {
    const { duplicates, value, trailing } = parse('{"a":1,"b":{"\\u0061":1,"a":2}} x');
    expect(duplicates).toEqual([{ key: 'a', offset: 23 }]);
    expect(plain(value)).toEqual({ a: 1, b: { a: 2 } });
    expect(trailing).toBe(true);
  });

  it('takes no key for a prototype', () => {
    const { value } = parse('{"__proto__":{"x":1}}');
    expect(value instanceof Map && value.has('__proto__')).toBe(true);
  });

  it('stops at its limits', () => {
    expect(() => parse('['.repeat(201))).toThrow(/nested/);
    expect(() => parseJson(new TextEncoder().encode('[[],[],[]]'), ticker, { containers: 2 })).toThrow(
      /arrays and objects/,
    );
    expect(() => parseJson(new TextEncoder().encode('[1,2,3]'), ticker, { values: 2 })).toThrow(/values/);
  });

  it('walks texts and containers with their paths', () => {
    expect([...everyValue(parse('{"a":[1,"x",{"b":true}]}').value)].map(({ path }) => path)).toEqual([
      '$',
      '$.a',
      '$.a[1]',
      '$.a[2]',
      '$.a[2].b',
    ]);
  });
});
