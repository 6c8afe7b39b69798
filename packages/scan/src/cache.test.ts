import { mkdtempSync, statSync, utimesSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout } from 'node:timers/promises';
import { expect, it } from 'vitest';
import { directoryResolver, scan } from './index.ts';
import { names, writeTree } from './testing/tree.ts';

it('a file that was replaced is read again, even under its old time, size and inode', async () => {
  const root = writeTree({ 'a.yaml': 'model: gpt-4.1\n' });
  const cacheDir = mkdtempSync(join(tmpdir(), 'custos-cache-'));
  const file = join(root, 'a.yaml');
  const then = new Date('2020-01-01');
  utimesSync(file, then, then);
  // Times of a moment ago are not trusted.
  await setTimeout(2_100);
  expect(names(await scan(directoryResolver(root), { cacheDir }), 'model')).toEqual(['gpt-4.1']);
  const before = statSync(file);
  writeFileSync(file, 'model: gpt-5.1\n');
  utimesSync(file, then, then);
  const after = statSync(file);
  expect([after.mtimeMs, after.size, after.ino]).toEqual([before.mtimeMs, before.size, before.ino]);
  expect(names(await scan(directoryResolver(root), { cacheDir }), 'model')).toEqual(['gpt-5.1']);
});
