/** Every operation × every role × own and foreign organisation and system: who gets through is exactly what the table says. */
import { allows, isWrite, OPERATIONS, type Operation, PERMISSIONS } from '@custos/contract';
import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { openWorld, PEOPLE, type PersonName, type World } from '../testing/world.ts';
import { HANDLERS } from './index.ts';

let world: World;
beforeAll(async () => {
  world = await openWorld();
});
afterAll(() => world.close());

const WHO = Object.keys(PEOPLE) as PersonName[];

/** Status of a call that says nothing sensible: 401, 403 and 404 come before anything is looked at. */
async function door(
  who: PersonName | undefined,
  op: Operation,
  organisation: string,
  system = 'chatbot',
): Promise<number> {
  const path = op.path
    .replace('{organisation}', organisation)
    .replace('{system}', system)
    .replace(/\{\w+\}/g, '1');
  const response = await world.send(who, path, {
    method: op.method,
    headers: { 'content-type': 'application/json', 'if-match': '"999999"' },
    ...(isWrite(op) ? { body: '"nonsense"' } : {}),
  });
  return response.status;
}

test('every operation has a handler and every handler an operation', () => {
  expect(HANDLERS.map(({ operation }) => operation.id).sort()).toEqual(OPERATIONS.map((op) => op.id));
  for (const op of OPERATIONS)
    expect(
      op.access === 'public' || op.access === 'account' || Object.hasOwn(PERMISSIONS, op.access),
      op.id,
    ).toBe(true);
});

describe.each(OPERATIONS.filter((op) => op.access !== 'public').map((op) => [op.id, op] as const))(
  '%s',
  (_, op) => {
    test('asks who it is', async () => {
      expect(await door(undefined, op, 'acme')).toBe(401);
    });

    if (op.access === 'account' || op.access === 'public') return;
    const permission = op.access;
    test.each(WHO)('%s', async (who) => {
      const person = PEOPLE[who];
      const inPath = op.path.includes('{system}');
      for (const organisation of ['acme', 'rival']) {
        const member = person.organisation === organisation;
        const held = { organisation: person.role, system: inPath ? person.system : [] };
        const seen = member && (!inPath || allows(held, 'system.read'));
        const status = await door(who, op, organisation);
        if (!seen) expect(status, `${who} ${organisation}`).toBe(404);
        else if (!allows(held, permission)) expect(status, `${who} ${organisation}`).toBe(403);
        else expect([401, 403], `${who} ${organisation}`).not.toContain(status);
      }
      if (inPath) expect([403, 404]).toContain(await door(who, op, person.organisation, 'no-such-system'));
    });
  },
);
