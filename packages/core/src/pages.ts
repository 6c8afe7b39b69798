/** What organisations publish for everybody: the words of their public pages. */
import { z } from 'zod';
import { DigestSchema, Time } from './schemas.ts';

const Line = z.string().trim().min(1).max(500);
const Lines = z.array(Line).max(100).default([]);
const Text = z.string().trim().min(20).max(10_000);

/** A way to reach people, as security.txt allows it (RFC 9116, 2.5.3). */
export const Contact = z
  .string()
  .trim()
  .max(500)
  .regex(/^(?:mailto:[^\s@<>"]+@[^\s@<>"]+|https:\/\/[^\s<>"]+|tel:\+?[0-9][0-9-]*)$/, {
    error: 'must be mailto:, https: or tel:, such as mailto:security@example.org',
  });

/** The organisation's own page: its vulnerability disclosure policy, and what security.txt says. */
export const OrganisationPage = z.strictObject({
  /** Version of the policy, such as `2026-1`. */
  version: z.string().trim().min(1).max(40),
  scope: Text,
  /** What is said on vulnerabilities of models, prompts and data. */
  aiIssues: Text,
  reporting: Text,
  responseTime: Text,
  safeHarbour: Text,
  contacts: z.array(Contact).min(1).max(10),
  incidentContact: Contact,
  /** When security.txt ends; at most a year ahead is advised. */
  expires: Time,
  /** Language tags, such as `en`. */
  languages: z
    .array(z.string().regex(/^[A-Za-z]{2,3}(?:-[A-Za-z0-9]{2,8})*$/))
    .min(1)
    .max(20),
});
export type OrganisationPage = z.infer<typeof OrganisationPage>;

/** What End-users read of one system. */
export const SystemPage = z.strictObject({
  /** Edition as people name it, such as `2026-1`. */
  version: z.string().trim().min(1).max(40),
  /** Id of the release that it describes. */
  release: z.string().trim().min(1).max(200).optional(),
  purpose: Text,
  use: Text,
  management: Text,
  integration: Text,
  configuration: Text,
  prohibited: Lines,
  limitations: Lines,
  failureModes: Lines,
  dataUse: z.strictObject({
    text: Text,
    retentionDays: z.number().min(0).max(36_500),
    storageRegions: Line,
    usedForTraining: z.boolean(),
    humanReview: z.boolean(),
    subProcessors: Line,
  }),
  hashes: z
    .array(
      z.strictObject({
        name: Line,
        digest: DigestSchema,
      }),
    )
    .max(500)
    .default([]),
  /** `model.sig` of `custos publish-hashes` or `custos sign`: its hashes get a page of their own, by which receivers check what they got. */
  modelSignature: z.string().trim().min(20).max(200_000).optional(),
  /** The public key that it is checked with, in PEM. */
  signingKey: z.string().trim().min(20).max(4000).optional(),
  /** Shows why poor components are used, in the words recorded when it is published. */
  justifications: z.boolean().default(false),
  incidentContact: Contact,
});
export type SystemPage = z.infer<typeof SystemPage>;
