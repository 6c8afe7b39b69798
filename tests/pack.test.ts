/** The evidence pack as its users meet it: made by the command line, checked in another folder with one file and a fingerprint. */
import { spawnSync } from 'node:child_process';
import { copyFileSync, cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type Done, runCli } from './run-cli.ts';

const root = fileURLToPath(new URL('../', import.meta.url));
const home = mkdtempSync(join(tmpdir(), 'custos-pack-cli-'));
/** Where the auditor sits: the file and the verifier, and nothing of the maker's. */
const auditor = join(home, 'auditor');
const NOBODY = `sha256:${'0'.repeat(64)}`;
let made: Done;
let fingerprint = '';

beforeAll(async () => {
  mkdirSync(auditor);
  cpSync(join(root, 'examples/fraud-detection'), join(home, 'fraud'), { recursive: true });
  await runCli(home, ['assess', 'fraud', '--no-inspect', '--quiet']);
  made = await runCli(home, ['pack', 'fraud', '--out', 'fraud.pack.zip']);
  fingerprint = /sha256:[0-9a-f]{64}/.exec(made.err)?.[0] ?? '';
  for (const name of ['fraud.pack.zip', 'custos-verify.mjs'])
    copyFileSync(join(home, name), join(auditor, name));
});
afterAll(() => rmSync(home, { recursive: true }));

function verify(...words: string[]): { status: number | null; out: string; err: string } {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['custos-verify.mjs', ...words], {
    cwd: auditor,
    env: {},
    encoding: 'utf8',
  });
  return { status, out: stdout, err: stderr };
}

describe('custos pack', () => {
  it('tells the fingerprint, and records nothing', async () => {
    expect(made).toMatchObject({ code: 0, out: '' });
    expect(fingerprint).not.toBe('');
    const before = (await runCli(home, ['ledger', 'show', 'fraud'])).out;
    await runCli(home, ['pack', 'fraud', '--out', 'again.zip', '--no-verifier']);
    expect((await runCli(home, ['ledger', 'show', 'fraud'])).out).toBe(before);
  });

  it('as of the same time gives the same bytes', async () => {
    const at = ['--at', new Date(Date.now() + 60_000).toISOString(), '--no-verifier'];
    await runCli(home, ['pack', 'fraud', '--out', 'one.zip', ...at]);
    await runCli(home, ['pack', 'fraud', '--out', 'two.zip', ...at]);
    expect(readFileSync(join(home, 'one.zip')).equals(readFileSync(join(home, 'two.zip')))).toBe(true);
    copyFileSync(join(home, 'one.zip'), join(auditor, 'one.zip'));
    expect(verify('one.zip', '--key', fingerprint).status).toBe(0);
  });

  it('refuses a folder without a ledger, and leaves it as it was', async () => {
    mkdirSync(join(home, 'empty'));
    const done = await runCli(home, ['pack', 'empty', '--out', 'x.zip']);
    expect(done.code).toBe(2);
    expect(done.err).toContain('keeps no evidence');
  });
});

describe('custos-verify.mjs', () => {
  it('verifies with the fingerprint alone, and says what it could not check', () => {
    const { status, out } = verify('fraud.pack.zip', '--key', fingerprint);
    expect(status).toBe(0);
    expect(out).toContain('The pack VERIFIES.');
    expect(out).toContain('All 133 duties were evaluated again');
    expect(out).toContain('as this verifier was built with');
    expect(out).toContain('Not checked:');
  });

  it('ends with 1 for another key and for a pack that was altered, and names the place', () => {
    expect(verify('fraud.pack.zip', '--key', NOBODY)).toMatchObject({ status: 1 });
    const bytes = readFileSync(join(auditor, 'fraud.pack.zip'));
    const at = bytes.indexOf('exports/assessment.csv') + 60;
    bytes[at] = (bytes[at] ?? 0) ^ 0xff;
    writeFileSync(join(auditor, 'altered.zip'), bytes);
    const { status, out } = verify('altered.zip', '--key', fingerprint);
    expect(status).toBe(1);
    expect(out).toContain('exports/assessment.csv: ALTERED');
  });

  it('takes the digest of a specification, and nothing else for one', () => {
    const words = ['fraud.pack.zip', '--key', fingerprint, '--specification'];
    expect(verify(...words, `sha256:${'1'.repeat(64)}`)).toMatchObject({ status: 0 });
    const { status, err } = verify(...words, 'latest');
    expect(status).toBe(2);
    expect(err).toContain('"latest" is no digest');
  });

  it('ends with 2 when it is called wrongly', () => {
    writeFileSync(join(auditor, 'note.txt'), 'hello');
    for (const words of [
      [],
      ['fraud.pack.zip'],
      ['note.txt', '--key', NOBODY],
      ['none.zip', '--key', NOBODY],
      ['fraud.pack.zip', '--kee', 'x'],
    ])
      expect(verify(...words), words.join(' ')).toMatchObject({ status: 2 });
  });

  it('goes on from an earlier pack, and prints one observation', () => {
    const { status } = verify('fraud.pack.zip', '--key', fingerprint, '--checkpoint', 'fraud.pack.zip');
    expect(status).toBe(0);
    const csv = verify('fraud.pack.zip', '--key', fingerprint, '--json');
    expect(JSON.parse(csv.out)).toMatchObject({ ok: true, problems: [] });
  });
});

describe('custos receive', () => {
  it("takes a supplier's pack with the supplier's key only", async () => {
    cpSync(join(root, 'examples/open-weights-release'), join(home, 'operator'), { recursive: true });
    await runCli(home, ['assess', 'operator', '--no-inspect', '--quiet']);
    const before = (await runCli(home, ['ledger', 'show', 'operator'])).out;
    const refused = await runCli(home, ['receive', 'fraud.pack.zip', '--key', NOBODY, '--dir', 'operator']);
    expect(refused.code).toBe(1);
    expect((await runCli(home, ['ledger', 'show', 'operator'])).out).toBe(before);
    const taken = await runCli(home, [
      'receive',
      'fraud.pack.zip',
      '--key',
      fingerprint,
      '--dir',
      'operator',
    ]);
    expect(taken.code).toBe(0);
    expect(taken.err).toMatch(/adherenceEvidence/);
    const again = await runCli(home, [
      'receive',
      'fraud.pack.zip',
      '--key',
      fingerprint,
      '--dir',
      'operator',
    ]);
    expect(again.err).toContain('Recorded 0 of 0');
  });
});
