/** SCIM 2.0 over members and groups. An id is the member's e-mail address, or the group's own. */
import { randomUUID } from 'node:crypto';
import {
  Email,
  SCIM,
  type ScimPatch,
  ScimText,
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
import { applyGroups, type DirectoryPerson, provision, recordChange, removeMember } from '@custos/engine';
import {
  type Control,
  deleteGroup,
  type GroupRow,
  groupMembers,
  groups,
  type MemberRow,
  memberRows,
  type NewEntry,
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
    person,
    wanted: () => ({
      name: nameOf(call.body),
      externalId: call.body.externalId ?? person,
      active: call.body.active,
    }),
  });
  return user(call, person);
});

const getUser = handle(scimGetUser, (call) => user(call, call.params.id));

/** @param wanted from the row of now, in the transaction that changes it */
async function change(
  call: Place & { who: { person: string } },
  id: string,
  wanted: (row: MemberRow) => DirectoryPerson,
) {
  const person = id.toLowerCase();
  await provision(call.service.context, call.params.organisation, {
    by: call.who.person,
    fresh: false,
    person,
    wanted: (row) => {
      if (!row) throw missing('user');
      return wanted(row);
    },
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
  return change(call, params.id, (row) => {
    refuseRename(body.userName, params.id);
    return {
      name: nameOf(body),
      externalId: body.externalId ?? row.external_id ?? row.person,
      active: body.active,
    };
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

/** @throws Refusal invalidValue */
function valid<T>(schema: z.ZodType<T>, value: unknown, detail: string): T {
  const parsed = schema.safeParse(value);
  if (parsed.success) return parsed.data;
  throw new Refusal('BAD_REQUEST', detail, { code: 'invalidValue' });
}

function externalIdOf(value: unknown): string {
  return valid(ScimText, value, 'externalId must be a text of at most 300 characters.');
}

const patchUser = handle(scimPatchUser, async ({ params, body, ...call }) =>
  change({ ...call, params }, params.id, (row) => {
    let { name, active } = row;
    let externalId = row.external_id ?? row.person;
    for (const step of body.Operations)
      for (const [path, value] of assignments(step)) {
        const attribute = path.replace(/^urn:ietf:params:scim:schemas:core:2\.0:User:/i, '').toLowerCase();
        if (attribute === 'username') refuseRename(String(value), params.id);
        else if (attribute === 'active') active = valid(Bool, value, 'active must be true or false.');
        else if (attribute === 'externalid')
          externalId = value === undefined ? row.person : externalIdOf(value);
        else if ((attribute === 'displayname' || attribute === 'name.formatted') && typeof value === 'string')
          name = value === '' ? row.person : value.slice(0, 300);
        // What else a directory knows about people is not kept here.
      }
    return { name, externalId, active };
  }),
);

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

interface Grouping {
  readonly name: string;
  readonly externalId: string | null;
  readonly members: readonly string[];
}

/** @throws Refusal NOT_FOUND */
async function groupingOf(control: Control, id: string): Promise<Grouping> {
  const row = (await groups(control)).find(({ grouping }) => grouping === id);
  if (!row) throw missing('group');
  const members = (await groupMembers(control)).filter(({ grouping }) => grouping === id);
  return { name: row.name, externalId: row.external_id, members: members.map(({ person }) => person) };
}

/**
 * Keeps the group, and the roles that follow from it, in one transaction with the act.
 * @param id undefined: a new one
 * @param wanted from the group of now, in that transaction
 */
async function keep(
  call: Place & { who: { person: string } },
  id: string | undefined,
  wanted: (now: Grouping) => Grouping,
) {
  const { organisation } = call.params;
  const grouping = id ?? randomUUID();
  const read = async (control: Control) => {
    const now =
      id === undefined ? { name: '', externalId: null, members: [] } : await groupingOf(control, id);
    const { name, externalId, members } = wanted(now);
    const people = [...new Set(members.map((person) => person.toLowerCase()))].sort();
    if (people.length > MOST_MEMBERS)
      throw new Refusal('BAD_REQUEST', `A group has at most ${MOST_MEMBERS} members.`, {
        code: 'invalidValue',
      });
    return { was: now.members, name, externalId, members: people };
  };
  const actFor = ({ name, members }: Grouping) => actOf(call, 'group.provisioned', { group: name, members });
  await recordChange(call.service.context, organisation, read, actFor, async (control, change) => {
    const { was, name, externalId, members } = change;
    const known = new Set((await memberRows(control)).map(({ person }) => person));
    const stranger = members.find((person) => !known.has(person));
    if (stranger !== undefined)
      throw new Refusal('BAD_REQUEST', `There is no user "${stranger}" to put into the group.`, {
        code: 'invalidValue',
      });
    if (!(await putGroup(control, { organisation, grouping, name, external_id: externalId })))
      throw new Refusal('CONFLICT', `There is a group "${name}" already.`);
    await replaceGroupMembers(control, { organisation, grouping }, members);
    await follow(call, control, [...was, ...members]);
  });
  return group(call, grouping);
}

function actOf({ who }: { who: { person: string } }, type: string, detail: object): NewEntry {
  return { kind: 'act', act: { type, actor: who.person, detail: z.json().parse(detail) } };
}

async function follow(
  { service, params }: Place,
  control: Control,
  people: readonly string[],
): Promise<void> {
  const belonging = await groupMembers(control);
  for (const person of new Set(people))
    await applyGroups(control, service.context, params.organisation, {
      person,
      groups: belonging.filter((one) => one.person === person).map(({ name }) => name),
    });
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
  keep(call, undefined, () => ({
    name: call.body.displayName,
    externalId: call.body.externalId ?? null,
    members: call.body.members.map(({ value }) => value),
  })),
);

const getGroup = handle(scimGetGroup, (call) => group(call, call.params.id));

const replaceGroup = handle(scimReplaceGroup, (call) =>
  keep(call, call.params.id, (now) => ({
    name: call.body.displayName,
    externalId: call.body.externalId ?? now.externalId,
    members: call.body.members.map(({ value }) => value),
  })),
);

const MOST_MEMBERS = 10_000;
const Refs = z.array(z.object({ value: ScimText.min(1) })).max(MOST_MEMBERS);

const patchGroup = handle(scimPatchGroup, (call) =>
  keep(call, call.params.id, (now) => {
    let { name, externalId } = now;
    let members = [...now.members];
    for (const step of call.body.Operations)
      for (const [path, value] of removals(step)) {
        const [attribute, wanted] = attributeOf(path);
        if (attribute === 'displayname')
          name = valid(ScimText.min(1), value, 'displayName must be a text of 1 to 300 characters.');
        else if (attribute === 'externalid') externalId = value === undefined ? null : externalIdOf(value);
        else if (attribute === 'members') {
          const named = new Set(
            (wanted === undefined ? refsOf(value) : [wanted]).map((person) => person.toLowerCase()),
          );
          if (step.op === 'add') members = [...members, ...named];
          else if (step.op === 'replace') members = [...named];
          else if (wanted === undefined && value === undefined) members = [];
          else members = members.filter((person) => !named.has(person));
        }
      }
    return { name, externalId, members };
  }),
);

/** @throws Refusal invalidValue */
function refsOf(value: unknown): string[] {
  if (value === undefined) return [];
  const refs = valid(Refs, value, `members must be a list of at most ${MOST_MEMBERS} {"value": user id}.`);
  return refs.map((ref) => ref.value);
}

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
  const { organisation, id } = call.params;
  const read = (control: Control) => groupingOf(control, id);
  const actFor = ({ name }: Grouping) => actOf(call, 'group.removed', { group: name });
  await recordChange(call.service.context, organisation, read, actFor, async (control, { members }) => {
    await deleteGroup(control, id);
    await follow(call, control, members);
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
