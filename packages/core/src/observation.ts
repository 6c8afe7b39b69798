/**
 * The one immutable record. An Observation is an in-toto Statement v1 whose predicate holds who saw it, when, how long
 * it holds, and the typed content. Its id is the SHA-256 of its RFC 8785 form.
 */
import { z } from 'zod';
import type { Digest } from './digest.ts';
import { PersonId, Time } from './schemas.ts';
import type { Instant } from './time.ts';
import { Role } from './words.ts';

export const STATEMENT_TYPE = 'https://in-toto.io/Statement/v1';
/** Predicate type URIs are `urn:custos:predicate:<name>:v1`. */
export const PREDICATE_PREFIX = 'urn:custos:predicate:';

export const Subject = z.strictObject({
  name: z.string().min(1),
  /** in-toto digest set, algorithm → hex. */
  digest: z.record(z.string(), z.string().regex(/^[0-9a-f]+$/)).refine((set) => Object.keys(set).length > 0, {
    error: 'needs at least one digest',
  }),
});
export type Subject = z.infer<typeof Subject>;

export const Producer = z.strictObject({ name: z.string().min(1), version: z.string().min(1) });
export type Producer = z.infer<typeof Producer>;

/** A person who speaks, and the role in which they speak. */
export const Actor = z.strictObject({ id: PersonId, role: Role });
export type Actor = z.infer<typeof Actor>;

export const ObservationBody = z.strictObject({
  producer: Producer,
  actor: Actor.optional(),
  observedAt: Time,
  validFrom: Time,
  validUntil: Time.optional(),
  /** Where it came from: file, URL, run id. */
  source: z.string().optional(),
  content: z.unknown(),
});
export type ObservationBody = z.infer<typeof ObservationBody>;

export const Statement = z.strictObject({
  _type: z.literal(STATEMENT_TYPE),
  subject: z.array(Subject).min(1),
  predicateType: z.string().min(1),
  predicate: ObservationBody,
});
export type Statement = z.infer<typeof Statement>;

/** A statement with its name: what stores keep and conformity reads. */
export interface Observation {
  readonly id: Digest;
  readonly statement: Statement;
}

/** What can be said of an observation's authenticity by whoever loaded it. */
export type Authenticity =
  | {
      verified: true;
      keyId: string;
      /** Present when the producer that the statement names signed it with its own registered key. */
      producer?: string;
    }
  | { verified: false; why: string };

/** An observation as evaluation sees it: with its authenticity settled and its content parsed. */
export interface Evidence extends Observation {
  readonly authenticity: Authenticity;
  /** When the ledger appended it; undefined for what is not recorded. `observedAt` is what its maker says. */
  readonly recordedAt?: Instant;
}

/** DSSE v1 envelope (secure-systems-lab/dsse): base64 payload, signatures over its PAE. */
export const Envelope = z.strictObject({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })),
});
export type Envelope = z.infer<typeof Envelope>;
