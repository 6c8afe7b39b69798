/** A result is written whole, or not at all; and nothing else is touched. */
import { spawn, spawnSync } from 'node:child_process';
import {
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  rmSync,
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, expect, it, vi } from 'vitest';
import { emit, say } from './output.ts';

let dir = '';
beforeEach(() => {
  dir = mkdtempSync(join(tmpdir(), 'custos-output-'));
});
afterEach(() => rmSync(dir, { recursive: true }));

it('leaves no draft where it can not be written', async () => {
  mkdirSync(join(dir, 'taken'));
  await expect(emit('x', join(dir, 'taken'))).rejects.toThrow(
    /taken can't be written \(\w+\)\. Choose another --out/,
  );
  await expect(emit('x', join(dir, 'no/such'))).rejects.toThrow(/can't be written/);
  expect(readdirSync(dir, { recursive: true })).toEqual(['taken']);
});

it('writes through no link that somebody laid where its draft could be', async () => {
  writeFileSync(join(dir, 'victim'), 'mine');
  symlinkSync('victim', join(dir, `out.${process.pid}.part`));
  await emit('result', join(dir, 'out'));
  expect(readFileSync(join(dir, 'victim'), 'utf8')).toBe('mine');
  expect(readFileSync(join(dir, 'out'), 'utf8')).toBe('result');
});

it('keeps two that write the same file apart', async () => {
  const texts = Array.from({ length: 8 }, (_, i) => String(i).repeat(500_000));
  await Promise.all(texts.map((text) => emit(text, join(dir, 'out'))));
  expect(texts).toContain(readFileSync(join(dir, 'out'), 'utf8'));
  expect(readdirSync(dir)).toEqual(['out']);
});

it('writes into a pipe instead of replacing it', async () => {
  if (spawnSync('mkfifo', [join(dir, 'pipe')]).status !== 0) return;
  const reader = spawn('cat', [join(dir, 'pipe')]);
  const read = new Promise<string>((done) => reader.stdout.on('data', (data) => done(String(data))));
  await emit('result', join(dir, 'pipe'));
  expect(await read).toBe('result');
  expect(readdirSync(dir)).toEqual(['pipe']);
});

it('spells out in a message what would steer the terminal', () => {
  const written = vi.spyOn(process.stderr, 'write').mockReturnValue(true);
  say('folder \u001b]0;owned\u0007a\u009b2J\nnext');
  expect(written.mock.calls).toEqual([['folder \\u{1b}]0;owned\\u{7}a\\u{9b}2J\nnext\n']]);
  written.mockRestore();
});
