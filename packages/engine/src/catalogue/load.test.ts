/** Reading a catalogue: the shipped one, and every way in which a folder can be wrong, shown at its line. */
import {
  chmodSync,
  cpSync,
  mkdirSync,
  mkdtempSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { canonicalize, sha256 } from '@custos/trust';
import { afterAll, expect, test } from 'vitest';
import { loadSpecification } from './load.ts';

const shipped = fileURLToPath(new URL('../../../../standard/en-304-223/', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'custos-catalogue-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

let count = 0;
function copy(): string {
  count += 1;
  const dir = join(scratch, `copy-${count}`);
  cpSync(shipped, dir, { recursive: true });
  return dir;
}

/** A copy with one file changed. */
function edited(file: string, change: (text: string) => string): string {
  const dir = copy();
  const path = join(dir, file);
  const text = readFileSync(path, 'utf8');
  const next = change(text);
  expect(next).not.toBe(text);
  writeFileSync(path, next);
  return dir;
}

test('loads EN 304 223 with the digest of its canonical form', async () => {
  const { specification, digest } = await loadSpecification(shipped);
  expect(specification.provisions).toHaveLength(72);
  expect(digest).toBe(sha256(canonicalize(specification)));
});

test('the digest follows the content, not comments and layout', async () => {
  const { digest } = await loadSpecification(shipped);
  const commented = edited('settings.yaml', (text) => `# a comment\n\n${text}`);
  const changed = edited('settings.yaml', (text) => text.replace('default: 365', 'default: 364'));
  expect((await loadSpecification(commented)).digest).toBe(digest);
  expect((await loadSpecification(changed)).digest).not.toBe(digest);
});

test.each<[string, string, (text: string) => string, string]>([
  [
    'a wrong verb',
    'provisions/5.1.1-1.yaml',
    (text) => text.replace('norm: shall', 'norm: must'),
    '5.1.1-1.yaml:5:7: norm is "must"; use one of shall, should',
  ],
  [
    'a misspelt key',
    'provisions/5.1.1-1.yaml',
    (text) => text.replace('\nuk:', '\nuc:'),
    '5.1.1-1.yaml:2:1: uc is not a known key',
  ],
  [
    'a missing key',
    'provisions/5.1.1-1.yaml',
    (text) => text.replace('automation: hybrid\n', ''),
    '5.1.1-1.yaml:1:1: automation is missing',
  ],
  [
    'a deep mistake',
    'provisions/5.1.1-1.yaml',
    (text) => text.replace('  - id: "5.1.1-1/b"', '  - id: "5.1.1-2/b"'),
    '5.1.1-1.yaml:15:9: duties[1].id is 5.1.1-2/b, which is no duty of 5.1.1-1',
  ],
  [
    'an undescribed feature',
    'specification.yaml',
    (text) => text.replace(/ {2}major_update: .*\n/, ''),
    '5.4.1-2.yaml:14:12: duties[0].when[0] is major_update, which is not described',
  ],
  [
    'a proof that anything gives',
    'provisions/5.1.1-1.yaml',
    (text) => text.replace('    when: []\n', '    when: []\n    shown_by:\n      - evidence: policy\n'),
    '5.1.1-1.yaml:16:19: duties[0].shown_by[0].evidence is policy, and any that was ever recorded',
  ],
  ['broken YAML', 'ixit.yaml', (text) => text.replace('title: "', 'title: ["'), 'ixit.yaml:'],
  ['a key twice', 'provisions/5.1.1-1.yaml', (text) => `${text}id: "x"\n`, 'Map keys must be unique'],
  ['two documents', 'ixit.yaml', (text) => `${text}---\nixit: []\n`, 'ixit.yaml:'],
  ['nothing', 'ixit.yaml', () => '', 'ixit.yaml:1:1: document is null'],
  ['an alias bomb', 'ixit.yaml', () => bomb(), 'ixit.yaml:1:1: uses more than 100 aliases'],
])('a file with %s is named by line and column', async (_name, file, change, message) => {
  const dir = edited(file, change);
  await expect(loadSpecification(dir)).rejects.toMatchObject({
    code: 'CATALOGUE_INVALID',
    message: expect.stringContaining(message),
  });
  await expect(loadSpecification(dir)).rejects.toThrow(new RegExp(`^${dir}/[a-z0-9./-]+:\\d+:\\d+: `));
});

/** Nine levels of nine: 387 million items when expanded. */
function bomb(): string {
  const levels = ['a0: &a0 [x, x, x, x, x, x, x, x, x]'];
  for (let i = 1; i < 9; i += 1)
    levels.push(
      `a${i}: &a${i} [${Array(9)
        .fill(`*a${i - 1}`)
        .join(', ')}]`,
    );
  return `${levels.join('\n')}\n`;
}

test('a YAML file in another place is refused; other files are passed over', async () => {
  const dir = copy();
  writeFileSync(join(dir, 'notes.md'), 'x');
  writeFileSync(join(dir, '.hidden.yaml'), ': : :');
  expect((await loadSpecification(dir)).specification.provisions).toHaveLength(72);
  renameSync(join(dir, 'provisions', '5.1.1-1.yaml'), join(dir, '5.1.1-1.yaml'));
  await expect(loadSpecification(dir)).rejects.toThrow(
    /5\.1\.1-1\.yaml:\d+:\d+: document has no place in a catalogue/,
  );
});

test('a missing part is named', async () => {
  const dir = copy();
  rmSync(join(dir, 'principles.yaml'));
  await expect(loadSpecification(dir)).rejects.toMatchObject({
    code: 'CATALOGUE_INVALID',
    message: expect.stringContaining('principles.yaml: document is missing; add it'),
  });
});

test('a folder that is none is not found', async () => {
  const file = join(scratch, 'file');
  writeFileSync(file, '');
  await expect(loadSpecification(join(scratch, 'absent'))).rejects.toMatchObject({
    code: 'CATALOGUE_NOT_FOUND',
  });
  await expect(loadSpecification(file)).rejects.toMatchObject({ code: 'CATALOGUE_NOT_FOUND' });
});

test('unreadable, oversized, non-UTF-8 and non-regular files are refused', async () => {
  const cases: [string, (path: string) => void][] = [
    ['is not UTF-8', (path) => writeFileSync(path, Buffer.from([0x61, 0x3a, 0xff, 0xfe]))],
    ['more than 1048576', (path) => writeFileSync(path, `# ${'x'.repeat(1 << 20)}`)],
  ];
  if (process.getuid?.() !== 0) cases.push(['cannot be read (EACCES)', (path) => chmodSync(path, 0)]);
  for (const [message, spoil] of cases) {
    const dir = copy();
    spoil(join(dir, 'ixit.yaml'));
    await expect(loadSpecification(dir)).rejects.toMatchObject({
      code: 'CATALOGUE_UNREADABLE',
      message: expect.stringContaining(message),
    });
  }
  const dir = copy();
  mkdirSync(join(dir, 'provisions', 'x.yaml'));
  expect((await loadSpecification(dir)).specification.provisions).toHaveLength(72);
});

test('the standard that standard/README.md tells one to write can be loaded', async () => {
  const readme = readFileSync(join(shipped, '..', 'README.md'), 'utf8');
  const blocks = [...readme.matchAll(/^( *)```yaml\n([\s\S]*?)^ *```$/gm)].map(([, indent = '', body = '']) =>
    body.replaceAll(new RegExp(`^${indent}`, 'gm'), ''),
  );
  const dir = join(scratch, 'house');
  mkdirSync(join(dir, 'provisions'), { recursive: true });
  const write = (file: string, key: RegExp): void => {
    const found = blocks.filter((block) => key.test(block));
    expect(found, file).toHaveLength(1);
    writeFileSync(join(dir, file), found[0] ?? '');
  };
  write('specification.yaml', /^standard:/m);
  write('principles.yaml', /^principles:/m);
  write('ixit.yaml', /^ixit:\n/m);
  write('settings.yaml', /^settings:/m);
  write('provisions/A-1.yaml', /^duties:/m);
  const { specification } = await loadSpecification(dir);
  expect(specification.provisions.flatMap(({ duties }) => duties.map(({ id }) => id))).toEqual([
    'A-1/a',
    'A-1/b',
  ]);
});
