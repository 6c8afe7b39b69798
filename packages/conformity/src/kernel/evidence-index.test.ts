/** What makes evidence unreliable before any check sees it. */
import type { Evidence } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { assess } from '../assess.ts';
import { monitoring } from '../checks/5.4.2/monitoring-evidence.ts';
import { declaration, NOW, observe, scanContent, specification } from '../testing/world.ts';

const SPECIFICATION = specification();
const scan = observe('scan-result', scanContent(), { age: 3, producer: 'custos' });
const policy = (producers?: 'named' | 'signed') =>
  observe('system-declaration', declaration({}, producers ? { producers } : {}), { age: 4 });

/** The evidence with the signature of the producer that it names. */
function signed(evidence: Evidence, producer = evidence.statement.predicate.producer.name): Evidence {
  return { ...evidence, authenticity: { verified: true, keyId: 'key-of-it', producer } };
}

function duty(evidence: readonly Evidence[]) {
  const found = assess({ specification: SPECIFICATION, specificationDigest: scan.id, evidence, now: NOW })
    .provisions.flatMap((provision) => provision.duties)
    .find((one) => one.id === DUTY);
  if (found === undefined) throw new Error(`no duty ${DUTY}`);
  return found;
}

const DUTY = '5.4.2-2/a';
const measured = [monitoring('anomalies'), monitoring('outputs'), monitoring('drift')];

describe('the producer of a measurement', () => {
  test('counts by its name where custos.yaml does not ask for signatures', () => {
    expect(duty([policy(), scan, ...measured]).verdict).toBe('pass');
    expect(duty([policy('named'), scan, ...measured]).verdict).toBe('pass');
  });

  test('must have signed where custos.yaml asks for it; a borrowed name loses the pass', () => {
    const forged = duty([policy('signed'), scan, ...measured]);
    expect(forged.verdict).toBe('inconclusive');
    expect(forged.reasons[0]).toMatchObject({
      code: 'UNVERIFIED',
      message: expect.stringContaining('custos keys add-producer'),
    });
    expect(duty([policy('signed'), scan, ...measured.map((one) => signed(one))]).verdict).toBe('pass');
    expect(duty([policy('signed'), scan, ...measured.map((one) => signed(one, 'another'))]).verdict).toBe(
      'inconclusive',
    );
  });

  test('is Custos itself without a key of its own', () => {
    const own = measured.map((one) => {
      const { predicate } = one.statement;
      const statement = {
        ...one.statement,
        predicate: { ...predicate, producer: { name: 'custos', version: '1' } },
      };
      return { ...one, statement };
    });
    expect(duty([policy('signed'), scan, ...own]).verdict).toBe('pass');
  });
});
