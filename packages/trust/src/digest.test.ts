import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { digestBytes, digestOf, hashFile, sha256 } from './digest.ts';

it('hashes bytes, text and files alike', async () => {
  expect(sha256('abc')).toBe('sha256:ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad');
  expect(digestOf(digestBytes(sha256('abc')))).toBe(sha256(Buffer.from('abc')));
  const dir = mkdtempSync(join(tmpdir(), 'custos-'));
  const bytes = Buffer.alloc((1 << 20) * 33 + 5, 'x');
  writeFileSync(join(dir, 'large'), bytes);
  writeFileSync(join(dir, 'empty'), '');
  execFileSync('mkfifo', [join(dir, 'fifo')]);
  expect(await hashFile(join(dir, 'large'))).toBe(sha256(bytes));
  expect(await hashFile(join(dir, 'empty'))).toBe(sha256(''));
  await expect(hashFile(dir)).rejects.toThrow(expect.objectContaining({ code: 'NOT_A_FILE' }));
  await expect(hashFile(join(dir, 'fifo'))).rejects.toThrow(expect.objectContaining({ code: 'NOT_A_FILE' }));
  await expect(hashFile(join(dir, 'none'))).rejects.toThrow(
    expect.objectContaining({ code: 'FILE_UNREADABLE' }),
  );
  rmSync(dir, { recursive: true });
});
