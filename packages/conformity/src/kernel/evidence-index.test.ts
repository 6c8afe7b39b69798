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

describe('what only Custos reads itself', () => {
  const run = (evidence: readonly Evidence[]) =>
    assess({ specification: SPECIFICATION, specificationDigest: scan.id, evidence, now: NOW });
  const foreign = { age: 1, producer: 'pytest' } as const;
  const emptied = observe('scan-result', scanContent({ assets: [], edges: [] }), foreign);
  const mine = observe(
    'system-declaration',
    declaration(
      { decommissioning: false },
      { id: 'other', roles: { ...declaration().roles, auditor: ['mallory@example.org'] } },
    ),
    foreign,
  );

  test('is not replaced by a newer one of another producer, which is named', () => {
    const clean = run([policy(), scan]);
    const forged = run([policy(), scan, emptied, mine]);
    expect(forged.system).toEqual(clean.system);
    expect(forged.inventory).toEqual(clean.inventory);
    expect(forged.features).toEqual(clean.features);
    expect(clean.unknowns).toEqual([]);
    expect(forged.unknowns.map(({ message }) => message)).toEqual([
      expect.stringMatching(/^scan-result .*"pytest".*Next: /),
      expect.stringMatching(/^system-declaration .*"pytest".*Next: /),
    ]);
  });

  test('is not there when only somebody else said it', () => {
    expect(run([mine]).system.declared).toBe(false);
    const alone = run([policy(), emptied]);
    expect(alone.fingerprint).toBeNull();
    const inventory = alone.provisions.flatMap(({ duties }) => duties).find(({ id }) => id === '5.2.1-1/a');
    expect(inventory?.reasons[0]).toMatchObject({
      code: 'UNVERIFIED',
      message: expect.stringContaining('"pytest"'),
    });
  });

  test('names no auditor who withdraws, and asks for no signature, by the word of another', () => {
    const retraction = observe(
      'retraction',
      { of: scan.id, reason: 'It came from the wrong system' },
      { role: 'auditor', actor: 'mallory@example.org' },
    );
    expect(run([policy(), scan, mine, retraction]).fingerprint).not.toBeNull();
    const loose = observe('system-declaration', declaration(), foreign);
    expect(duty([policy('signed'), scan, loose, ...measured]).verdict).toBe('inconclusive');
  });

  test.each(['developer', 'system_operator', 'data_custodian', 'organisation'] as const)(
    'an auditor who is %s too withdraws their own words only',
    (role) => {
      const auditor = 'both@example.org';
      const { roles } = declaration();
      const declared = (more: Partial<typeof roles>) =>
        observe('system-declaration', declaration({}, { roles: { ...roles, auditor: [auditor], ...more } }));
      const retraction = observe(
        'retraction',
        { of: scan.id, reason: 'It came from the wrong system' },
        { role: 'auditor', actor: auditor },
      );
      expect(run([declared({}), scan, retraction]).fingerprint).toBeNull();
      expect(run([declared({ [role]: ['Both@example.org'] }), scan, retraction]).fingerprint).not.toBeNull();
    },
  );

  test.each(['Custos', 'CUSTOS ', 'сustos', 'custos-Attest'])(
    'nor does a name like its own: %j',
    (producer) => {
      expect(run([observe('system-declaration', declaration(), { producer })]).system.declared).toBe(false);
      const imitating = measured.map(({ statement: { predicate, ...rest }, ...one }) => ({
        ...one,
        statement: { ...rest, predicate: { ...predicate, producer: { name: producer, version: '1' } } },
      }));
      for (const asked of ['named', 'signed'] as const)
        expect(duty([policy(asked), scan, ...imitating]).verdict).toBe('inconclusive');
    },
  );
});
