/** Making observations: the parsed content of one type, who says it and when, as an in-toto statement. */
import {
  type Actor,
  CustosError,
  type Digest,
  hexOf,
  type Instant,
  isOwnProducer,
  isPredicateName,
  MANUAL_PRODUCER,
  millis,
  nearest,
  ONLY_BY_CUSTOS,
  OWN_PRODUCER,
  type Producer,
  parseContent,
  predicates,
  predicateType,
  Role,
  STATEMENT_TYPE,
  type Statement,
  Subject,
  Time,
} from '@custos/core';
import { z } from 'zod';

export const PRODUCT: Producer = { name: OWN_PRODUCER, version: '0.1.0' };

export interface NewObservation {
  type: string;
  content: unknown;
  subject: Subject[];
  producer: Producer;
  actor?: Actor | undefined;
  observedAt: Instant;
  validFrom?: Instant | undefined;
  validUntil?: Instant | undefined;
  source?: string | undefined;
}

/** The subject form for something with a SHA-256 digest. */
export function subject(name: string, digest: Digest): Subject {
  return { name, digest: { sha256: hexOf(digest) } };
}

/**
 * Builds a statement.
 * @throws CustosError OBSERVATION_TYPE for an unknown type (with the nearest known one), OBSERVATION_CONTENT for content that does not fit
 */
export function statementOf(input: NewObservation): Statement {
  if (!isPredicateName(input.type)) {
    const guess = nearest(input.type, Object.keys(predicates));
    throw new CustosError(
      'OBSERVATION_TYPE',
      `"${input.type}" is no observation type.${guess ? ` Did you mean ${guess}?` : ''} \`custos catalogue predicates\` lists them.`,
    );
  }
  return {
    _type: STATEMENT_TYPE,
    subject: input.subject,
    predicateType: predicateType(input.type),
    predicate: {
      producer: input.producer,
      ...(input.actor ? { actor: input.actor } : {}),
      observedAt: input.observedAt,
      validFrom: input.validFrom ?? input.observedAt,
      ...(input.validUntil ? { validUntil: input.validUntil } : {}),
      ...(input.source ? { source: input.source } : {}),
      content: parseContent(input.type, input.content),
    },
  };
}

/** The document that `custos observe` and the `evidence` list of custos.yaml read. */
export const EvidenceDocument = z.strictObject({
  type: z.string(),
  /** Default: the system at its fingerprint. */
  subject: z.array(Subject).min(1).optional(),
  producer: z.strictObject({ name: z.string(), version: z.string() }).optional(),
  actor: z.strictObject({ id: z.string(), role: Role }).optional(),
  observedAt: Time.optional(),
  validUntil: Time.optional(),
  content: z.unknown(),
});
export type EvidenceDocument = z.infer<typeof EvidenceDocument>;

/**
 * Who made what a document says: the tool that it names, else `otherwise`. Only Custos' own verbs speak in Custos' name.
 * @throws CustosError EVIDENCE_PRODUCER
 */
export function producerOf(
  document: EvidenceDocument,
  path: string,
  otherwise: Producer = { name: MANUAL_PRODUCER, version: PRODUCT.version },
): Producer {
  if (isPredicateName(document.type) && ONLY_BY_CUSTOS.has(document.type))
    throw new CustosError(
      'EVIDENCE_PRODUCER',
      `${path}: "${document.type}" is what Custos reads itself, and no file can say it. Run \`custos assess\`.`,
    );
  if (document.type === 'approval') refuseOnRequest(document.content, path);
  const producer = document.producer ?? otherwise;
  if (producer.name === MANUAL_PRODUCER || !isOwnProducer(producer.name)) return producer;
  throw new CustosError(
    'EVIDENCE_PRODUCER',
    `${path}: producer "${producer.name}" is Custos itself, and a file can't speak for it. Name the tool that made this, or let Custos measure.`,
  );
}

/** @param content of an approval @throws CustosError EVIDENCE_PRODUCER for one that says it was given on a request */
export function refuseOnRequest(content: unknown, path: string): void {
  if (typeof content !== 'object' || content === null || !('request' in content)) return;
  throw new CustosError(
    'EVIDENCE_PRODUCER',
    `${path}: an approval on a request is given by deciding on it, so that its steps are kept. Leave "request" out, or decide on the request.`,
  );
}

/** The clock of a producer may be ahead of that of the recorder by so much: 5 minutes. */
const CLOCK_TOLERANCE = 5 * 60_000;

/**
 * Nobody has seen what is yet to come: evidence that is dated ahead would stay the newest until then.
 * @param now the time of recording; up to 5 minutes after it are allowed, since clocks differ
 * @throws CustosError EVIDENCE_FUTURE
 */
export function refuseFuture(statement: Statement, now: Instant, path: string): void {
  const { observedAt } = statement.predicate;
  if (millis(observedAt) <= millis(now) + CLOCK_TOLERANCE) return;
  throw new CustosError(
    'EVIDENCE_FUTURE',
    `${path}: observedAt ${observedAt} is in the future (it is ${now}). Correct it, or check the producer's clock.`,
  );
}
