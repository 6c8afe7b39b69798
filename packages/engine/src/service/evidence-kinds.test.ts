import { type Content, type Evidence, type Instant, MANUAL_PRODUCER, type PredicateName } from '@custos/core';
import { observationId, sha256 } from '@custos/trust';
import { expect, test } from 'vitest';
import { statementOf, subject } from '../observations/new-observation.ts';
import { concernsAllStaff, concernsOrganisation, evidenceThatCounts } from './evidence-kinds.ts';

function said<N extends PredicateName>(type: N, content: Content<N>, observedAt: Instant): Evidence {
  const statement = statementOf({
    type,
    content,
    subject: [subject('acme', sha256('acme'))],
    producer: { name: MANUAL_PRODUCER, version: '1' },
    observedAt,
  });
  return { id: observationId(statement), statement, authenticity: { verified: true, keyId: 'k' } };
}

const EARLY = '2026-01-01T00:00:00.000Z';
const LATE = '2026-02-01T00:00:00.000Z';
const threat = (id: string, at: Instant, substantial: boolean) =>
  said(
    'threat-event',
    { id, title: id, substantial, publishedAt: EARLY, references: [], mitigationKnown: false },
    at,
  );
const report = (at: Instant) => said('risk-report', { id: 'risk-1', receivedAt: EARLY }, at);

test('what a system says of a threat does not take the place of what the organisation says of it', () => {
  const known = threat('T1', EARLY, true);
  const played = threat('T1', LATE, false);
  const own = threat('T2', LATE, true);
  expect(evidenceThatCounts([[played, own], [known]])).toEqual([own, known]);
  expect(evidenceThatCounts([[played, own], []])).toEqual([played, own]);
  expect(evidenceThatCounts([[played, own]])).toEqual([played, own]);
});

test('a report of a risk was made to the organisation, so no system tells of it', () => {
  expect(concernsAllStaff(report(LATE).statement)).toBe(true);
  expect(concernsOrganisation(report(LATE).statement)).toBe(true);
  expect(evidenceThatCounts([[report(LATE)], [report(EARLY)]])).toEqual([report(EARLY)]);
});

test('facts about staff end where the organisation keeps its own, and not by a report from outside', () => {
  const staff = (at: Instant) =>
    said('staff-register', { scope: 'Everybody who works here', people: [] }, at);
  expect(evidenceThatCounts([[staff(LATE)], [staff(EARLY)]])).toEqual([staff(EARLY)]);
  expect(evidenceThatCounts([[staff(LATE)], [report(EARLY)]])).toEqual([staff(LATE), report(EARLY)]);
});

test('what concerns one system is not taken from the ledger of the organisation', () => {
  const layout = said('environment-layout', { environments: [] }, EARLY);
  expect(evidenceThatCounts([[], [layout]])).toEqual([]);
});
