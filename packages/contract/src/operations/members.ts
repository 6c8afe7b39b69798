/** Who belongs to an organisation, how they come in, how they sign in, and the keys they gave to machines. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationRole, Permission, SystemRole } from '../permissions.ts';
import { Email, OrganisationParams, Slug, Time } from '../shared.ts';

const BASE = '/api/v1/organisations/{organisation}';
const manage = {
  tag: 'Members',
  access: 'members.manage',
  via: 'session',
  params: OrganisationParams,
} as const;

export const Member = z.strictObject({
  person: z.string(),
  name: z.string(),
  role: OrganisationRole,
  /** `joined`: with an account of their own; `directory`: by single sign-on only; `named`: somewhere, but never came in. */
  standing: z.enum(['joined', 'directory', 'named']),
  /** False: nobody showed that they read what is sent to the address. A link that went out by e-mail alone shows it. */
  addressConfirmed: z.boolean(),
  systems: z.array(z.strictObject({ system: Slug, role: SystemRole })),
  version: z.int(),
});

export const listMembers = operation({
  id: 'members.list',
  method: 'GET',
  path: `${BASE}/members`,
  tag: 'Members',
  summary: 'The members of the organisation and their roles',
  access: 'members.read',
  params: OrganisationParams,
  response: z.strictObject({ items: z.array(Member) }),
});

const MemberParams = z.strictObject({ organisation: Slug, person: Email });

export const changeRole = operation({
  ...manage,
  id: 'members.change-role',
  method: 'PUT',
  path: `${BASE}/members/{person}/role`,
  summary: 'Give a member another role in the organisation',
  params: MemberParams,
  body: z.strictObject({ role: OrganisationRole }),
  response: Member,
  versioned: true,
  problems: ['CONFLICT'],
  act: 'member.role-changed',
});

export const removeMember = operation({
  ...manage,
  id: 'members.remove',
  method: 'DELETE',
  path: `${BASE}/members/{person}`,
  summary: 'Remove a member: their roles, keys and sessions here end at once',
  params: MemberParams,
  versioned: true,
  problems: ['CONFLICT'],
  act: 'member.removed',
});

export const Invitation = z.strictObject({
  id: z.string(),
  person: z.string(),
  role: OrganisationRole,
  invitedBy: z.string(),
  createdAt: Time,
  expiresAt: Time,
});

export const listInvitations = operation({
  ...manage,
  id: 'invitations.list',
  method: 'GET',
  path: `${BASE}/invitations`,
  summary: 'Invitations that were neither accepted nor withdrawn',
  response: z.strictObject({ items: z.array(Invitation) }),
});

export const invite = operation({
  ...manage,
  id: 'invitations.create',
  method: 'POST',
  path: `${BASE}/invitations`,
  summary: 'Invite somebody; their link goes to them by e-mail, or where it can not is in the answer, once',
  confidential: true,
  body: z.strictObject({
    person: Email,
    role: OrganisationRole,
    /** Days until the link is worth nothing. */
    days: z.int().min(1).max(30).default(7),
  }),
  response: z.strictObject({
    ...Invitation.shape,
    /** Only where it could not be sent by e-mail. */
    link: z.string().optional(),
    /** True: it went out by e-mail, and nobody else is shown it. */
    sent: z.boolean(),
  }),
  status: 201,
  problems: ['CONFLICT'],
  act: 'member.invited',
});

export const withdrawInvitation = operation({
  ...manage,
  id: 'invitations.withdraw',
  method: 'DELETE',
  path: `${BASE}/invitations/{invitation}`,
  summary: 'Withdraw an invitation: its link stops working',
  params: z.strictObject({ organisation: Slug, invitation: z.string().min(1).max(100) }),
  act: 'member.invitation-withdrawn',
});

export const ApiKey = z.strictObject({
  id: z.string(),
  person: z.string(),
  name: z.string(),
  /** How it begins, to tell one from another. */
  start: z.string(),
  /** The one system it opens; null: all that the person may enter. */
  system: z.string().nullable(),
  permissions: z.array(Permission),
  createdAt: Time,
  expiresAt: Time,
  lastUsedAt: Time.nullable(),
});

const keys = {
  tag: 'API keys',
  access: 'organisation.read',
  params: OrganisationParams,
  via: 'session',
} as const;

export const listKeys = operation({
  ...keys,
  id: 'keys.list',
  method: 'GET',
  path: `${BASE}/keys`,
  summary: "One's API keys; for administrators also everybody's",
  query: z.strictObject({ of: z.enum(['me', 'everybody']).default('me') }),
  response: z.strictObject({ items: z.array(ApiKey) }),
});

export const createKey = operation({
  ...keys,
  id: 'keys.create',
  method: 'POST',
  path: `${BASE}/keys`,
  summary: 'Make an API key for oneself; the answer holds it, once',
  confidential: true,
  body: z.strictObject({
    name: z.string().trim().min(1).max(100),
    /** What it is for. It never carries more than the person's own roles do. */
    permissions: z.array(Permission).min(1).max(50),
    system: Slug.optional(),
    /** At most a year from now. */
    expiresAt: Time,
  }),
  response: z.strictObject({ ...ApiKey.shape, secret: z.string() }),
  status: 201,
  act: 'key.made',
});

export const revokeKey = operation({
  ...keys,
  id: 'keys.revoke',
  method: 'DELETE',
  path: `${BASE}/keys/{key}`,
  summary: 'Revoke an API key of oneself, or as an administrator of anybody',
  params: z.strictObject({ organisation: Slug, key: z.string().min(1).max(100) }),
  act: 'key.revoked',
});

/** A group of the directory gives a role: in the organisation, or on one system. */
export const GroupMapping = z.union([
  z.strictObject({ group: z.string().trim().min(1).max(200), role: OrganisationRole }),
  z.strictObject({ group: z.string().trim().min(1).max(200), system: Slug, systemRole: SystemRole }),
]);
export type GroupMapping = z.infer<typeof GroupMapping>;

export const SsoProvider = z.strictObject({
  /** Its discovery document is at `<issuer>/.well-known/openid-configuration`. */
  issuer: z.url({ protocol: /^https?$/ }).max(500),
  clientId: z.string().min(1).max(300),
  scopes: z
    .array(z.string().regex(/^[\x21\x23-\x5b\x5d-\x7e]{1,100}$/))
    .max(20)
    .default(['openid', 'email', 'profile']),
  /** Claim that lists the groups of a person. */
  groupsClaim: z.string().min(1).max(200).default('groups'),
  /** True: its e-mail addresses count without `email_verified`. */
  trustEmail: z.boolean().default(false),
});
export type SsoProvider = z.infer<typeof SsoProvider>;

const SignInSettings = z.strictObject({
  /** True: the organisation opens only to sessions with a second factor, a passkey or single sign-on. */
  secondFactor: z.boolean(),
  sso: SsoProvider.nullable(),
  mappings: z.array(GroupMapping).max(500),
});

const settings = {
  tag: 'Members',
  access: 'settings.manage',
  params: OrganisationParams,
  via: 'session',
} as const;
const SignInAnswer = z.strictObject({
  ...SignInSettings.shape,
  hasClientSecret: z.boolean(),
  /** To be registered at the provider. */
  redirectUri: z.string(),
  scimUrl: z.string(),
});

export const getSignIn = operation({
  ...settings,
  id: 'sign-in.get',
  method: 'GET',
  path: `${BASE}/sign-in`,
  summary: 'How people of the organisation sign in',
  response: SignInAnswer,
});

export const setSignIn = operation({
  ...settings,
  id: 'sign-in.set',
  method: 'PUT',
  path: `${BASE}/sign-in`,
  summary: 'Demand a second factor, connect single sign-on, map groups to roles',
  body: z.strictObject({
    ...SignInSettings.shape,
    /** Left out: the one that is there stays. */
    clientSecret: z.string().min(1).max(1000).optional(),
  }),
  response: SignInAnswer,
  versioned: true,
  confidential: true,
  act: 'sign-in.changed',
});
