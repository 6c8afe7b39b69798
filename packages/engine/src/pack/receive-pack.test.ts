import { fileURLToPath } from 'node:url';
import { assess, CHECKS, UNDECLARED } from '@custos/conformity';
import {
  type Actor,
  type Digest,
  MANUAL_PRODUCER,
  type PredicateName,
  predicateType,
  type Statement,
} from '@custos/core';
import { createKey, Keyring, observationId, openEnvelope, sha256 } from '@custos/trust';
import { beforeAll, describe, expect, it } from 'vitest';
import { z } from 'zod';
import { loadSpecification } from '../catalogue/load.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { Manifest, MEMBER, type PackKeys } from './format.ts';
import { packRefused, receivePack } from './receive-pack.ts';
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

const STANDARD = fileURLToPath(new URL('../../../../standard/en-304-223', import.meta.url));
const NOW = '2026-11-26T08:00:00.000Z';
const Envelope = z.object({ envelope: z.object({ payload: z.string() }).loose() });
let made: MadePack;
beforeAll(async () => {
  made = await examplePack('open-weights-release');
});

const receive = (bytes: Buffer, key: string, known: readonly string[] = []) =>
  receivePack(bytes, { keys: [key], now: NOW, known: new Set(known) });

/** A system that uses the supplier's model, and its operator's own assessment of the supplier. */
function operatorEvidence(adherenceEvidence: Digest): Statement[] {
  const fingerprint = sha256('operated');
  const said = (type: PredicateName, content: unknown, actor?: Actor) =>
    statementOf({
      type,
      content,
      actor,
      subject: [subject('operated', fingerprint)],
      producer: actor ? { name: MANUAL_PRODUCER, version: '1' } : PRODUCT,
      observedAt: NOW,
    });
  const person = 'op@example.org';
  return [
    said('system-declaration', {
      ...UNDECLARED,
      id: 'operated',
      name: 'Operated',
      purpose: 'Finds the names of places in letters',
      phase: 'deployment',
      roles: { ...UNDECLARED.roles, system_operator: [person] },
    }),
    said('scan-result', {
      fingerprint,
      assets: [
        {
          id: 'model:placenames',
          kind: 'model',
          name: 'placenames',
          origin: 'external',
          provider: 'lindenhof',
          locations: [{ path: 'load.py' }],
        },
      ],
      edges: [],
      findings: [],
      unknowns: [],
      scope: 'directory',
      filesRead: 1,
    }),
    said(
      'provider-assessment',
      {
        provider: 'lindenhof',
        services: ['placenames'],
        conclusion: 'accepted',
        rationale: 'Their evidence pack was verified and read',
        adheresToStandard: 'yes',
        adherenceEvidence,
        adherenceScope: ['placenames'],
      },
      { id: person, role: 'system_operator' },
    ),
  ];
}

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
    // Of the duties only the one about the provider's adherence reads it.
    const readers = [...CHECKS].filter(([, { wants }]) => wants.has('third-party-attestation'));
    expect(readers.map(([duty]) => duty)).toEqual(['5.1.2-7/b']);
  });

  it('shows that the provider adheres (5.1.2-7/b), once the operator names its digest', async () => {
    const { statements, assessment } = await receive(made.bytes, made.signer.keyId);
    const { specification, digest: specificationDigest } = await loadSpecification(STANDARD);
    const verdict = (evidence: readonly Statement[]) =>
      assess({
        specification,
        specificationDigest,
        evidence: evidence.map((statement) => ({
          id: observationId(statement),
          statement,
          authenticity: { verified: true, keyId: 'test' },
        })),
        now: NOW,
      })
        .provisions.flatMap(({ duties }) => duties)
        .find(({ id }) => id === '5.1.2-7/b');
    const own = operatorEvidence(assessment);
    expect(verdict(own)).toMatchObject({ verdict: 'inconclusive' });
    expect(verdict([...own, ...statements])).toMatchObject({ verdict: 'pass' });
    expect(verdict([...operatorEvidence(sha256('another')), ...statements])).toMatchObject({
      verdict: 'inconclusive',
    });
  });

  it('is not said twice', async () => {
    const first = await receive(made.bytes, made.signer.keyId);
    const payloads = first.statements.map(
      ({ predicate }) => Envelope.parse(predicate.content).envelope.payload,
    );
    expect((await receive(made.bytes, made.signer.keyId, payloads)).statements).toEqual([]);
  });

  it('of another version is taken on the word of the supplier only when that is asked for, and says so', async () => {
    const members = edited<Manifest>(membersOf(made.bytes), MEMBER.manifest, (manifest) => {
      manifest.producer.version = '0.0.9';
      manifest.rows.reverse();
    });
    const bytes = await sealed(members, made.signer);
    const options = { keys: [made.signer.keyId], now: NOW, known: new Set<string>() };
    const refused = await receivePack(bytes, options);
    expect(refused.report.outcome).toBe('not_recomputed');
    expect(refused.statements).toEqual([]);
    expect(packRefused(refused.report)).toMatchObject({
      code: 'PACK_NOT_RECOMPUTED',
      message: expect.stringMatching(/0\.0\.9.*--not-recomputed/),
    });
    const { statements } = await receivePack(bytes, { ...options, notRecomputed: true });
    expect(statements.length).toBeGreaterThan(2);
    for (const { predicate } of statements)
      expect(predicate.source).toMatch(/verdicts signed and not computed again by a known specification$/);
  });

  it('by a specification that is not known is taken only when that is asked for', async () => {
    const options = {
      keys: [made.signer.keyId],
      now: NOW,
      known: new Set<string>(),
      specifications: new Map([[sha256('of today'), 'ETSI EN 304 223']]),
    };
    const refused = await receivePack(made.bytes, options);
    expect(refused.statements).toEqual([]);
    expect(packRefused(refused.report)).toMatchObject({
      code: 'PACK_NOT_RECOMPUTED',
      message: expect.stringMatching(/DUTIES AND LIMITS.*--not-recomputed/),
    });
    const { statements } = await receivePack(made.bytes, { ...options, notRecomputed: true });
    for (const { predicate } of statements) expect(predicate.source).toMatch(/by a known specification$/);
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
