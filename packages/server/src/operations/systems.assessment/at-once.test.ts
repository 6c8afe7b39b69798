/** Many who record about one system, and look at it, at the same time. */
import { getAssessment, recordObservations } from '@custos/contract';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { openWorld, type World } from '../../testing/world.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const PARAMS = { organisation: 'acme', system: 'chatbot' };

function observation(run: string) {
  return {
    type: 'test-run',
    producer: { name: 'runner', version: '1' },
    subject: [{ name: 'model', digest: { sha256: 'ab'.repeat(32) } }],
    content: {
      run,
      suite: 'smoke',
      tool: 'runner',
      target: `sha256:${'ab'.repeat(32)}`,
      startedAt: '2026-01-01T00:00:00Z',
      finishedAt: '2026-01-01T00:01:00Z',
      modalities: [],
      threats: [],
      results: [{ case: 'a', trials: 1, successes: 1 }],
      unhandledErrors: 0,
      measuredBy: 'output',
      runBy: 'developer',
      findings: [],
    },
  };
}

test('each gets an answer, and one that knows what they recorded before', async () => {
  const statuses = await Promise.all(Array.from({ length: 20 }, (_, person) => rounds(person)));
  expect([...new Set(statuses.flat())].sort((a, b) => a - b)).toEqual([200, 201]);
});

/** Records and reads, five times. @returns the statuses */
async function rounds(person: number): Promise<number[]> {
  const statuses: number[] = [];
  for (let round = 0; round < 5; round++) {
    const body = { observations: [observation(`run-${person}-${round}`)] };
    const recorded = await world.call('developer', recordObservations, { params: PARAMS, body });
    statuses.push(recorded.status);
    if (!recorded.ok) continue;
    const { recorded: entries } = recordObservations.response.parse(await recorded.json());
    const read = await world.call('developer', getAssessment, { params: PARAMS });
    statuses.push(read.status);
    if (!read.ok) continue;
    const { ledger } = getAssessment.response.parse(await read.json());
    expect(ledger.size).toBeGreaterThan(entries[0]?.index ?? Number.POSITIVE_INFINITY);
  }
  return statuses;
}
