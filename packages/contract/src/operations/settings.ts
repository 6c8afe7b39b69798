/** The organisation's own limits in place of the catalogue's defaults: proposed by one administrator, approved by another. */
import { z } from 'zod';
import { operation } from '../operation.ts';
import { OrganisationParams, Time } from '../shared.ts';

const Reason = z.string().trim().min(20).max(2000);
const SettingParams = OrganisationParams.extend({ setting: z.string().max(100) });

export const SettingState = z.strictObject({
  id: z.string(),
  unit: z.string(),
  default: z.number(),
  /** Why the default is what it is. */
  reason: z.string(),
  /** In force for all systems in place of the default. */
  own: z
    .strictObject({ value: z.number(), reason: z.string(), approvedBy: z.string(), approvedAt: Time })
    .optional(),
  proposal: z
    .strictObject({
      /** Absent: back to the default. */
      value: z.number().optional(),
      reason: z.string(),
      by: z.string(),
      at: Time,
    })
    .optional(),
  /** For If-Match of a change; 0 while nothing was ever proposed. */
  version: z.int(),
  /** Systems that declare a value of their own; `counts`: it is in force there, as it asks for no less than the organisation. */
  systems: z.array(z.strictObject({ system: z.string(), value: z.number(), counts: z.boolean() })),
});

export const listSettings = operation({
  id: 'settings.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/settings',
  tag: 'Settings',
  summary:
    'Every threshold and interval: default and its reason, the organisation’s value, proposals, systems that differ',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({ items: z.array(SettingState) }),
});

export const proposeSetting = operation({
  id: 'settings.propose',
  method: 'PUT',
  path: '/api/v1/organisations/{organisation}/settings/{setting}',
  tag: 'Settings',
  summary: 'Propose a value for the organisation; another administrator approves it',
  access: 'settings.manage',
  params: SettingParams,
  body: z.strictObject({
    /** Null: back to the default. */
    value: z.number().min(0).max(1e9).nullable(),
    reason: Reason,
  }),
  response: SettingState,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'setting.proposed',
});

export const decideSetting = operation({
  id: 'settings.decide',
  method: 'POST',
  path: '/api/v1/organisations/{organisation}/settings/{setting}/decision',
  tag: 'Settings',
  summary: 'Approve a proposal of somebody else, or reject it; one withdraws one’s own by rejecting it',
  access: 'settings.manage',
  params: SettingParams,
  body: z.strictObject({ decision: z.enum(['approved', 'rejected']), reason: Reason }),
  response: SettingState,
  problems: ['CONFLICT'],
  versioned: true,
  act: 'setting.decided',
});
