/** Time that goes wrong, from the recording to the verdict: dated back, assessed for the past, clock set back. */
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { addDays, type Clock, type DutyAssessment, type Instant, systemClock } from '@custos/core';
import { type EvidenceStore, openStore } from '@custos/store';
import { createKey, Keyring, verifyExport } from '@custos/trust';
import { afterEach, beforeAll, beforeEach, describe, expect, it } from 'vitest';
import { type LoadedSpecification, loadSpecification } from '../catalogue/load.ts';
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
function state(observedAt: Instant): void {
  const document = {
    type: 'policy',
    observedAt,
    actor: { id: 'ciso@example.org', role: 'organisation' },
    content: {
      kind: 'awareness',
      version: '1',
      inForceFrom: addDays(MAY, -30),
      appliesTo: 'everybody who works on AI systems',
      sections: ['threats'],
      approvedBy: 'ciso@example.org',
    },
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
