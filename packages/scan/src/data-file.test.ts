import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { parseJson } from './data-file.ts';
import { lineAt } from './paths.ts';

/** Processor time of one reading, the least of three. Milliseconds. */
function cost(text: string): number {
  const times = [1, 2, 3].map(() => {
    const before = process.cpuUsage();
    try {
      parseJson(text);
    } catch {
      // Refusing may cost no more than reading.
    }
    return process.cpuUsage(before).user / 1_000;
  });
  return Math.min(...times);
}

describe('JSON as editors write it', () => {
  it.each([
    ['{"a": 1, // one\n "b": "//no", /* two\n */ }', { a: 1, b: '//no' }],
    ['[1, /* x */ // y\n ]', [1]],
    ['{"a": "\\"/*", "b": ",]"}//', { a: '"/*', b: ',]' }],
    ['["\\\\",]', ['\\']],
    ['[[1,],/**/]', [[1]]],
  ])('%s', (text, value) => {
    expect(parseJson(text)).toEqual(value);
  });

  it.each(['[1,,]', '[,]x', '{"a": 1 /* no end', '["no end, // x', '[1 / 2]', '"a\n"// x'])(
    '%s is none',
    (text) => {
      expect(() => parseJson(text)).toThrow();
    },
  );

  it('whatever is written into it, the value stays', () => {
    const gap = fc.constantFrom('', ' ', '\n', '// "x,]}\n', '/* // " */', '/**/');
    fc.assert(
      fc.property(fc.jsonValue(), fc.array(gap, { minLength: 1, maxLength: 8 }), (value, gaps) => {
        let at = 0;
        const next = (): string => gaps[at++ % gaps.length] ?? '';
        const write = (one: unknown): string => {
          if (Array.isArray(one))
            return `[${next()}${one.map((item) => `${write(item)}${next()},${next()}`).join('')}]`;
          if (typeof one !== 'object' || one === null) return JSON.stringify(one);
          const entries = Object.entries(one).map(
            ([key, item]) => `${JSON.stringify(key)}${next()}:${next()}${write(item)}${next()},${next()}`,
          );
          return `{${next()}${entries.join('')}}`;
        };
        expect(parseJson(`${write(value)}// end`)).toEqual(JSON.parse(JSON.stringify(value)));
      }),
    );
  });

  it.each(['\\"', '"', '/*', '//', '/', ',', ', ', ',/**/', '/* */', '"a"', '\\', '/*\n'])(
    'work grows as the text does: %s without end',
    (unit) => {
      const text = (length: number): string => `["${unit.repeat(Math.ceil(length / unit.length))}`;
      const bare = (length: number): string => `[${unit.repeat(Math.ceil(length / unit.length))}`;
      for (const make of [text, bare]) {
        // Sixteen times the text, four times for each step of the logarithm: 256 times where it is quadratic.
        const small = Math.max(cost(make(20_000)), 2);
        expect(cost(make(320_000))).toBeLessThan(small * 48);
      }
    },
  );

  it('a string of ten million characters is read', () => {
    expect(parseJson(`["${'a'.repeat(10_000_000)}",]`)).toHaveLength(1);
  });
});

describe('lines', () => {
  it('are counted from wherever they were counted last', () => {
    fc.assert(
      fc.property(
        fc.array(fc.constantFrom('a', '\n'), { maxLength: 20 }),
        fc.array(fc.nat(22)),
        (chars, offsets) => {
          const text = chars.join('');
          for (const offset of offsets)
            expect(lineAt(text, offset)).toBe(text.slice(0, offset).split('\n').length);
        },
      ),
    );
  });
});
