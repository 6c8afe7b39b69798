/** Keys of producers over a real ledger: whose word counts from which entry on. */
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Authenticity, systemClock } from '@custos/core';
import { type EvidenceStore, openStore } from '@custos/store';
import { createKey, Keyring, observationId, type Signer, signStatement } from '@custos/trust';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { loadEvidence } from './ledger-evidence.ts';
import { producerOf, statementOf } from './new-observation.ts';
import { checkProducerName, PRODUCER_ADDED, PRODUCER_REMOVED, unrecordedAuthenticity } from './producers.ts';

const workspace = createKey('custos.local').signer;
const keyring = new Keyring([workspace.publicKey]);
const pytest = createKey('pytest').signer;
const fuzzer = createKey('fuzzer').signer;

let dir: string;
let store: EvidenceStore;
beforeEach(async () => {
  dir = mkdtempSync(join(tmpdir(), 'custos-'));
  store = await openStore({ kind: 'files', dir, signer: workspace, clock: systemClock, organisation: 'o' });
});
afterEach(async () => {
  await store.close();
  rmSync(dir, { recursive: true, force: true });
});

let counter = 0;
function measured(producer: string) {
  return statementOf({
    type: 'published-hashes',
    content: {
      url: `https://example.org/${counter++}`,
      algorithm: 'sha256',
      files: [],
      signed: true,
      signatureVerified: true,
      independentChannel: true,
    },
    subject: [{ name: 'data', digest: { sha256: 'ab'.repeat(32) } }],
    producer: { name: producer, version: '1' },
    observedAt: '2026-01-01T00:00:00Z',
  });
}

async function say(producer: string, ...signers: [Signer, ...Signer[]]): Promise<void> {
  const statement = measured(producer);
  const envelope = await signStatement(statement, ...signers);
  await store.record([{ kind: 'observation', id: observationId(statement), envelope }]);
}

const add = (name: string, key: Signer) =>
  store.record([
    { kind: 'act', act: { type: PRODUCER_ADDED, actor: 'a', detail: { name, publicKey: key.publicKey } } },
  ]);

async function heard(): Promise<Authenticity[]> {
  const { evidence, damaged } = await loadEvidence(store, keyring);
  expect(damaged).toEqual([]);
  return evidence.map((item) => item.authenticity);
}

const byName = { verified: true, keyId: workspace.keyId };
const refused = (why: string) => ({ verified: false, why: expect.stringContaining(why) });

describe('a producer with a key', () => {
  it('is believed with its signature only, from its registration on', async () => {
    await say('pytest', workspace);
    await add('pytest', pytest);
    await say('pytest', workspace);
    await say('pytest', pytest, workspace);
    await say('pytest', pytest);
    await say('other', workspace);
    expect(await heard()).toEqual([
      byName,
      refused('did not sign it'),
      { verified: true, keyId: pytest.keyId, producer: 'pytest' },
      { verified: true, keyId: pytest.keyId, producer: 'pytest' },
      byName,
    ]);
  });

  it('speaks for itself only', async () => {
    await add('pytest', pytest);
    await add('fuzzer', fuzzer);
    await say('fuzzer', pytest, workspace);
    await say('unknown', pytest, workspace);
    await say('custos', pytest, workspace);
    expect(await heard()).toEqual(Array.from({ length: 3 }, () => refused('speaks for that producer only')));
  });

  it('that is replaced or removed signs nothing new, and keeps what it signed; its name stays protected', async () => {
    await add('pytest', pytest);
    await say('pytest', pytest, workspace);
    await add('pytest', fuzzer);
    await say('pytest', pytest, workspace);
    await say('pytest', fuzzer, workspace);
    await store.record([
      { kind: 'act', act: { type: PRODUCER_REMOVED, actor: 'a', detail: { name: 'pytest' } } },
    ]);
    await say('pytest', fuzzer, workspace);
    await say('pytest', workspace);
    expect(await heard()).toEqual([
      { verified: true, keyId: pytest.keyId, producer: 'pytest' },
      refused('did not sign it'),
      { verified: true, keyId: fuzzer.keyId, producer: 'pytest' },
      refused('has had no key'),
      refused('has had no key'),
    ]);
  });

  it('can not be the workspace itself, and a key that is none protects the name', async () => {
    await add('pytest', workspace);
    await store.record([
      { kind: 'act', act: { type: PRODUCER_ADDED, actor: 'a', detail: { name: 'fuzzer', publicKey: 'x' } } },
    ]);
    await say('pytest', workspace);
    await say('fuzzer', workspace);
    expect(await heard()).toEqual([refused('has had no key'), refused('has had no key')]);
  });

  it('is not believed unsigned in what is assessed without being recorded', async () => {
    await add('pytest', pytest);
    const { producers } = await loadEvidence(store, keyring);
    expect(unrecordedAuthenticity('pytest', producers)).toEqual(refused('did not sign it'));
    expect(unrecordedAuthenticity('other', producers).verified).toBe(true);
  });

  it('a changed signature of the producer is noticed', async () => {
    await add('pytest', pytest);
    const statement = measured('pytest');
    const envelope = await signStatement(statement, pytest, workspace);
    const other = await signStatement(measured('pytest'), pytest);
    const signatures = [...other.signatures, ...envelope.signatures.slice(1)];
    await store.record([
      { kind: 'observation', id: observationId(statement), envelope: { ...envelope, signatures } },
    ]);
    expect(await heard()).toEqual([refused('does not fit')]);
  });
});

describe('the name of a producer', () => {
  it.each(['custos', 'custos-scan', 'two words', 'a+b', ''])('%j can have no key', (name) => {
    expect(() => checkProducerName(name)).toThrow(expect.objectContaining({ code: 'PRODUCER_NAME' }));
  });

  it('of an evidence file is never Custos itself; without one a person speaks', () => {
    const document = { type: 'probe', content: {} };
    const naming = (name: string) => () =>
      producerOf({ ...document, producer: { name, version: '1' } }, 'f.yaml');
    expect(naming('custos')).toThrow(expect.objectContaining({ code: 'EVIDENCE_PRODUCER' }));
    expect(naming('custos-inspect')).toThrow(expect.objectContaining({ code: 'EVIDENCE_PRODUCER' }));
    expect(naming('pytest')()).toEqual({ name: 'pytest', version: '1' });
    expect(producerOf(document, 'f.yaml').name).toBe('custos-attest');
  });
});
