/** API keys, which people make for themselves. */
import { randomUUID } from 'node:crypto';
import {
  allows,
  createKey,
  listKeys,
  PEOPLE_ONLY,
  Permission,
  revokeKey,
  SystemRole,
} from '@custos/contract';
import { findSystem, insertKey, type KeyRow, keysOf, revokeKeys, systemRoles } from '@custos/store';
import { handle, type Mounted } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import { newToken } from '../../identity/tokens.ts';

const YEAR = 366 * 86_400_000;

function view(row: Omit<KeyRow, 'revoked_at' | 'token' | 'organisation'>) {
  return {
    id: row.key,
    person: row.person,
    name: row.name,
    start: row.start,
    system: row.system,
    permissions: row.permissions.flatMap((name) => Permission.safeParse(name).data ?? []),
    createdAt: row.created_at,
    expiresAt: row.expires_at,
    lastUsedAt: row.last_used_at,
  };
}

const list = handle(listKeys, async ({ service, who, params, query }) => {
  const everybody = query.of === 'everybody';
  if (everybody && !allows(who.held, 'members.manage'))
    throw new Refusal('NOT_ALLOWED', 'Only administrators see the keys of others.');
  const rows = await service.context.database.within(params.organisation, (control) =>
    keysOf(control, everybody ? undefined : who.person),
  );
  return { items: rows.map(view) };
});

const create = handle(createKey, async ({ service, who, params, body }) => {
  const { organisation } = params;
  const { database, clock } = service.context;
  const now = clock.now();
  const left = Date.parse(body.expiresAt) - Date.parse(now);
  if (left <= 0 || left > YEAR)
    throw new Refusal('INVALID', 'A key expires in the future, and within a year.', {
      errors: [{ pointer: '/body/expiresAt', detail: 'must be within a year from now' }],
    });
  const never = body.permissions.find((permission) => PEOPLE_ONLY.includes(permission));
  if (never !== undefined)
    throw new Refusal('INVALID', `No key carries ${never}: that is done by people who signed in.`, {
      errors: [{ pointer: '/body/permissions', detail: `${never} is not for keys` }],
    });
  const { token, digest } = newToken('custos_');
  const row = {
    organisation,
    key: randomUUID(),
    token: digest,
    person: who.person,
    name: body.name,
    start: token.slice(0, 12),
    system: body.system ?? null,
    permissions: [...new Set(body.permissions)].sort(),
    created_at: now,
    expires_at: body.expiresAt,
    last_used_at: null,
  };
  const { key, name, system, permissions, expires_at: expiresAt } = row;
  const act = { type: 'key.made', actor: who.person, detail: { key, name, system, permissions, expiresAt } };
  const ledger = await database.ledger(organisation);
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if (body.system !== undefined) {
      const roles = await systemRoles(control, { person: who.person, system: body.system });
      const sees = allows(
        { ...who.held, system: roles.map(({ role }) => SystemRole.parse(role)) },
        'system.read',
      );
      if (!sees || !(await findSystem(control, body.system)))
        throw new Refusal('INVALID', `There is no system "${body.system}", or you hold no role on it.`, {
          errors: [{ pointer: '/body/system', detail: 'is no system that you see' }],
        });
    }
    const { last_used_at: _, ...fresh } = row;
    await insertKey(control, fresh);
  });
  return { ...view(row), secret: token };
});

const revoke = handle(revokeKey, async ({ service, who, params }) => {
  const { organisation, key } = params;
  const { database, clock } = service.context;
  const rows = await database.within(organisation, (control) =>
    keysOf(control, allows(who.held, 'members.manage') ? undefined : who.person),
  );
  const found = rows.find((row) => row.key === key);
  const missing = new Refusal('NOT_FOUND', 'There is no such key.');
  if (!found) throw missing;
  const act = { type: 'key.revoked', actor: who.person, detail: { key, person: found.person } };
  const ledger = await database.ledger(organisation);
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    if ((await revokeKeys(control, { key }, clock.now())) === 0) throw missing;
  });
  return undefined;
});

export const keyHandlers: readonly Mounted[] = [list, create, revoke];
