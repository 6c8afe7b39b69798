/** Time that goes wrong, from the recording to the verdict: dated back or ahead, said again, assessed for the past, clock set back. */
import { appendFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import {
  addDays,
  type Clock,
  type DutyAssessment,
  type Instant,
  predicateType,
  systemClock,
} from '@custos/core';
import { type EvidenceStore, openStore } from '@custos/store';
import { createKey, Keyring, observationId, signStatement, verifyExport } from '@custos/trust';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedSpecification, loadSpecification } from '../catalogue/load.ts';
import { loadEvidence, newestScan } from '../observations/ledger-evidence.ts';
import { type AssessedDirectory, assessDirectory } from './assess-directory.ts';

const key = createKey('custos.local').signer;
const keyring = new Keyring([key.publicKey]);
/** Looks for a policy on awareness first. */
const DUTY = '5.1.1-2/a';
const MAY: Instant = '2026-05-01T12:00:00Z';

let specification: LoadedSpecification;
beforeAll(async () => {
  specification = await loadSpecification(
    fileURLToPath(new URL('../../../../standard/en-304-223', import.meta.url)),
  );
});

let root: string;
let dir: string;
let store: EvidenceStore;
let time: Instant;
const clock: Clock = { now: () => time };
beforeEach(async () => {
  root = mkdtempSync(join(tmpdir(), 'custos-'));
  dir = join(root, 'system');
  mkdirSync(dir);
  time = MAY;
  declare([]);
  store = await openStore({
    kind: 'files',
    dir: join(root, 'ledger'),
    signer: key,
    clock,
    organisation: 'o',
  });
});
afterEach(async () => {
  await store.close();
  rmSync(root, { recursive: true, force: true });
});

function declare(evidence: string[]): void {
  writeFileSync(
    join(dir, 'custos.yaml'),
    `id: support-bot
name: Support bot
purpose: Answers customers about their orders and returns
phase: deployment
use: { inputs: [text], outputs: [text], exposure: public }
roles: { developer: [dev@example.org], organisation: [ciso@example.org] }
evidence: ${JSON.stringify(evidence)}
`,
  );
}

/** A policy on awareness, as if it had been recorded then. */
function state(observedAt: Instant | undefined, more: object = {}): void {
  const document = {
    type: 'policy',
    ...(observedAt === undefined ? {} : { observedAt }),
    actor: { id: 'ciso@example.org', role: 'organisation' },
    content: {
      kind: 'awareness',
      version: '1',
      inForceFrom: addDays(MAY, -30),
      appliesTo: 'everybody who works on AI systems',
      sections: ['threats'],
      approvedBy: 'ciso@example.org',
    },
    ...more,
  };
  writeFileSync(join(dir, 'evidence.json'), JSON.stringify(document));
  declare(['evidence.json']);
}

function run(at?: Instant): Promise<AssessedDirectory> {
  return assessDirectory({
    dir,
    specification: specification.specification,
    specificationDigest: specification.digest,
    clock,
    at,
    recording: { store, signer: key, keyring },
  });
}

/** Whether the policy was there for the assessment: without one the duty says so. */
function heard({ assessment }: AssessedDirectory): boolean {
  const duty = assessment.provisions
    .flatMap((provision): DutyAssessment[] => provision.duties)
    .find((one) => one.id === DUTY);
  if (duty === undefined) throw new Error(`no duty ${DUTY}`);
  return !duty.reasons.some(({ message }) => message.includes('olicy that requires awareness'));
}

async function verified(): Promise<boolean> {
  async function* bytes() {
    for await (const line of store.export()) yield Buffer.from(line);
  }
  return (await verifyExport(bytes(), [key.publicKey])).ok;
}

describe('evidence that is dated back', () => {
  it('counts from its recording on, and not in an assessment of the time before', async () => {
    await run();
    time = addDays(MAY, 100);
    state(addDays(MAY, 5));
    expect(heard(await run(addDays(MAY, 50)))).toBe(false);
    expect(heard(await run())).toBe(true);
    expect(heard(await run(addDays(MAY, 50)))).toBe(false);
    expect(heard(await run(addDays(MAY, 101)))).toBe(true);
  });
});

describe('a clock that goes backwards', () => {
  it('records in order, keeps the log whole, and does not count what is then in the future', async () => {
    state(MAY);
    expect(heard(await run())).toBe(true);
    time = addDays(MAY, -10);
    const back = await run();
    expect(back.recorded).toBeGreaterThan(0);
    expect(heard(back)).toBe(false);
    expect(JSON.stringify(back.assessment)).toContain("in the future. Next: check the producer's clock");
    expect(await verified()).toBe(true);
    time = addDays(MAY, 1);
    expect(heard(await run())).toBe(true);
    expect(await verified()).toBe(true);
  });

  it('between two readings of one assessment changes nothing', async () => {
    const times = [MAY, addDays(MAY, -0.001), addDays(MAY, 0.001)];
    let reading = 0;
    const shaky: Clock = { now: () => times[reading++ % times.length] ?? systemClock.now() };
    await store.close();
    store = await openStore({
      kind: 'files',
      dir: join(root, 'ledger'),
      signer: key,
      clock: shaky,
      organisation: 'o',
    });
    state(addDays(MAY, -1));
    expect(heard(await run())).toBe(true);
    expect(await verified()).toBe(true);
  });
});

describe('evidence that is dated ahead', () => {
  const minutes = (n: number) => addDays(MAY, n / 1440);

  it('is refused with file and time, and nothing is recorded', async () => {
    state(minutes(6));
    await expect(run()).rejects.toMatchObject({
      code: 'EVIDENCE_FUTURE',
      message: expect.stringMatching(/^evidence\.json: observedAt .*it is 2026-05-01T12:00:00Z/),
    });
    expect((await store.ledger.checkpoint()).size).toBe(0);
  });

  it('is refused also where nothing is recorded, and as a statement in custos.yaml', async () => {
    state(minutes(6));
    const options = {
      dir,
      specification: specification.specification,
      specificationDigest: specification.digest,
      clock,
    };
    await expect(assessDirectory(options)).rejects.toMatchObject({ code: 'EVIDENCE_FUTURE' });
    expect(heard(await assessDirectory({ ...options, at: minutes(7) }))).toBe(true);
    declare([]);
    appendFileSync(
      join(dir, 'custos.yaml'),
      `attestations: [{ duty: 5.1.1-2/a, statement: It says what everybody has to know, by: ciso@example.org, role: organisation, at: '${minutes(6)}' }]\n`,
    );
    await expect(run()).rejects.toMatchObject({
      code: 'EVIDENCE_FUTURE',
      message: expect.stringMatching(/^custos\.yaml: /),
    });
  });

  it('may be so by a few minutes, since clocks differ', async () => {
    state(minutes(4));
    expect((await run()).recorded).toBe(3);
    expect(heard(await run(minutes(5)))).toBe(true);
  });
});

describe('evidence without a time of its own', () => {
  it.each<[string, object]>([
    ['somebody else', { actor: { id: 'dev@example.org', role: 'developer' } }],
    ['the same person in another role', { actor: { id: 'ciso@example.org', role: 'developer' } }],
    ['another tool', { producer: { name: 'policy-tool', version: '1' } }],
    ['with an end', { validUntil: addDays(MAY, 3) }],
  ])('said again by %s is recorded', async (_who, more) => {
    state(undefined);
    expect((await run()).recorded).toBe(3);
    time = addDays(MAY, 1);
    expect((await run()).recorded).toBe(0);
    state(undefined, more);
    expect((await run()).recorded).toBe(1);
    time = addDays(MAY, 2);
    expect((await run()).recorded).toBe(0);
  });
});

describe('evidence without a time of its own, unchanged', () => {
  it('keeps the time of its first recording: nothing grows young by being read', async () => {
    state(undefined);
    await run();
    time = addDays(MAY, 400);
    const later = await run();
    const policies = later.evidence.filter(({ statement }) => statement.predicateType.includes(':policy:'));
    expect(policies.map(({ statement }) => statement.predicate.observedAt)).toEqual([MAY]);
    expect(later.recorded).toBe(2);
  });

  it('stays withdrawn', async () => {
    state(undefined);
    const first = await run();
    const policy = first.evidence.find(({ statement }) => statement.predicateType.includes(':policy:'));
    if (policy === undefined) throw new Error('there is a policy');
    time = addDays(MAY, 1);
    const { predicate, ...rest } = policy.statement;
    const retraction = {
      ...rest,
      predicateType: predicateType('retraction'),
      predicate: {
        ...predicate,
        observedAt: time,
        validFrom: time,
        content: { of: policy.id, reason: 'It was never approved by the board' },
      },
    };
    const envelope = await signStatement(retraction, key);
    await store.record([{ kind: 'observation', id: observationId(retraction), envelope }]);
    expect(heard(await run())).toBe(false);
    time = addDays(MAY, 30);
    expect(heard(await run())).toBe(false);
  });
});

describe('a scan that another producer recorded', () => {
  it('with the same words does not stand for that of Custos', async () => {
    const first = await run();
    const scan = first.evidence.find(({ statement }) => statement.predicateType.includes(':scan-result:'));
    if (scan === undefined) throw new Error('there is a scan');
    time = addDays(MAY, 1);
    const { predicate } = scan.statement;
    const copy = {
      ...scan.statement,
      predicate: {
        ...predicate,
        producer: { name: 'pytest', version: '8' },
        observedAt: time,
        validFrom: time,
      },
    };
    const envelope = await signStatement(copy, key);
    await store.record([{ kind: 'observation', id: observationId(copy), envelope }]);
    time = addDays(MAY, 2);
    expect((await run()).recorded).toBe(1);
    expect(newestScan((await loadEvidence(store, keyring)).evidence)?.content).toEqual(predicate.content);
  });
});
