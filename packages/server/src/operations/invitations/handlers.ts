/** Inviting people, and accepting. */
import { randomUUID } from 'node:crypto';
import {
  acceptInvitation,
  invite,
  listInvitations,
  lookAtInvitation,
  OrganisationRole,
  withdrawInvitation,
} from '@custos/contract';
import { acceptInvitation as accept, invite as make, withdrawInvitation as withdraw } from '@custos/engine';
import {
  confirmAddress,
  confirmedAddresses,
  hasPassword,
  type InvitationRow,
  invitationOf,
  markMailed,
  openInvitations,
  organisationName,
  withIdentities,
} from '@custos/store';
import { sha256 } from '@custos/trust';
import { handle, type Mounted } from '../../http/handler.ts';
import { checkOrigin } from '../../http/origin.ts';
import { identify } from '../../http/principal.ts';
import { Refusal } from '../../http/problem.ts';
import { accountMaker } from '../../identity/accounts.ts';
import { checkPassword } from '../../identity/password-rules.ts';
import { newToken } from '../../identity/tokens.ts';
import type { Service } from '../../service.ts';

function view(row: InvitationRow) {
  return {
    id: row.invitation,
    person: row.person,
    role: OrganisationRole.parse(row.role),
    invitedBy: row.invited_by,
    createdAt: row.created_at,
    expiresAt: row.expires_at,
  };
}

const create = handle(invite, async ({ service, who, params, body }) => {
  const { token, digest } = newToken();
  const id = randomUUID();
  const { createdAt, expiresAt } = await make(service.context, params.organisation, {
    by: who.person,
    invitation: { id, token: digest, ...body },
  });
  const { person, role } = body;
  // After the #, so that it never reaches a log.
  const link = `${service.baseUrl}/invitation#${token}`;
  const sent = await service.outbox.mailNow({
    to: person,
    subject: `${who.name} invites you to Custos`,
    text: `${who.name} (${who.person}) invites you to the organisation "${params.organisation}" in Custos.

Accept before ${expiresAt} at this address, which works once:
${link}

If you do not know what this is about, leave it: nothing happens.`,
    messageId: `invitation-${id}`,
  });
  // Whoever opens a link that nobody else was shown reads what is sent to the address.
  if (sent) await service.context.database.within(params.organisation, (control) => markMailed(control, id));
  return {
    id,
    person,
    role,
    invitedBy: who.person,
    createdAt,
    expiresAt,
    ...(sent ? {} : { link }),
    sent,
  };
});

const list = handle(listInvitations, async ({ service, params }) => {
  const rows = await service.context.database.within(params.organisation, (control) =>
    openInvitations(control),
  );
  return { items: rows.map(view) };
});

const withdrawOne = handle(withdrawInvitation, async ({ service, who, params }) => {
  const { organisation, invitation } = params;
  await withdraw(service.context, organisation, { by: who.person, invitation });
  return undefined;
});

/** @throws Refusal GONE */
async function find(service: Service, token: string) {
  const { database, clock } = service.context;
  const digest = sha256(token);
  const row = await database.bySecret(digest, (control) => invitationOf(control, digest, clock.now()));
  if (!row)
    throw new Refusal('GONE', 'This invitation was accepted, withdrawn, or has expired. Ask for a new one.');
  return database.identities(async (control) => {
    const hasAccount = await hasPassword(control, row.person);
    const known = hasAccount && (await confirmedAddresses(control, [row.person])).has(row.person);
    return { row, hasAccount, confirmed: row.mailed || known, digest };
  });
}

const look = handle(lookAtInvitation, async ({ service, body }) => {
  const { row, hasAccount } = await find(service, body.token);
  const { organisation } = row;
  const name = await service.context.database.within(organisation, (control) => organisationName(control));
  return {
    organisation: name ?? organisation,
    invitedBy: row.invited_by,
    person: row.person,
    role: OrganisationRole.parse(row.role),
    expiresAt: row.expires_at,
    hasAccount,
  };
});

const acceptOne = handle(acceptInvitation, async ({ service, body, headers }) => {
  const { row, hasAccount, confirmed, digest } = await find(service, body.token);
  const { organisation, person } = row;
  if (hasAccount) {
    const identity = await identify(service, headers);
    const signedIn = identity?.via === 'session' && identity.only === undefined;
    if (!signedIn)
      throw new Refusal('NOT_SIGNED_IN', `${person} has an account. Sign in with it, then accept.`);
    checkOrigin(service.baseUrl, headers, 'session');
    if (identity.person !== person)
      throw new Refusal('NOT_ALLOWED', `The invitation is for ${person}, and you are ${identity.person}.`, {
        code: 'OTHER_PERSON',
      });
    const { name } = identity;
    await accept(
      service.context,
      { token: digest, organisation, person, name, confirmed },
      async (control) => {
        if (confirmed) await withIdentities(control, (own) => confirmAddress(own, person));
      },
    );
    return { organisation, person };
  }
  const { name, password } = body;
  if (name === undefined || password === undefined)
    throw new Refusal('INVALID', 'Say your name and choose a password of 12 characters or more.', {
      errors: [{ pointer: '/body/password', detail: 'is needed to make the account' }],
    });
  checkPassword(password, [name, person, organisation]);
  const makeAccount = await accountMaker(service, { name, email: person, password, confirmed });
  await accept(service.context, { token: digest, organisation, person, name, confirmed }, makeAccount);
  return { organisation, person };
});

export const invitationHandlers: readonly Mounted[] = [create, list, withdrawOne, look, acceptOne];
