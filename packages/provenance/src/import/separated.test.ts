/** Quotes that do not close: no row may vanish between two of them. */
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { folder } from '../testing/build.fixture.ts';
import { mix } from '../testing/synthetic-urls.ts';
import type { ImportRow } from './row.ts';
import { separated } from './separated.ts';

async function rowsOf(text: string, delimiter: ',' | '\t' = ','): Promise<ImportRow[]> {
  const path = join(folder(), 'a.csv');
  writeFileSync(path, text);
  const found: ImportRow[] = [];
  for await (const rows of separated(path, {}, delimiter)) found.push(...rows);
  return found;
}

const told = (rows: readonly ImportRow[]) =>
  rows.map(({ line, url, refused }) => `${line} ${refused ?? url ?? '-'}`);

it.each<[string, string, string[]]>([
  [
    'never again closed',
    'url,text\nhttps://a.example/,"open\nhttps://b.example/,plain\nhttps://c.example/,plain\n',
    ['2 quote_open', '3 https://b.example/', '4 https://c.example/'],
  ],
  [
    'met by the quote of a later row',
    'url,text\nhttps://a.example/,"open\nhttps://b.example/,plain\nhttps://c.example/,"two\nlines"\n',
    ['2 quote_open', '3 https://b.example/', '4 https://c.example/'],
  ],
  [
    'around addresses',
    'url,time\n"https://a.example/,2024\nhttps://b.example/,2024\nhttps://c.example/",2024\n',
    ['2 quote_open', '3 https://b.example/', '4 quote_open'],
  ],
  [
    'before the address',
    'text,url\n"open,https://a.example/\nplain,https://b.example/\nx",https://c.example/\n',
    ['2 https://c.example/', '2 quote_open', '3 quote_open'],
  ],
  [
    'closed where a quote may close',
    'url,text\nhttps://a.example/,"open\nhttps://b.example/,plain\nhttps://c.example/,inch"\nhttps://d.example/,x\n',
    ['2 https://a.example/', '3 quote_open', '4 quote_open', '5 https://d.example/'],
  ],
  [
    'in the last line',
    'url\nhttps://a.example/\n"https://b.example/',
    ['2 https://a.example/', '3 quote_open'],
  ],
])('a quote %s', async (_name, text, rows) => {
  expect(told(await rowsOf(text))).toEqual(rows);
  expect(told(await rowsOf(text.replaceAll(',', '\t'), '\t'))).toEqual(rows);
});

it('text between quotes may have lines, delimiters and quotes', async () => {
  const text =
    'text,url\r\n"a, ""b""\r\n\r\nc","https://a.example/?q=1,2"\r\n5" disk,https://b.example/\r\n"x" y,"https://c.example/"\r\n';
  expect(told(await rowsOf(text))).toEqual([
    '2 https://a.example/?q=1,2',
    '5 https://b.example/',
    '6 https://c.example/',
  ]);
});

it('every line is a row or counted, wherever quotes stand', async () => {
  const cells = ['plain', '"whole"', '"open', 'close"', 'a"b', '""', '"', '"a""b"', '"a"b', ''];
  for (let seed = 0; seed < 300; seed++) {
    const lines = Array.from({ length: 12 }, (_, i) => {
      const text = cells[mix(seed * 100 + i) % cells.length] ?? '';
      return mix(seed + i * 7) % 5 === 0
        ? `"https://e.example/${i},${text}`
        : `https://e.example/${i},${text}`;
    });
    const rows = await rowsOf(`url,text\n${lines.join('\n')}\n`);
    const urls = new Set(rows.map(({ url }) => url?.trim()));
    const refused = new Set(rows.flatMap(({ line, refused }) => (refused ? [line] : [])));
    for (const i of lines.keys())
      expect(
        urls.has(`https://e.example/${i}`) || refused.has(i + 2),
        `${seed}: line ${i + 2} of\n${lines.join('\n')}\n${told(rows).join('\n')}`,
      ).toBe(true);
  }
});

it('costs time by its length only, however many quotes stay open', async () => {
  const line = 'x",",y\n';
  const started = performance.now();
  const rows = await rowsOf(`url,text\n${line.repeat(300_000)}`);
  expect(rows.length).toBeGreaterThan(0);
  expect(performance.now() - started).toBeLessThan(10_000);
});

it('names that can not be read end with the line', async () => {
  await expect(rowsOf('"url,text\nhttps://a.example/,b\n')).rejects.toMatchObject({
    code: 'INPUT_CSV',
    message: expect.stringMatching(/a\.csv line 1: a quote opens here/),
  });
});
