import { CHECKS } from '@custos/conformity';
import { predicateType } from '@custos/core';
import { createKey, Keyring, openEnvelope } from '@custos/trust';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { Manifest, MEMBER, type PackKeys } from './format.ts';
import { receivePack } from './receive-pack.ts';
import {
  contentOf,
  edited,
  examplePack,
  type MadePack,
  membersOf,
  replaced,
  sealed,
  zipOf,
} from './testing/packs.ts';

const NOW = '2026-11-26T08:00:00.000Z';
const Envelope = z.object({ envelope: z.object({ payload: z.string() }).loose() });
let made: MadePack;
beforeAll(async () => {
  made = await examplePack('open-weights-release');
});

const receive = (bytes: Buffer, key: string, known: readonly string[] = []) =>
  receivePack(bytes, { keys: [key], now: NOW, known: new Set(known) });

describe("a supplier's pack", () => {
  it('is taken over as what a third party said, with their signatures, and as nothing else', async () => {
    const { report, statements } = await receive(made.bytes, made.signer.keyId);
    expect(report.ok).toBe(true);
    const manifest = Manifest.parse(JSON.parse(contentOf(membersOf(made.bytes), MEMBER.manifest).toString()));
    // And the trailer and the conformity statement.
    expect(statements).toHaveLength(manifest.counts.observationsUsed + 2);
    const supplier = new Keyring([made.signer.publicKey]);
    for (const { predicateType: type, predicate } of statements) {
      expect(type).toBe(predicateType('third-party-attestation'));
      expect(predicate.actor).toBeUndefined();
      expect(predicate.source).toContain('pack of');
      const { envelope } = Envelope.parse(predicate.content);
      expect(openEnvelope(envelope, supplier).authenticity.verified).toBe(true);
    }
    // No check reads it: what a duty asks of the receiver, the receiver has to show.
    for (const { wants } of CHECKS.values()) expect(wants.has('third-party-attestation')).toBe(false);
  });

  it('is not said twice', async () => {
    const first = await receive(made.bytes, made.signer.keyId);
    const payloads = first.statements.map(
      ({ predicate }) => Envelope.parse(predicate.content).envelope.payload,
    );
    expect((await receive(made.bytes, made.signer.keyId, payloads)).statements).toEqual([]);
  });

  it('gives nothing when it does not verify', async () => {
    const members = membersOf(made.bytes);
    const altered = await zipOf(replaced(members, MEMBER.assessment, '{}'));
    const stranger = createKey('custos.local/stranger').signer;
    const resigned = await sealed(
      edited<PackKeys>(members, MEMBER.keys, (keys) => {
        keys.keys.push({ publicKey: stranger.publicKey });
      }),
      stranger,
    );
    for (const [bytes, key] of [
      [altered, made.signer.keyId],
      [resigned, made.signer.keyId],
      [made.bytes, stranger.keyId],
    ] as const) {
      const { report, statements } = await receive(bytes, key);
      expect(report.ok).toBe(false);
      expect(statements).toEqual([]);
    }
  });
});
