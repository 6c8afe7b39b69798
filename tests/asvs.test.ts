/** The page on OWASP ASVS 5.0 names every requirement of levels 1 and 2, and only tests that there are. */
import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { type Expression, parseSync, type Super, Visitor } from 'oxc-parser';
import { describe, expect, test } from 'vitest';

/** Numbers of the requirements of each section of version 5.0.0 up to level 2; those of level 1 with a star. */
const SECTIONS = `
1.1: 1 2; 1.2: 1* 2* 3* 4* 5* 6 7 8 9; 1.3: 1* 2* 3 4 5 6 7 8 9 10 11; 1.4: 1 2 3; 1.5: 1* 2
2.1: 1* 2 3; 2.2: 1* 2* 3; 2.3: 1* 2 3 4; 2.4: 1
3.2: 1* 2*; 3.3: 1* 2 3 4; 3.4: 1* 2* 3 4 5 6; 3.5: 1* 2* 3* 4 5; 3.7: 1 2
4.1: 1* 2 3; 4.2: 1; 4.3: 1 2; 4.4: 1* 2 3 4
5.1: 1; 5.2: 1* 2* 3; 5.3: 1* 2*; 5.4: 1 2 3
6.1: 1* 2 3; 6.2: 1* 2* 3* 4* 5* 6* 7* 8* 9 10 11 12; 6.3: 1* 2* 3 4; 6.4: 1* 2* 3 4; 6.5: 1 2 3 4 5; 6.6: 1 2 3; 6.8: 1 2 3 4
7.1: 1 2 3; 7.2: 1* 2* 3* 4*; 7.3: 1 2; 7.4: 1* 2* 3 4 5; 7.5: 1 2; 7.6: 1 2
8.1: 1* 2; 8.2: 1* 2* 3; 8.3: 1*; 8.4: 1
9.1: 1* 2* 3*; 9.2: 1* 2 3 4
10.1: 1 2; 10.2: 1 2; 10.3: 1 2 3 4; 10.4: 1* 2* 3* 4* 5* 6 7 8 9 10 11; 10.5: 1 2 3 4 5; 10.6: 1 2; 10.7: 1 2 3
11.1: 1 2; 11.2: 1 2 3; 11.3: 1* 2* 3; 11.4: 1* 2 3 4; 11.5: 1; 11.6: 1
12.1: 1* 2 3; 12.2: 1* 2*; 12.3: 1 2 3 4
13.1: 1; 13.2: 1 2 3 4 5; 13.3: 1 2; 13.4: 1* 2 3 4 5
14.1: 1 2; 14.2: 1* 2 3 4; 14.3: 1* 2 3
15.1: 1* 2 3; 15.2: 1* 2 3; 15.3: 1* 2 3 4 5 6 7
16.1: 1; 16.2: 1 2 3 4 5; 16.3: 1 2 3 4; 16.4: 1 2 3; 16.5: 1 2 3
17.1: 1; 17.2: 1 2 3 4; 17.3: 1 2`;
const REQUIREMENTS = SECTIONS.split(/[;\n]/)
  .map((section) => section.split(':'))
  .flatMap(([section = '', numbers = '']) =>
    numbers
      .split(' ')
      .filter((number) => number !== '')
      .map((number) => `${section.trim()}.${number.replace('*', '')} ${number.endsWith('*') ? 1 : 2}`),
  );

const ROOT = new URL('../', import.meta.url);
const PAGE = readFileSync(new URL('docs/service/asvs.md', ROOT), 'utf8');
const cells = PAGE.split('\n').map((line) => line.split('|').map((cell) => cell.trim()));
const rows = cells
  .filter(([, ids = '']) => /^\d+\.\d+\.\d+/.test(ids))
  .map(([, ids = '', level = '', , state = '', shown = '']) => ({
    ids: ids.split(', '),
    level,
    state,
    shown,
  }));
const files = new Map(
  [...PAGE.matchAll(/^\| \*([\w-]+)\* \| `([^`]+)` \|$/gm)].map(([, name = '', path = '']) => [name, path]),
);

/** Tests that a row names, by file: `*file* “title”, “title”`. */
function named(shown: string): { file: string; title: string }[] {
  return [...shown.matchAll(/\*([\w-]+)\* ((?:“[^”]+”(?:, )?)+)/g)].flatMap(([, file = '', titles = '']) =>
    [...titles.matchAll(/“([^”]+)”/g)].map(([, title = '']) => ({ file, title })),
  );
}

/** The name at the beginning of `test.each(…)` and the like. */
function rootOf(callee: Expression | Super): string | undefined {
  if (callee.type === 'Identifier') return callee.name;
  if (callee.type === 'MemberExpression') return rootOf(callee.object);
  return callee.type === 'CallExpression' ? rootOf(callee.callee) : undefined;
}

function titlesOf(path: string): string[] {
  const titles: string[] = [];
  new Visitor({
    CallExpression({ callee, arguments: [title] }) {
      if (!['test', 'it', 'describe'].includes(rootOf(callee) ?? '')) return;
      if (title?.type === 'Literal' && typeof title.value === 'string') titles.push(title.value);
    },
  }).visit(parseSync(path, readFileSync(new URL(path, ROOT), 'utf8')).program);
  return titles;
}

describe('the page on OWASP ASVS', () => {
  test('names each requirement of levels 1 and 2 once, with its level', () => {
    expect(REQUIREMENTS).toHaveLength(253);
    const listed = rows.flatMap(({ ids, level }) => ids.map((id) => `${id} ${level}`));
    expect(listed.sort()).toEqual([...REQUIREMENTS].sort());
  });

  test('says of each how it stands, and why', () => {
    const without = rows.filter(
      ({ state, shown }) =>
        !['met', 'partly', 'open', 'operator', 'none'].includes(state) || (state !== 'none' && shown === ''),
    );
    expect(without).toEqual([]);
  });

  test('names files and tests that there are', () => {
    const missing = [...files].filter(([, path]) => !existsSync(fileURLToPath(new URL(path, ROOT))));
    expect(missing).toEqual([]);
    const used = rows.flatMap(({ shown }) => named(shown));
    expect(used.length).toBeGreaterThan(100);
    const titles = new Map([...files].map(([name, path]) => [name, titlesOf(path)]));
    expect(used.filter(({ file, title }) => !titles.get(file)?.some((one) => one.includes(title)))).toEqual(
      [],
    );
    expect([...files.keys()].filter((name) => !used.some(({ file }) => file === name))).toEqual([]);
  });

  test('sees a test that there is not', () => {
    expect(named('*app* “no such test”, “another”; *sso* “a third”')).toHaveLength(3);
    expect(titlesOf('tests/asvs.test.ts')).toContain('sees a test that there is not');
    expect(titlesOf('tests/asvs.test.ts').some((one) => one.includes('no such test'))).toBe(false);
  });
});
