/** What training lets somebody decide. */
import { type Content, type Evidence, type PredicateName, predicateType } from '@custos/core';
import { observationId } from '@custos/trust';
import { describe, expect, test } from 'vitest';
import { trainingStanding } from './training-standing.ts';

const NOW = '2026-06-01T12:00:00.000Z';
const PERSON = 'custodian@acme.example';

function said<N extends PredicateName>(type: N, content: Content<N>, observedAt = NOW): Evidence {
  const statement = {
    _type: 'https://in-toto.io/Statement/v1' as const,
    subject: [{ name: 'acme', digest: { sha256: 'ab'.repeat(32) } }],
    predicateType: predicateType(type),
    predicate: { producer: { name: 'lms', version: '1' }, observedAt, validFrom: observedAt, content },
  };
  return { id: observationId(statement), statement, authenticity: { verified: true, keyId: 'k' } };
}

const programme = said('training-programme', {
  modules: [],
  curricula: [
    { role: 'data_custodian', modules: ['custodian-duties'], rationale: 'They guard the data that is used' },
  ],
  reviewedAt: NOW,
});
const completion = (completedAt: string, passed = true, module = 'custodian-duties') =>
  said(
    'training-completion',
    { person: PERSON, module, moduleVersion: '1', completedAt, passed },
    completedAt,
  );
const standing = (...evidence: Evidence[]) =>
  trainingStanding(evidence, PERSON, 'data_custodian', { now: NOW, validDays: 365 });

describe('training standing', () => {
  test('without a programme nothing is held against anybody, and it says so', () => {
    expect(standing()).toMatchObject({
      state: 'no_programme',
      message: expect.stringContaining('no training programme'),
    });
  });
  test('complete and in date', () => {
    expect(standing(programme, completion('2026-01-01T00:00:00.000Z'))).toMatchObject({
      state: 'current',
      until: '2027-01-01T00:00:00.000Z',
    });
  });
  test('never taken', () => {
    expect(standing(programme)).toMatchObject({ state: 'incomplete', missing: ['custodian-duties'] });
  });
  test('taken too long ago', () => {
    expect(standing(programme, completion('2025-05-01T00:00:00.000Z')).state).toBe('expired');
  });
  test('a failed repetition takes the pass away', () => {
    expect(
      standing(
        programme,
        completion('2026-01-01T00:00:00.000Z'),
        completion('2026-02-01T00:00:00.000Z', false),
      ).state,
    ).toBe('incomplete');
  });
  test('a completion dated ahead does not count yet', () => {
    expect(standing(programme, completion('2026-09-01T00:00:00.000Z')).state).toBe('incomplete');
  });
  test('a role without a curriculum asks for nothing', () => {
    expect(trainingStanding([programme], PERSON, 'developer', { now: NOW, validDays: 365 }).state).toBe(
      'current',
    );
  });
  test('somebody who left', () => {
    const register = said('staff-register', {
      scope: 'Everybody with a contract of employment',
      people: [
        { person: PERSON, roles: ['data_custodian'], active: false, joinedAt: NOW, commitsCode: false },
      ],
    });
    expect(standing(programme, completion('2026-01-01T00:00:00.000Z'), register).state).toBe('left');
  });
  test('unsigned completions decide nothing', () => {
    const unsigned: Evidence = {
      ...completion('2026-01-01T00:00:00.000Z'),
      authenticity: { verified: false, why: 'nobody signed it' },
    };
    expect(standing(programme, unsigned).state).toBe('incomplete');
  });
});
