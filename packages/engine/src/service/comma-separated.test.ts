/** Comma-separated values, also hostile ones. */
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { readCsv, writeCsv } from './comma-separated.ts';

describe('reading', () => {
  test('names the line of each row, over quoted line ends and blank lines', () => {
    expect(readCsv('\uFEFFa,b\r\n\r\n"x\ny",2\n3,"say ""hi"""\n')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 3, cells: ['x\ny', '2'] },
      { line: 5, cells: ['3', 'say "hi"'] },
    ]);
  });
  test('takes semicolons, as spreadsheets of half of Europe write them', () => {
    expect(readCsv('a;b\n1;2')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', '2'] },
    ]);
  });
  test.each([
    ['a\n"open', /Line 2: a quoted value has no end/],
    ['a\n"x"y', /Line 2: text follows/],
    ['a\nx"y', /Line 2: a quote stands inside/],
  ])('says where %j is broken', (text, message) => {
    expect(() => readCsv(text)).toThrow(message);
  });
  test('an empty cell at the end is one', () => {
    expect(readCsv('a,b\n1,')).toEqual([
      { line: 1, cells: ['a', 'b'] },
      { line: 2, cells: ['1', ''] },
    ]);
  });
});

describe('writing', () => {
  test.each(['=1+1', '+1', '-1', '@SUM(A1)', '\t=1', '＝1+1', '=cmd|"/c calc"!A1'])(
    'no spreadsheet reads %j as a formula',
    (cell) => {
      const [, line] = writeCsv(['a'], [[cell]]).split(/\r\n/);
      expect(line?.replace(/^"/, '').startsWith("'")).toBe(true);
    },
  );
  test('what is written is read again', () => {
    const cell = fc.string({ unit: 'grapheme' }).map((text) => text.trim());
    fc.assert(
      fc.property(fc.array(fc.tuple(cell, cell), { maxLength: 5 }), (rows) => {
        const kept = rows.filter((cells) => cells.some((one) => one !== ''));
        const read = readCsv(writeCsv(['a', 'b'], kept)).slice(1);
        expect(read.map(({ cells }) => cells)).toEqual(kept);
      }),
    );
  });
});
