import ignore from 'ignore';
import { describe, expect, it } from 'vitest';
import { IgnoreRules } from './ignore-rules.ts';

const TEXTS = [
  '*.py[cod]\n!keep.pyc\nbuild/\n/root.txt\na/b/*.log\n**/deep\nx/**\n!x/y.txt\n',
  'foo\\ bar\n\\#hash\n\\!bang\ntrailing  \nq?r\n[a-c]z\n[!m]n\n*\n!*.ts\n!*/\n',
  '.env*\n!.env.example\n**/logs/**\n!**/logs/keep\na*b*c\n?\n[\n]\n+x(1)\n.*\n',
  '\uFEFFbom\r\ncrlf\r\n# comment\n\n/\n!\n[[:alpha:]]x\na[]]b\n\\\\\nsp\\ \n',
];
const NAMES = [
  'a',
  'b',
  'x',
  'y.txt',
  'deep',
  'keep.pyc',
  'm.pyo',
  'build',
  'root.txt',
  'v.log',
  'foo bar',
  '#hash',
  '!bang',
];
const MORE = [
  'trailing',
  'qzr',
  'az',
  'bn',
  'mn',
  'i.ts',
  '.env',
  '.env.example',
  'logs',
  'keep',
  'a1b2c',
  '[',
  ']',
  '+x(1)',
];
const ODD = [
  'bom',
  '\uFEFFbom',
  'crlf',
  '# comment',
  'qx',
  'a]b',
  '\\',
  'sp ',
  'sp',
  'line\nbreak',
  'é',
  'comment',
];

describe('rules of ignore files', () => {
  it('decide as the library does for every path whose directories are not ignored', () => {
    const names = [...NAMES, ...MORE, ...ODD];
    let decided = 0;
    for (const text of TEXTS) {
      const library = ignore({ ignorecase: false }).add(text);
      const rules = new IgnoreRules().below('', [text]);
      for (const directory of ['', 'a/', 'a/b/', 'x/', 'logs/', 'q/deeper/'])
        for (const name of names)
          for (const isDirectory of [false, true]) {
            if (directory !== '' && library.ignores(directory)) continue;
            const path = `${directory}${name}`;
            const expected = library.ignores(isDirectory ? `${path}/` : path);
            expect([text, path, isDirectory, rules.ignores(path, isDirectory)]).toEqual([
              text,
              path,
              isDirectory,
              expected,
            ]);
            decided += expected ? 1 : 0;
          }
    }
    expect(decided).toBeGreaterThan(200);
  });
});
