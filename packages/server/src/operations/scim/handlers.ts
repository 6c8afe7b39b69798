/** SCIM 2.0 over members and groups. An id is the member's e-mail address, or the group's own. */
import { randomUUID } from 'node:crypto';
import {
  Email,
  SCIM,
  type ScimPatch,
  type ScimUserBody,
  scimConfig,
  scimCreateGroup,
  scimCreateUser,
  scimGetGroup,
  scimGetUser,
  scimListGroups,
  scimListUsers,
  scimPatchGroup,
  scimPatchUser,
  scimRemoveGroup,
  scimRemoveUser,
  scimReplaceGroup,
  scimReplaceUser,
} from '@custos/contract';
import { applyGroups, provision, removeMember } from '@custos/engine';
import {
  type Control,
  deleteGroup,
  type GroupRow,
  groupMembers,
  groups,
  type MemberRow,
  memberRows,
  putGroup,
  replaceGroupMembers,
} from '@custos/store';
import { z } from 'zod';
import { handle, type Mounted } from '../../http/handler.ts';
import { Refusal } from '../../http/problem.ts';
import type { Service } from '../../service.ts';

const MOST = 200;

function missing(what: string): Refusal {
  return new Refusal('NOT_FOUND', `There is no such ${what}.`);
}

/** @throws Refusal invalidFilter */
function filterOf(filter: string | undefined, attribute: string): string | undefined {
  if (filter === undefined) return undefined;
  const match = /^\s*([\w.:]+)\s+eq\s+("(?:[^"\\]|\\.)*")\s*$/i.exec(filter);
  if (match?.[1]?.toLowerCase() === attribute.toLowerCase() && match[2] !== undefined) {
    const value = z.string().safeParse(safeJson(match[2]));
    if (value.success) return value.data.toLowerCase();
  }
  throw new Refusal('BAD_REQUEST', `Only the filter ${attribute} eq "…" is understood.`, {
    code: 'invalidFilter',
  });
}

function safeJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function pageOf<T>(items: readonly T[], query: { startIndex: number; count: number }) {
  const startIndex = Math.max(1, query.startIndex);
  const Resources = items.slice(startIndex - 1, startIndex - 1 + Math.min(MOST, Math.max(0, query.count)));
  return {
    schemas: [SCIM.list],
    totalResults: items.length,
    startIndex,
    itemsPerPage: Resources.length,
    Resources,
  };
}

interface Place {
  readonly service: Service;
  readonly params: { readonly organisation: string };
}

function location({ service, params }: Place, kind: 'Users' | 'Groups', id: string): string {
  return `${service.baseUrl}/scim/v2/${params.organisation}/${kind}/${encodeURIComponent(id)}`;
}

type Belonging = readonly { grouping: string; name: string; person: string }[];

function userView(call: Place, row: MemberRow, belonging: Belonging) {
  const { person, name, active, external_id: externalId, version } = row;
  return {
    schemas: [SCIM.user],
    id: person,
    ...(externalId === null ? {} : { externalId }),
    userName: person,
    displayName: name,
    name: { formatted: name },
    emails: [{ value: person, primary: true as const }],
    active,
    groups: belonging
      .filter((one) => one.person === person)
      .map(({ grouping, name: display }) => ({ value: grouping, display })),
    meta: {
      resourceType: 'User' as const,
      location: location(call, 'Users', person),
      version: `W/"${version}"`,
    },
  };
}

function within<T>({ service, params }: Place, work: (control: Control) => Promise<T>): Promise<T> {
  return service.context.database.within(params.organisation, work);
}

async function user(call: Place, id: string) {
  return within(call, async (control) => {
    const [row] = await memberRows(control, id.toLowerCase());
    if (!row) throw missing('user');
    return userView(call, row, await groupMembers(control, row.person));
  });
}

function nameOf(body: ScimUserBody): string {
  const { displayName, name, userName } = body;
  const joined = [name?.givenName, name?.familyName].filter(Boolean).join(' ');
  return displayName || name?.formatted || joined || userName;
}

function personOf(userName: string): string {
  const email = Email.safeParse(userName);
  if (email.success) return email.data;
  throw new Refusal('BAD_REQUEST', 'userName must be an e-mail address: people are known by theirs.', {
    code: 'invalidValue',
  });
}

const config = handle(scimConfig, async () => ({
  schemas: [SCIM.config],
  patch: { supported: true },
  bulk: { supported: false, maxOperations: 0, maxPayloadSize: 0 },
  filter: { supported: true, maxResults: MOST },
  changePassword: { supported: false },
  sort: { supported: false },
  etag: { supported: false },
  authenticationSchemes: [
    {
      type: 'oauthbearertoken',
      name: 'API key',
      description: 'A key with the permission members.provision, made by an administrator in their account.',
    },
  ],
}));

const listUsers = handle(scimListUsers, async (call) => {
  const wanted = filterOf(call.query.filter, 'userName');
  const all = await within(call, async (control) => {
    const belonging = await groupMembers(control);
    return (await memberRows(control, wanted)).map((row) => userView(call, row, belonging));
  });
  return pageOf(all, call.query);
});

const createUser = handle(scimCreateUser, async (call) => {
  const person = personOf(call.body.userName);
  await provision(call.service.context, call.params.organisation, {
    by: call.who.person,
    fresh: true,
    entry: {
      person,
      name: nameOf(call.body),
      externalId: call.body.externalId ?? person,
      active: call.body.active,
    },
  });
  return user(call, person);
});

const getUser = handle(scimGetUser, (call) => user(call, call.params.id));

interface Wanted {
  name: string;
  externalId: string | null;
  active: boolean;
}

async function change(call: Place & { who: { person: string } }, id: string, wanted: Wanted) {
  const person = id.toLowerCase();
  await provision(call.service.context, call.params.organisation, {
    by: call.who.person,
    fresh: false,
    entry: { person, ...wanted },
  });
  return user(call, person);
}

function refuseRename(userName: string, id: string): void {
  if (userName.toLowerCase() !== id.toLowerCase())
    throw new Refusal(
      'BAD_REQUEST',
      'userName stays: evidence names people by it. Remove one, add the other.',
      {
        code: 'mutability',
      },
    );
}

const replaceUser = handle(scimReplaceUser, async (call) => {
  const { params, body } = call;
  const now = await user(call, params.id);
  refuseRename(body.userName, params.id);
  return change(call, params.id, {
    name: nameOf(body),
    externalId: body.externalId ?? now.externalId ?? now.id,
    active: body.active,
  });
});

const Bool = z.union([
  z.boolean(),
  z
    .string()
    .transform((text) => text.toLowerCase())
    .pipe(z.enum(['true', 'false']))
    .transform((text) => text === 'true'),
]);
const Fields = z.record(z.string(), z.json());

/** Attributes that an operation sets; without a path its value is an object of them. */
function assignments({ op, path, value }: ScimPatch): [string, unknown][] {
  if (op === 'remove') return path === undefined ? [] : [[path, undefined]];
  if (path !== undefined) return [[path, value]];
  const fields = Fields.safeParse(value);
  return fields.success ? Object.entries(fields.data) : [];
}

const patchUser = handle(scimPatchUser, async (call) => {
  const { params, body } = call;
  const now = await user(call, params.id);
  const wanted: Wanted = { name: now.displayName, externalId: now.externalId ?? now.id, active: now.active };
  for (const step of body.Operations)
    for (const [path, value] of assignments(step)) {
      const attribute = path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:User:/i, '').toLowerCase();
      if (attribute === 'username') refuseRename(String(value), params.id);
      else if (attribute === 'active') {
        const active = Bool.safeParse(value);
        if (!active.success)
          throw new Refusal('BAD_REQUEST', 'active must be true or false.', { code: 'invalidValue' });
        wanted.active = active.data;
      } else if (attribute === 'externalid') wanted.externalId = value === undefined ? now.id : String(value);
      else if ((attribute === 'displayname' || attribute === 'name.formatted') && typeof value === 'string')
        wanted.name = value === '' ? now.id : value.slice(0, 300);
      // What else a directory knows about people is not kept here.
    }
  return change(call, params.id, wanted);
});

const removeUser = handle(scimRemoveUser, async ({ service, who, params }) => {
  await removeMember(service.context, params.organisation, {
    by: who.person,
    person: params.id.toLowerCase(),
  });
  return undefined;
});

function groupView(call: Place, row: GroupRow, belonging: Belonging, people: readonly MemberRow[]) {
  const { grouping, name, external_id: externalId } = row;
  const names = new Map(people.map((one) => [one.person, one.name]));
  return {
    schemas: [SCIM.group],
    id: grouping,
    ...(externalId === null ? {} : { externalId }),
    displayName: name,
    members: belonging
      .filter((one) => one.grouping === grouping)
      .map(({ person }) => ({ value: person, display: names.get(person) ?? person })),
    meta: { resourceType: 'Group' as const, location: location(call, 'Groups', grouping) },
  };
}

async function allGroups(call: Place) {
  return within(call, async (control) => {
    const belonging = await groupMembers(control);
    const people = await memberRows(control);
    return (await groups(control)).map((row) => groupView(call, row, belonging, people));
  });
}

async function group(call: Place, id: string) {
  const found = (await allGroups(call)).find((one) => one.id === id);
  if (!found) throw missing('group');
  return found;
}

interface WantedGroup {
  readonly id: string;
  readonly name: string;
  readonly externalId: string | null;
  readonly members: readonly string[];
}

/** Keeps the group, and the roles that follow from it, in one transaction with the act. */
async function keep(call: Place & { who: { person: string } }, wanted: WantedGroup) {
  const { organisation } = call.params;
  const { id, name, externalId } = wanted;
  const members = [...new Set(wanted.members.map((person) => person.toLowerCase()))].sort();
  const ledger = await call.service.context.database.ledger(organisation);
  const act = { type: 'group.provisioned', actor: call.who.person, detail: { group: name, members } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    const known = new Set((await memberRows(control)).map(({ person }) => person));
    const stranger = members.find((person) => !known.has(person));
    if (stranger !== undefined)
      throw new Refusal('BAD_REQUEST', `There is no user "${stranger}" to put into the group.`, {
        code: 'invalidValue',
      });
    const before = await groupMembers(control);
    if (!(await putGroup(control, { organisation, grouping: id, name, external_id: externalId })))
      throw new Refusal('CONFLICT', `There is a group "${name}" already.`);
    await replaceGroupMembers(control, { organisation, grouping: id }, members);
    const was = before.filter((one) => one.grouping === id).map(({ person }) => person);
    await follow(control, organisation, [...was, ...members]);
  });
  return group(call, id);
}

async function follow(control: Control, organisation: string, people: readonly string[]): Promise<void> {
  const belonging = await groupMembers(control);
  for (const person of new Set(people))
    await applyGroups(
      control,
      organisation,
      person,
      belonging.filter((one) => one.person === person).map(({ name }) => name),
    );
}

const listGroups = handle(scimListGroups, async (call) => {
  const wanted = filterOf(call.query.filter, 'displayName');
  const all = (await allGroups(call)).filter(
    ({ displayName }) => wanted === undefined || displayName.toLowerCase() === wanted,
  );
  const bare = call.query.excludedAttributes?.split(',').some((name) => name.trim() === 'members');
  return pageOf(bare ? all.map((one) => ({ ...one, members: [] })) : all, call.query);
});

const createGroup = handle(scimCreateGroup, (call) =>
  keep(call, {
    id: randomUUID(),
    name: call.body.displayName,
    externalId: call.body.externalId ?? null,
    members: call.body.members.map(({ value }) => value),
  }),
);

const getGroup = handle(scimGetGroup, (call) => group(call, call.params.id));

const replaceGroup = handle(scimReplaceGroup, async (call) => {
  const now = await group(call, call.params.id);
  return keep(call, {
    id: now.id,
    name: call.body.displayName,
    externalId: call.body.externalId ?? now.externalId ?? null,
    members: call.body.members.map(({ value }) => value),
  });
});

const Refs = z.array(z.object({ value: z.string().min(1).max(300) })).max(10_000);

const patchGroup = handle(scimPatchGroup, async (call) => {
  const now = await group(call, call.params.id);
  let members = now.members.map(({ value }) => value);
  let name = now.displayName;
  let externalId = now.externalId ?? null;
  for (const step of call.body.Operations)
    for (const [path, value] of removals(step)) {
      const [attribute = '', wanted] = attributeOf(path);
      if (attribute === 'displayname' && typeof value === 'string') name = value;
      else if (attribute === 'externalid') externalId = value === undefined ? null : String(value);
      else if (attribute === 'members') {
        const refs =
          wanted === undefined ? (value === undefined ? [] : Refs.parse(value)) : [{ value: wanted }];
        const named = new Set(refs.map((ref) => ref.value.toLowerCase()));
        if (step.op === 'add') members = [...members, ...named];
        else if (step.op === 'replace') members = [...named];
        else if (wanted === undefined && value === undefined) members = [];
        else members = members.filter((person) => !named.has(person));
      }
    }
  return keep(call, { id: now.id, name, externalId, members });
});

/** As `assignments`; a removal may carry what to remove. */
function removals(step: ScimPatch): [string, unknown][] {
  return step.op === 'remove' && step.path !== undefined ? [[step.path, step.value]] : assignments(step);
}

/** `members[value eq "x"]` → `members` and `x` */
function attributeOf(path: string): [string, string | undefined] {
  const match = /^members\[\s*value\s+eq\s+"([^"]*)"\s*\]$/i.exec(path);
  if (match) return ['members', match[1]];
  return [path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:Group:/i, '').toLowerCase(), undefined];
}

const removeGroup = handle(scimRemoveGroup, async (call) => {
  const now = await group(call, call.params.id);
  const { organisation } = call.params;
  const ledger = await call.service.context.database.ledger(organisation);
  const act = { type: 'group.removed', actor: call.who.person, detail: { group: now.displayName } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    await deleteGroup(control, now.id);
    await follow(
      control,
      organisation,
      now.members.map(({ value }) => value),
    );
  });
  return undefined;
});

export const scimHandlers: readonly Mounted[] = [
  config,
  listUsers,
  createUser,
  getUser,
  replaceUser,
  patchUser,
  removeUser,
  listGroups,
  createGroup,
  getGroup,
  replaceGroup,
  patchGroup,
  removeGroup,
];
