/**
 * How people come into an organisation, change their place in it, and leave. Nobody gains a right by being made: an account
 * carries none, and a membership has the role that an administrator, or the organisation's group mapping, gave.
 */
import { isDeepStrictEqual } from 'node:util';
import { CustosError, SystemRole } from '@custos/core';
import {
  administrators,
  type Control,
  closeInvitation,
  deleteSystemRole,
  deleteSystemRoles,
  endSessions,
  findSystem,
  groupMembers,
  holdSignInSettings,
  insertInvitation,
  insertSystemRole,
  invitationOf,
  type MemberRow,
  memberRows,
  memberships,
  type NewEntry,
  openInvitations,
  organisationsOf,
  putMember,
  revokeKeys,
  signInSettings,
  systemRoles,
  updateMember,
  withdrawInvitations,
  withIdentities,
} from '@custos/store';
import { z } from 'zod';
import type { ServiceContext } from './context.ts';

type OrganisationRole = 'administrator' | 'auditor' | 'contributor' | 'viewer';

/** The right of somebody whom a directory adds: sees nothing but the systems on which they hold a role. */
const NO_RIGHTS = 'contributor';

function actOf(type: string, actor: string, detail: object): NewEntry {
  return { kind: 'act', act: { type, actor, detail: z.json().parse(detail) } };
}

export interface NewInvitation {
  readonly id: string;
  /** SHA-256 of the token. */
  readonly token: string;
  readonly person: string;
  readonly role: OrganisationRole;
  readonly days: number;
}

/** @returns when it expires @throws CustosError CONFLICT for a member who joined, AUDITOR_INDEPENDENCE */
export async function invite(
  context: ServiceContext,
  organisation: string,
  { by, invitation }: { by: string; invitation: NewInvitation },
): Promise<{ createdAt: string; expiresAt: string }> {
  const { id, token, person, role, days } = invitation;
  const createdAt = context.clock.now();
  const expiresAt = new Date(Date.parse(createdAt) + days * 86_400_000).toISOString();
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith([actOf('member.invited', by, { person, role, expiresAt })], async (control) => {
    const [member] = await memberRows(control, person);
    if (member?.active && member.joined)
      throw new CustosError('CONFLICT', `${person} is a member already. Change their role instead.`);
    if (role === 'auditor' && (await systemRoles(control, { person })).length > 0) throw dependent(person);
    await insertInvitation(control, {
      organisation,
      invitation: id,
      token,
      person,
      role,
      invited_by: by,
      created_at: createdAt,
      expires_at: expiresAt,
    });
  });
  return { createdAt, expiresAt };
}

export async function withdrawInvitation(
  context: ServiceContext,
  organisation: string,
  { by, invitation }: { by: string; invitation: string },
): Promise<void> {
  const open = await context.database.within(organisation, (control) => openInvitations(control));
  const found = open.find((one) => one.invitation === invitation);
  const missing = new CustosError('NOT_FOUND', 'There is no such open invitation.');
  if (!found) throw missing;
  const ledger = await context.database.ledger(organisation);
  const act = actOf('member.invitation-withdrawn', by, { person: found.person });
  await ledger.recordWith([act], async (control) => {
    if (!(await closeInvitation(control, invitation, { withdrawn_at: context.clock.now() }))) throw missing;
  });
}

/**
 * Makes the invited person a member, once, however many try at the same time.
 * @param token SHA-256 of the token
 * @param confirmed the person has shown that they read what is sent to their address
 * @param also in the same transaction: makes the account
 * @throws CustosError GONE, AUDITOR_INDEPENDENCE
 */
export async function acceptInvitation(
  context: ServiceContext,
  {
    token,
    organisation,
    person,
    name,
    confirmed,
  }: { token: string; organisation: string; person: string; name: string; confirmed: boolean },
  also: (control: Control) => Promise<void>,
): Promise<void> {
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith(
    [actOf('member.joined', person, { person, addressConfirmed: confirmed })],
    async (control) => {
      const now = context.clock.now();
      const invitation = await invitationOf(control, token, now);
      const [inviter] = invitation ? await memberRows(control, invitation.invited_by) : [];
      // What somebody may not do any more, their invitation does not do for them.
      const holds = inviter?.active && inviter.role === 'administrator';
      if (
        !invitation ||
        !holds ||
        !(await closeInvitation(control, invitation.invitation, { accepted_at: now }))
      )
        throw new CustosError(
          'GONE',
          'This invitation was accepted, withdrawn, or has expired. Ask for a new one.',
        );
      await also(control);
      await putMember(control, { organisation, person, name, role: invitation.role, joined: true });
      await refuseDependentAuditors(control, [person]);
    },
  );
}

/** @throws CustosError NOT_FOUND, VERSION_CHANGED, CONFLICT for the last administrator, AUDITOR_INDEPENDENCE */
export async function changeRole(
  context: ServiceContext,
  organisation: string,
  { by, person, role, version }: { by: string; person: string; role: OrganisationRole; version: number },
): Promise<void> {
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith([actOf('member.role-changed', by, { person, role })], async (control) => {
    await requireMember(control, person);
    if (role !== 'administrator') await requireOtherAdministrator(control, person);
    if (!(await updateMember(control, { person, version }, { role }))) throw changed();
    if (role !== 'administrator')
      await withdrawInvitations(control, { invited_by: person }, context.clock.now());
    await refuseDependentAuditors(control, [person]);
  });
}

/** Whoever audits works on no system, whichever way they would come to both. @throws CustosError AUDITOR_INDEPENDENCE */
export async function refuseDependentAuditors(control: Control, people: readonly string[]): Promise<void> {
  const auditors = (await memberships(control)).filter(
    ({ person, role }) => role === 'auditor' && people.includes(person),
  );
  for (const { person } of auditors)
    if ((await systemRoles(control, { person })).length > 0) throw dependent(person);
}

function dependent(person: string): CustosError {
  return new CustosError(
    'AUDITOR_INDEPENDENCE',
    `${person} would audit systems of the organisation and hold a role on one of them. Take one of the two from them first, or choose somebody else.`,
  );
}

/**
 * Ends a membership with all that hangs on it: roles on systems, API keys, sessions, invitations to and by the person.
 * @param version undefined: whichever it is
 * @throws CustosError NOT_FOUND, VERSION_CHANGED, CONFLICT for the last administrator
 */
export async function removeMember(
  context: ServiceContext,
  organisation: string,
  { by, person, version }: { by: string; person: string; version?: number },
): Promise<void> {
  const ledger = await context.database.ledger(organisation);
  await ledger.recordWith([actOf('member.removed', by, { person })], async (control) => {
    await requireMember(control, person);
    if (!(await leave(control, context, organisation, { person, version }))) throw changed();
  });
}

async function leave(
  control: Control,
  context: ServiceContext,
  organisation: string,
  { person, version }: { person: string; version?: number | undefined },
): Promise<boolean> {
  await requireOtherAdministrator(control, person);
  const set = { active: false, joined: false, role: NO_RIGHTS };
  if (!(await updateMember(control, { person, version }, set))) return false;
  await deleteSystemRoles(control, person);
  const now = context.clock.now();
  await revokeKeys(control, { person }, now);
  await withdrawInvitations(control, { person }, now);
  await withdrawInvitations(control, { invited_by: person }, now);
  const elsewhere = await organisationsOf(control, person);
  await withIdentities(control, (own) =>
    // Who is a member elsewhere stays signed in there; here every request asks for the membership.
    endSessions(own, person, elsewhere.length > 0 ? organisation : undefined),
  );
  return true;
}

async function requireMember(control: Control, person: string): Promise<void> {
  const [member] = await memberRows(control, person);
  if (!member?.active) throw new CustosError('NOT_FOUND', `${person} is no member of the organisation.`);
}

async function requireOtherAdministrator(control: Control, person: string): Promise<void> {
  const all = await administrators(control);
  if (all.includes(person) && all.length === 1)
    throw new CustosError(
      'CONFLICT',
      `${person} is the last administrator. Make somebody else administrator first.`,
    );
}

function changed(): CustosError {
  return new CustosError('VERSION_CHANGED', 'Somebody changed the member in the meantime. Read it again.');
}

/** What a directory says about a person. */
export interface DirectoryPerson {
  readonly name: string;
  readonly externalId: string | null;
  readonly active: boolean;
}

class Moved extends CustosError {
  constructor() {
    super('VERSION_CHANGED', 'Others changed this at the same time, again and again. Try once more.');
  }
}

const MOST_TRIES = 20;

/**
 * Records a change of what may move meanwhile. An act is written down before the transaction that it belongs to begins: where
 * that finds another state than the act tells of, nothing is kept, and all begins again from the state of now.
 * @param read the change as it would be from the state of that transaction
 * @param actFor what to witness
 * @throws CustosError VERSION_CHANGED when others were always faster
 */
export async function recordChange<T>(
  context: ServiceContext,
  organisation: string,
  read: (control: Control) => Promise<T>,
  actFor: (change: T) => NewEntry,
  apply: (control: Control, change: T) => Promise<void>,
): Promise<void> {
  const ledger = await context.database.ledger(organisation);
  for (let tries = 1; ; tries += 1)
    try {
      const act = actFor(await context.database.within(organisation, read));
      return await ledger.recordWith([act], async (control) => {
        const change = await read(control);
        if (!isDeepStrictEqual(actFor(change), act)) throw new Moved();
        await apply(control, change);
      });
    } catch (error) {
      if (!(error instanceof Moved) || tries === MOST_TRIES) throw error;
    }
}

/**
 * @param wanted what the directory says of them, given the row that there is
 * @throws CustosError CONFLICT when `fresh` and there is such a member, and for the last administrator; NOT_FOUND when not `fresh` and there is none
 */
export async function provision(
  context: ServiceContext,
  organisation: string,
  {
    by,
    fresh,
    person,
    wanted,
  }: {
    by: string;
    fresh: boolean;
    person: string;
    wanted: (row: MemberRow | undefined) => DirectoryPerson;
  },
): Promise<void> {
  const read = async (control: Control) => {
    const [member] = await memberRows(control, person);
    if (fresh && member?.active) throw new CustosError('CONFLICT', `${person} is a member already.`);
    if (!fresh && !member) throw new CustosError('NOT_FOUND', `There is no member ${person}.`);
    return { member, entry: wanted(member) };
  };
  const actFor = ({ entry: { active } }: { entry: DirectoryPerson }) =>
    actOf('member.provisioned', by, { person, active });
  await recordChange(context, organisation, read, actFor, async (control, { member, entry }) => {
    const { name, externalId, active } = entry;
    if (!member?.active) {
      // Whoever comes back begins without the rights of before.
      const row = { organisation, person, name, role: NO_RIGHTS, joined: false, external_id: externalId };
      if (active || !member) await putMember(control, row);
      if (!active) {
        await updateMember(control, { person }, { active: false, name, external_id: externalId });
        await withdrawInvitations(control, { person }, context.clock.now());
      }
    } else {
      await updateMember(control, { person }, { name, external_id: externalId });
      if (!active) await leave(control, context, organisation, { person });
    }
    if (active)
      await applyGroups(control, context, organisation, { person, groups: await groupsOf(control, person) });
  });
}

async function groupsOf(control: Control, person: string): Promise<string[]> {
  return (await groupMembers(control, person)).map(({ name }) => name);
}

const Mapping = z.union([
  z.object({ group: z.string(), role: z.enum(['administrator', 'auditor', 'contributor', 'viewer']) }),
  z.object({
    group: z.string(),
    system: z.string(),
    systemRole: SystemRole,
  }),
]);

/**
 * Gives what the organisation mapped the groups to, and takes what it maps to groups that the person is not in. Roles that
 * no mapping names stay as people gave them. The first mapping that fits decides about the role in the organisation.
 * @returns true when any right changed
 * @throws CustosError AUDITOR_INDEPENDENCE
 */
export async function applyGroups(
  control: Control,
  { clock }: Pick<ServiceContext, 'clock'>,
  organisation: string,
  { person, groups }: { person: string; groups: readonly string[] },
): Promise<boolean> {
  const mappings = z.array(Mapping).parse(JSON.parse((await signInSettings(control)).mappings));
  const inGroup = new Set(groups.map((group) => group.toLowerCase()));
  const [member] = await memberRows(control, person);
  if (!member?.active || mappings.length === 0) return false;
  let moved = false;
  const byRole = mappings.filter((mapping) => 'role' in mapping);
  const fits = byRole.find(({ group }) => inGroup.has(group.toLowerCase()));
  const governed = new Set<string>(byRole.map(({ role }) => role));
  // People who joined by invitation keep the role that they were given, unless a group of theirs says another.
  const role = fits?.role ?? (governed.has(member.role) && !member.joined ? NO_RIGHTS : member.role);
  const others = (await administrators(control)).filter((one) => one !== person);
  if (role !== member.role && (member.role !== 'administrator' || others.length > 0)) {
    await updateMember(control, { person }, { role });
    if (role !== 'administrator') await withdrawInvitations(control, { invited_by: person }, clock.now());
    moved = true;
  }
  const held = await systemRoles(control, { person });
  const wanted = new Map<string, { system: string; role: string; give: boolean }>();
  for (const mapping of mappings) {
    if (!('system' in mapping)) continue;
    const key = `${mapping.system} ${mapping.systemRole}`;
    const give = inGroup.has(mapping.group.toLowerCase()) || wanted.get(key)?.give === true;
    wanted.set(key, { system: mapping.system, role: mapping.systemRole, give });
  }
  for (const { system, role: systemRole, give } of wanted.values()) {
    const has = held.some((one) => one.system === system && one.role === systemRole);
    if (has === give || !(await findSystem(control, system))) continue;
    if (give) await insertSystemRole(control, { organisation, system, person, role: systemRole });
    else await deleteSystemRole(control, { system, person, role: systemRole });
    moved = true;
  }
  if (moved) await refuseDependentAuditors(control, [person]);
  return moved;
}

/**
 * What a provider says counts under the settings by which it was asked, and while they stand.
 * @throws CustosError SIGN_IN_CHANGED
 */
export async function holdSettings(control: Control, version: number): Promise<void> {
  if (await holdSignInSettings(control, version)) return;
  throw new CustosError('SIGN_IN_CHANGED', 'The organisation changed how its people sign in. Sign in again.');
}

/**
 * Lets somebody in whom the organisation's identity provider vouches for: a member, or one whom its groups make a member.
 * @param settings version of the settings by which the provider was asked
 * @returns false when neither holds @throws CustosError SIGN_IN_CHANGED
 */
export async function admit(
  context: ServiceContext,
  organisation: string,
  {
    person,
    name,
    groups,
    issuer,
    settings,
  }: {
    person: string;
    name: string;
    groups: readonly string[] | undefined;
    issuer: string;
    settings: number;
  },
): Promise<boolean> {
  const { database } = context;
  const known = await database.within(organisation, async (control) => ({
    member: (await memberRows(control, person))[0],
    mappings: z.array(Mapping).parse(JSON.parse((await signInSettings(control)).mappings)),
  }));
  const inGroup = new Set((groups ?? []).map((group) => group.toLowerCase()));
  const mapped = known.mappings.some(({ group }) => inGroup.has(group.toLowerCase()));
  // Somebody who was removed comes back by a directory or an invitation, not by signing in.
  if (known.member ? !known.member.active : !mapped) return false;
  if (known.member && groups === undefined) return true;
  const ledger = await database.ledger(organisation);
  const act = actOf('member.signed-in-with-groups', issuer, { person, groups: [...inGroup].sort() });
  const nothing = new CustosError('NOTHING_CHANGED', 'The rights are as the groups have them.');
  try {
    await ledger.recordWith([act], async (control) => {
      await holdSettings(control, settings);
      if (!known.member)
        await putMember(control, { organisation, person, name, role: NO_RIGHTS, joined: false });
      const moved = await applyGroups(control, context, organisation, { person, groups: groups ?? [] });
      // A sign-in that changes no right leaves no act.
      if (known.member && !moved) throw nothing;
    });
  } catch (error) {
    if (error !== nothing) throw error;
  }
  return true;
}
