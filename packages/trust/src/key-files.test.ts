import { chmodSync, mkdtempSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fixedClock } from '@custos/core';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { openEnvelope, signStatement } from './envelope.ts';
import { followHandovers, signHandover } from './handover.ts';
import { loadKeyring, loadOrCreateSigner, loadPublicKeys, rotate } from './key-files.ts';
import { Keyring } from './keyring.ts';
import { createKey } from './signer.ts';
import { statement } from './statement.fixture.ts';

let root = '';
let dir = '';
beforeEach(() => {
  root = mkdtempSync(join(tmpdir(), 'custos-'));
  dir = join(root, 'keys');
});
afterEach(() => rmSync(root, { recursive: true, force: true }));

const at = (time: string) => ({ clock: fixedClock(time) });
const pem = () => join(dir, readdirSync(dir).find((name) => name.endsWith('.pem')) ?? '');
const code = (name: string) => expect.objectContaining({ code: name });

describe('key files', () => {
  it('are made once, for their owner only', async () => {
    const signer = await loadOrCreateSigner(dir);
    expect(statSync(dir).mode & 0o777).toBe(0o700);
    expect(statSync(pem()).mode & 0o777).toBe(0o600);
    expect((await loadOrCreateSigner(dir)).keyId).toBe(signer.keyId);
    expect(readdirSync(dir)).toHaveLength(2);
  });

  it('stay one when many start at once', async () => {
    const signers = await Promise.all(Array.from({ length: 8 }, () => loadOrCreateSigner(dir)));
    expect(new Set(signers.map((signer) => signer.keyId)).size).toBe(1);
  });

  it('are refused when others can read them', async () => {
    await loadOrCreateSigner(dir);
    chmodSync(pem(), 0o640);
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_MODE'));
    chmodSync(pem(), 0o600);
    chmodSync(dir, 0o755);
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_MODE'));
  });

  it('are refused when damaged, missing, or a link', async () => {
    await loadOrCreateSigner(dir);
    const path = pem();
    writeFileSync(path, 'nonsense');
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_INVALID'));
    writeFileSync(path, createKey().privateKeyPem);
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_INVALID'));
    rmSync(path);
    symlinkSync('/dev/null', path);
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_MISSING'));
    writeFileSync(join(dir, 'keyring.json'), '{');
    await expect(loadOrCreateSigner(dir)).rejects.toThrow(code('KEY_INVALID'));
  });

  it('rotate: the old key checks what it signed, its private half is gone, the chain leads from either end', async () => {
    const first = await loadOrCreateSigner(dir, at('2026-01-01T00:00:00Z'));
    const early = await signStatement(statement(), first);
    await rotate(dir, at('2026-02-01T00:00:00Z'));
    const { signer: third } = await rotate(dir, at('2026-03-01T00:00:00Z'));
    expect((await loadOrCreateSigner(dir)).keyId).toBe(third.keyId);
    expect(readdirSync(dir)).toHaveLength(2);
    expect(openEnvelope(early, loadKeyring(dir)).authenticity.verified).toBe(true);
    const late = await signStatement(statement(0, '2026-02-02T00:00:00Z'), first);
    expect(openEnvelope(late, loadKeyring(dir)).authenticity.verified).toBe(false);
    const { handovers } = loadPublicKeys(dir);
    expect(followHandovers(new Keyring([first.publicKey]), handovers).keys()).toHaveLength(3);
    expect(followHandovers(new Keyring([third.publicKey]), handovers).find(first.keyId)?.validUntil).toBe(
      '2026-02-01T00:00:00Z',
    );
  });

  it('do not rotate without a key, or with a clock that went back', async () => {
    await expect(rotate(dir)).rejects.toThrow(code('KEY_MISSING'));
    await loadOrCreateSigner(dir, at('2026-01-02T00:00:00Z'));
    await expect(rotate(dir, at('2026-01-01T00:00:00Z'))).rejects.toThrow(code('KEY_CLOCK'));
  });

  it('follow no hand-over that only one of the two keys signed', async () => {
    const [mine, foreign] = [createKey().signer, createKey().signer];
    const forged = { ...foreign, publicKey: mine.publicKey };
    const handover = await signHandover(forged, foreign, '2026-01-01T00:00:00Z');
    expect(followHandovers(new Keyring([mine.publicKey]), [handover]).keys()).toHaveLength(1);
  });

  it('stop where one key was handed over to two', async () => {
    const [mine, mate, thief] = [createKey().signer, createKey().signer, createKey().signer];
    const good = await signHandover(mine, mate, '2026-01-01T00:00:00Z');
    const fork = await signHandover(mine, thief, '2026-01-01T00:00:00Z');
    const again = await signHandover(mine, thief, '2026-02-01T00:00:00Z');
    const trusted = new Keyring([mine.publicKey]);
    expect(() => followHandovers(trusted, [good, fork])).toThrow(code('KEY_FORK'));
    const ended = new Keyring([{ publicKey: mine.publicKey, validUntil: '2026-01-01T00:00:00Z' }]);
    expect(() => followHandovers(ended, [again])).toThrow(code('KEY_FORK'));
    expect(followHandovers(trusted, [good, good]).keys()).toHaveLength(2);
  });
});
