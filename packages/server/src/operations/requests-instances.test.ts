/** Two instances of the service on one PostgreSQL, and people who decide on both at the same moment. */
import { createRequest, type Desk, decideRequest, SystemAssessor } from '@custos/engine';
import {
  findRequest,
  insertMember,
  openService,
  replaceSystemRoles,
  type ServiceDatabase,
} from '@custos/store';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { FINGERPRINT, REF, record, scan } from '../testing/evidence.ts';
import { openWorld, reachable, type World } from '../testing/world.ts';

const url = await reachable();
const OPERATORS = Array.from({ length: 10 }, (_, at) => `op${at}@acme.example`);

describe.skipIf(url === undefined)('two instances', () => {
  let world: World;
  let other: Desk;
  let second: ServiceDatabase;
  beforeAll(async () => {
    world = await openWorld({ kind: 'postgres' });
    const { database, signer, clock } = world.service.context;
    second = await openService({ kind: 'postgres', url: url ?? '', schema: database.schema, signer, clock });
    const context = { ...world.service.context, database: second };
    other = { context, assessor: new SystemAssessor(context) };
    await database.within('acme', async (control) => {
      for (const person of OPERATORS)
        await insertMember(control, { organisation: 'acme', person, name: person, role: 'contributor' });
      const roles = OPERATORS.map((person) => ({ person, role: 'system_operator' }));
      await replaceSystemRoles(control, REF, [
        ...roles,
        { person: 'developer@acme.example', role: 'developer' },
      ]);
    });
    await record(world, 'scan-result', scan());
  });
  afterAll(async () => {
    await second.close();
    await world.close();
  });

  test('a quorum of six is reached once, by six, whoever else came at the same moment', async () => {
    const request = await createRequest(world.service, REF, {
      by: 'developer@acme.example',
      title: 'Release 1',
      note: 'The tests of release 1 are all green',
      ask: { kind: 'approval', of: 'release', seal: { is: 'fingerprint', target: 'release 1' } },
      steps: [{ role: 'system_operator', needed: 6 }],
      dueAt: new Date(Date.now() + 86_400_000).toISOString(),
    });
    // Everybody on both instances: twenty calls, of which six may count.
    const calls = [world.service, other].flatMap((service) =>
      OPERATORS.map((by) =>
        decideRequest(
          service,
          { ...REF, request },
          {
            by,
            role: 'system_operator',
            decision: 'approved',
            reason: 'It was read from the first word to the last',
            sealed: FINGERPRINT,
          },
        ).then(
          () => 'counted',
          (error: unknown) => String(Object(error).code),
        ),
      ),
    );
    const answers = await Promise.all(calls);
    expect(answers.filter((answer) => answer === 'counted')).toHaveLength(6);
    for (const answer of answers) expect(['counted', 'CONFLICT', 'ALREADY_DECIDED']).toContain(answer);
    const whole = await world.service.context.database.within('acme', (control) =>
      findRequest(control, REF.system, request),
    );
    expect(whole?.row.status).toBe('approved');
    expect(whole?.decisions).toHaveLength(6);
    const { evidence } = await other.assessor.evidence(REF);
    const outstanding = evidence
      .filter(({ statement }) => statement.predicate.source === `request ${request}`)
      .map(({ statement }) => Number(Object(statement.predicate.content).request.outstanding));
    expect(outstanding.sort((a, b) => a - b)).toEqual([0, 1, 2, 3, 4, 5]);
  });
});
