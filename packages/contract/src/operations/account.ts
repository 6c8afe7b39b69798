/** Who I am: the first thing a client asks. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationRole, SystemRole } from '../permissions.ts';
import { Email, Slug } from '../shared.ts';

export const Me = z.strictObject({
  person: z.string(),
  name: z.string(),
  organisations: z.array(
    z.strictObject({
      id: Slug,
      name: z.string(),
      role: OrganisationRole,
      /** Roles on systems, by system id. */
      systems: z.record(z.string(), z.array(SystemRole)),
    }),
  ),
});

export const getMe = operation({
  id: 'account.get',
  method: 'GET',
  path: '/api/v1/me',
  tag: 'Account',
  summary: 'Who is signed in, in which organisations, with which roles',
  access: 'account',
  response: Me,
});

/** The first administrator of a new Custos, by the one-time link that the server printed at its start. */
export const setUp = operation({
  id: 'account.set-up',
  method: 'POST',
  path: '/api/v1/set-up',
  tag: 'Account',
  summary: 'Make the first administrator and the organisation with the one-time link',
  access: 'public',
  body: z.strictObject({
    /** From the link. Works once. */
    token: z.string().min(20).max(200),
    name: z.string().trim().min(1).max(200),
    email: Email,
    password: z.string().min(12).max(256),
    organisation: z.strictObject({ id: Slug, name: z.string().trim().min(1).max(200) }),
  }),
  response: Me,
  status: 201,
  problems: ['GONE', 'CONFLICT'],
  act: 'organisation.founded',
  limits: { perMinute: 10 },
});
