/**
 * SCIM 2.0 (RFC 7643, 7644): a directory keeps the members and groups of an organisation. It sends an API key with the
 * permission `members.provision`. Roles are never taken from it: they follow from groups, as the organisation mapped them.
 */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationParams, Slug } from '../shared.ts';

const BASE = '/scim/v2/{organisation}';
const scim = {
  tag: 'Provisioning',
  access: 'members.provision',
  format: 'scim',
  params: OrganisationParams,
} as const;
const One = z.strictObject({ organisation: Slug, id: z.string().min(1).max(300) });

export const SCIM = {
  user: 'urn:ietf:params:scim:schemas:core:2.0:User',
  group: 'urn:ietf:params:scim:schemas:core:2.0:Group',
  list: 'urn:ietf:params:scim:api:messages:2.0:ListResponse',
  patch: 'urn:ietf:params:scim:api:messages:2.0:PatchOp',
  error: 'urn:ietf:params:scim:api:messages:2.0:Error',
  config: 'urn:ietf:params:scim:schemas:core:2.0:ServiceProviderConfig',
} as const;

const Schemas = z.array(z.string().max(200)).max(20);
/** What directories send as names and ids. */
export const ScimText = z.string().max(300);
const List = z.object({
  filter: z.string().max(500).optional(),
  /** Counted from 1. */
  startIndex: z.coerce.number().int().default(1),
  count: z.coerce.number().int().default(100),
  attributes: z.string().max(500).optional(),
  excludedAttributes: z.string().max(500).optional(),
});

/** Directories send more than is understood here; that is left aside, as RFC 7644 section 3.3 has it. */
const UserBody = z.object({
  schemas: Schemas.optional(),
  userName: ScimText.min(1),
  externalId: ScimText.nullish(),
  displayName: ScimText.nullish(),
  name: z
    .object({ formatted: ScimText.nullish(), givenName: ScimText.nullish(), familyName: ScimText.nullish() })
    .nullish(),
  active: z.boolean().default(true),
});
export type ScimUserBody = z.infer<typeof UserBody>;

const Meta = z.strictObject({
  resourceType: z.enum(['User', 'Group']),
  location: z.string(),
  version: z.string().optional(),
});
const ScimUser = z.strictObject({
  schemas: Schemas,
  id: z.string(),
  externalId: z.string().optional(),
  userName: z.string(),
  displayName: z.string(),
  name: z.strictObject({ formatted: z.string() }),
  emails: z.array(z.strictObject({ value: z.string(), primary: z.literal(true) })),
  active: z.boolean(),
  groups: z.array(z.strictObject({ value: z.string(), display: z.string() })),
  meta: Meta,
});

const MemberRef = z.object({ value: ScimText.min(1) });
const GroupBody = z.object({
  schemas: Schemas.optional(),
  displayName: ScimText.min(1),
  externalId: ScimText.nullish(),
  members: z.array(MemberRef).max(10_000).default([]),
});
const ScimGroup = z.strictObject({
  schemas: Schemas,
  id: z.string(),
  externalId: z.string().optional(),
  displayName: z.string(),
  members: z.array(z.strictObject({ value: z.string(), display: z.string() })),
  meta: Meta,
});

const Patch = z.object({
  schemas: Schemas,
  Operations: z
    .array(
      z.object({
        op: z
          .string()
          .transform((op) => op.toLowerCase())
          .pipe(z.enum(['add', 'replace', 'remove'])),
        path: z.string().max(500).optional(),
        value: z.json().optional(),
      }),
    )
    .min(1)
    .max(1000),
});
export type ScimPatch = z.infer<typeof Patch>['Operations'][number];

function listOf<T extends z.ZodType>(item: T) {
  return z.strictObject({
    schemas: Schemas,
    totalResults: z.int(),
    startIndex: z.int(),
    itemsPerPage: z.int(),
    Resources: z.array(item),
  });
}

export const scimConfig = operation({
  ...scim,
  id: 'scim.config',
  method: 'GET',
  path: `${BASE}/ServiceProviderConfig`,
  summary: 'What this side of SCIM can do',
  response: z.looseObject({ schemas: Schemas }),
});

const user = { ...scim, params: One } as const;

export const scimListUsers = operation({
  ...scim,
  id: 'scim-users.list',
  method: 'GET',
  path: `${BASE}/Users`,
  summary: 'Members, also former ones, as SCIM users',
  query: List,
  response: listOf(ScimUser),
});
export const scimCreateUser = operation({
  ...scim,
  id: 'scim-users.create',
  method: 'POST',
  path: `${BASE}/Users`,
  summary: 'Make somebody a member, without any role on a system',
  body: UserBody,
  response: ScimUser,
  status: 201,
  problems: ['CONFLICT'],
  act: 'member.provisioned',
});
export const scimGetUser = operation({
  ...user,
  id: 'scim-users.get',
  method: 'GET',
  path: `${BASE}/Users/{id}`,
  summary: 'One member as a SCIM user',
  response: ScimUser,
});
export const scimReplaceUser = operation({
  ...user,
  id: 'scim-users.replace',
  method: 'PUT',
  path: `${BASE}/Users/{id}`,
  summary: 'Replace what the directory knows about a member',
  body: UserBody,
  response: ScimUser,
  problems: ['CONFLICT'],
  act: 'member.provisioned',
});
export const scimPatchUser = operation({
  ...user,
  id: 'scim-users.patch',
  method: 'PATCH',
  path: `${BASE}/Users/{id}`,
  summary: 'Change a member; `active: false` ends their sessions and keys at once',
  body: Patch,
  response: ScimUser,
  problems: ['CONFLICT'],
  act: 'member.provisioned',
});
export const scimRemoveUser = operation({
  ...user,
  id: 'scim-users.remove',
  method: 'DELETE',
  path: `${BASE}/Users/{id}`,
  summary: 'Remove a member',
  problems: ['CONFLICT'],
  act: 'member.removed',
});

export const scimListGroups = operation({
  ...scim,
  id: 'scim-groups.list',
  method: 'GET',
  path: `${BASE}/Groups`,
  summary: 'Groups of the directory',
  query: List,
  response: listOf(ScimGroup),
});
export const scimCreateGroup = operation({
  ...scim,
  id: 'scim-groups.create',
  method: 'POST',
  path: `${BASE}/Groups`,
  summary: 'Make a group; roles follow where the organisation mapped its name',
  body: GroupBody,
  response: ScimGroup,
  status: 201,
  problems: ['CONFLICT'],
  act: 'group.provisioned',
});
export const scimGetGroup = operation({
  ...user,
  id: 'scim-groups.get',
  method: 'GET',
  path: `${BASE}/Groups/{id}`,
  summary: 'One group',
  response: ScimGroup,
});
export const scimReplaceGroup = operation({
  ...user,
  id: 'scim-groups.replace',
  method: 'PUT',
  path: `${BASE}/Groups/{id}`,
  summary: 'Replace a group and its members',
  body: GroupBody,
  response: ScimGroup,
  problems: ['CONFLICT'],
  act: 'group.provisioned',
});
export const scimPatchGroup = operation({
  ...user,
  id: 'scim-groups.patch',
  method: 'PATCH',
  path: `${BASE}/Groups/{id}`,
  summary: 'Change a group and its members',
  body: Patch,
  response: ScimGroup,
  problems: ['CONFLICT'],
  act: 'group.provisioned',
});
export const scimRemoveGroup = operation({
  ...user,
  id: 'scim-groups.remove',
  method: 'DELETE',
  path: `${BASE}/Groups/{id}`,
  summary: 'Remove a group: the roles that it gave end',
  act: 'group.removed',
});
