/** What the console opens with: how all systems stand, what changed, what lapses next, and the standard's words. */
import { Duty, Specification, Trigger } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import {
  DigestSchema,
  Norm,
  OrganisationParams,
  Paging,
  Phase,
  pageOf,
  Slug,
  Time,
  Verdict,
} from '../shared.ts';

export const getCatalogue = operation({
  id: 'catalogue.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/catalogue',
  tag: 'Standard',
  summary:
    'The standard as data: principles, provisions, duties, features, triggers, settings, in our own words',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    ...Specification.omit({ triggers: true, provisions: true }).shape,
    digest: DigestSchema,
    triggers: z.partialRecord(Trigger, z.string()),
    provisions: z.array(
      Specification.shape.provisions.element.extend({
        duties: z.array(
          Duty.extend({
            /** Names of the observation types that the duty's check reads. */
            evidence: z.array(z.string()),
          }),
        ),
      }),
    ),
  }),
});

const PhaseCount = z.strictObject({
  phase: Phase,
  systems: z.int(),
  /** Systems with a failing shall-duty. */
  fail: z.int(),
  /** Systems without a failing shall-duty, but with an undecided one. */
  inconclusive: z.int(),
  /** Systems whose shall-duties all pass or do not apply. */
  pass: z.int(),
  notAssessed: z.int(),
});

const OnSystem = { system: Slug, name: z.string(), duty: z.string() };

export const getOverview = operation({
  id: 'overview.get',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/overview',
  tag: 'Overview',
  summary: 'Systems by phase and outcome, and the duties of one’s own roles that fail or soon lapse',
  access: 'organisation.read',
  params: OrganisationParams,
  response: z.strictObject({
    phases: z.array(PhaseCount),
    mine: z.strictObject({
      /** Systems on which one holds a role. */
      systems: z.int(),
      /** How many duties of one's roles fail; `failing` has the first 20, shall before should. */
      failingCount: z.int(),
      failing: z.array(z.strictObject({ ...OnSystem, norm: Norm, reason: z.string(), waived: z.boolean() })),
      /** How many duties of one's roles lapse within 30 days; `lapsing` has the first 20. */
      lapsingCount: z.int(),
      lapsing: z.array(z.strictObject({ ...OnSystem, at: Time })),
    }),
  }),
});

export const listChanges = operation({
  id: 'overview.changes',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/changes',
  tag: 'Overview',
  summary: 'Verdicts that changed, newest first, each with its reason',
  access: 'organisation.read',
  params: OrganisationParams,
  query: Paging.extend({
    /** Only changes at or after this time; default: the last seven days. */
    since: Time.optional(),
    system: Slug.optional(),
  }),
  response: pageOf(
    z.strictObject({
      ...OnSystem,
      sequence: z.int(),
      at: Time,
      was: Verdict,
      became: Verdict,
      reason: z.string(),
    }),
  ),
});

export const getExpiries = operation({
  id: 'overview.expiries',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/expiries',
  tag: 'Overview',
  summary: 'When verdicts that hold now lapse: 91 days as a calendar, and what lapses first from a day on',
  access: 'organisation.read',
  params: OrganisationParams,
  query: z.object({
    /** Day (UTC) from which `items` begin; default today. */
    from: z.iso.date().optional(),
  }),
  response: z.strictObject({
    /** First day of the calendar. */
    today: z.iso.date(),
    /** Days on which something lapses. */
    days: z.array(z.strictObject({ day: z.iso.date(), duties: z.int(), systems: z.int() })),
    /** The first 20 from `from` on. */
    items: z.array(z.strictObject({ ...OnSystem, at: Time })),
  }),
});
