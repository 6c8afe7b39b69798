/** External components with their scores and what is demanded of them; contradictions; where data came from. */
import { Asset, Feature } from '@custos/core';
import { z } from 'zod';
import { operation } from '../operation.ts';
import { DigestSchema, OrganisationParams, Paging, Slug, SystemParams, Time } from '../shared.ts';

export const listComponents = operation({
  id: 'components.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/systems/{system}/components',
  tag: 'Components',
  summary:
    'External packages, models and data sets: scores with reasons, justifications, what is still demanded',
  access: 'evidence.read',
  params: SystemParams,
  response: z.strictObject({
    /** `component.score_share`: below it in documentation or security a component is poor. */
    line: z.number(),
    items: z.array(
      z.strictObject({
        asset: Asset,
        score: z
          .strictObject({
            documentation: z.number(),
            security: z.number(),
            parts: z.array(z.strictObject({ name: z.string(), met: z.boolean(), reason: z.string() })),
          })
          .optional(),
        /** Absent without a score. */
        poor: z.boolean().optional(),
        justification: z
          .strictObject({
            id: DigestSchema,
            rationale: z.string(),
            riskAssessment: z.string().optional(),
            controls: z.array(z.string()),
            at: Time,
            until: Time.optional(),
          })
          .optional(),
        approved: z.boolean(),
        /** What is still to be done, in its order; empty when nothing is. */
        demands: z.array(z.string()),
      }),
    ),
  }),
});

export const listContradictions = operation({
  id: 'contradictions.list',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/contradictions',
  tag: 'Overview',
  summary:
    'What systems declare of themselves and the evidence says otherwise, as of their newest assessments',
  access: 'organisation.read',
  params: OrganisationParams,
  /** Pages are of systems. */
  query: Paging,
  response: z.strictObject({
    next: z.string().optional(),
    /** Systems looked at for this page, and those that were never assessed and say nothing here. */
    systems: z.int(),
    notAssessed: z.array(z.strictObject({ system: Slug, name: z.string() })),
    items: z.array(
      z.strictObject({
        system: Slug,
        name: z.string(),
        feature: Feature,
        contradiction: z.string(),
        assessedAt: Time,
      }),
    ),
  }),
});

export const lookBackRecorded = operation({
  id: 'provenance.look-back',
  method: 'GET',
  path: '/api/v1/organisations/{organisation}/look-back',
  tag: 'Overview',
  summary:
    'Data sets and models of all systems whose recorded provenance names a source; says what it did not search',
  access: 'organisation.read',
  params: OrganisationParams,
  /** Pages are of systems: the search is over when there is no next one. */
  query: Paging.extend({
    /** Part of an address, or of the name of a data set. */
    source: z.string().trim().min(3).max(2000),
  }),
  response: z.strictObject({
    next: z.string().optional(),
    searched: z.strictObject({ systems: z.int(), records: z.int(), sources: z.int() }),
    /** Systems with data sets of which no provenance is recorded: nothing is known of them here. */
    silent: z.array(z.strictObject({ system: Slug, name: z.string(), datasets: z.array(z.string()) })),
    items: z.array(
      z.strictObject({
        system: Slug,
        name: z.string(),
        dataset: z.string(),
        source: z.string(),
        acquiredAt: Time.optional(),
        observation: DigestSchema,
        recordedFor: Time,
        /** Rows without a known source: the source may be among them too. */
        unsourcedRows: z.int(),
        usedIn: z.array(z.strictObject({ model: z.string(), purpose: z.string() })),
      }),
    ),
    /** Drills that were recorded, newest first. */
    drills: z.array(
      z.strictObject({
        system: Slug,
        name: z.string(),
        at: Time,
        minutes: z.number(),
        queried: z.int(),
        datasets: z.array(z.string()),
        missed: z.array(z.string()),
      }),
    ),
  }),
});
