/** The registry of predicate types: one schema each, one URI each. Adding a type means adding an entry to one of the four lists. */
import type { z } from 'zod';
import { CustosError } from '../errors.ts';
import { PREDICATE_PREFIX } from '../observation.ts';
import { assetPredicates } from './assets.ts';
import { decisionPredicates } from './decisions.ts';
import { operationPredicates } from './operations.ts';
import { peoplePredicates } from './people.ts';

export { APPROVABLE } from './decisions.ts';

export const predicates = {
  ...assetPredicates,
  ...decisionPredicates,
  ...operationPredicates,
  ...peoplePredicates,
} as const;

/** Short name of a predicate type, e.g. `scan-result`. */
export type PredicateName = keyof typeof predicates;

/** Content of an observation of that type. */
export type Content<N extends PredicateName> = z.infer<(typeof predicates)[N]>;

/** @example predicateType('scan-result') // 'urn:custos:predicate:scan-result:v1' */
export function predicateType(name: PredicateName): string {
  return `${PREDICATE_PREFIX}${name}:v1`;
}

/** The short name behind a predicate type URI; undefined for types that Custos does not know. */
export function predicateName(uri: string): PredicateName | undefined {
  const name =
    uri.startsWith(PREDICATE_PREFIX) && uri.endsWith(':v1') ? uri.slice(PREDICATE_PREFIX.length, -3) : '';
  return isPredicateName(name) ? name : undefined;
}

export function isPredicateName(name: string): name is PredicateName {
  return Object.hasOwn(predicates, name);
}

/**
 * Parses content by its type's schema.
 * @throws CustosError OBSERVATION_CONTENT naming the field and what it must be.
 */
export function parseContent<N extends PredicateName>(name: N, content: unknown): Content<N> {
  const parsed = predicates[name].safeParse(content);
  if (!parsed.success) {
    const issue = parsed.error.issues[0];
    const field = issue && issue.path.length > 0 ? issue.path.join('.') : 'content';
    throw new CustosError(
      'OBSERVATION_CONTENT',
      `${name}: ${field}: ${issue?.message ?? 'does not fit'}. See \`custos catalogue predicate ${name}\`.`,
    );
  }
  return parsed.data as Content<N>;
}

/** Producer name of what Custos itself reads and measures. */
export const OWN_PRODUCER = 'custos';

/** Producer name of what a person typed in. */
export const MANUAL_PRODUCER = 'custos-attest';

/** Every name under which Custos' own verbs speak. */
const OWN_PRODUCERS: ReadonlySet<string> = new Set([OWN_PRODUCER, MANUAL_PRODUCER, 'custos-trust']);

/** Whoever could say these could replace the inventory, the roles and the rules of evidence. */
export const ONLY_BY_CUSTOS: ReadonlySet<PredicateName> = new Set<PredicateName>([
  'scan-result',
  'system-declaration',
]);

/** Signs of other scripts that look like a letter of the name (Cyrillic, Greek, Armenian, Coptic, small capitals, zero). */
const LOOK_ALIKES = ['cсϲᴄⲥ', 'uυսᴜʋ', 'sѕꜱ', 'tтτᴛ', 'oоοօᴏ0'];

/** Names that only Custos' own verbs may use as producer, and what a reader would take for one of them. */
export function isOwnProducer(name: string): boolean {
  const visible = name
    .normalize('NFKD')
    .toLowerCase()
    .replaceAll(/[\p{M}\p{C}\p{DI}]/gu, '');
  const plain = [...visible].map((sign) => LOOK_ALIKES.find((alike) => alike.includes(sign))?.[0] ?? sign);
  return /^[^\p{L}\p{N}]*custos(?![a-z0-9])/u.test(plain.join(''));
}

/** Looks like a name of Custos and is none: other case, blanks, signs of other scripts, a part that it does not have. */
export function imitatesOwnProducer(name: string): boolean {
  return isOwnProducer(name) && !OWN_PRODUCERS.has(name);
}

/**
 * Types that only a measurement can make: a person's word for them is not evidence. What `custos attest` makes of these
 * types is never used by a check.
 */
export const MEASURED: ReadonlySet<PredicateName> = new Set<PredicateName>([
  'scan-result',
  'signature-verification',
  'asset-control',
  'provenance-lookback',
  'runtime-state',
  'deployment-status',
  'inspection',
  'bill-of-materials',
  'component-score',
  'model-capability',
  'published-hashes',
  'data-validation',
  'permission-set',
  'environment-layout',
  'test-run',
  'probe',
  'control-status',
  'oversight-summary',
  'output-sample',
  'restore',
  'monitoring-summary',
  'log-summary',
  'ai-usage',
  'audit-trail',
  'publication',
  'acceptance-summary',
  'live-settings',
]);

/** Kept in the ledger of the organisation alone: on one system they would speak for people on all of them. */
export const OF_ALL_STAFF: ReadonlySet<PredicateName> = new Set<PredicateName>([
  'training-programme',
  'staff-register',
  'training-completion',
  'acknowledgement',
  'bulletin',
  'risk-report',
]);

/** What people answer for with their name: it takes the right to decide. */
export const DECIDED: ReadonlySet<PredicateName> = new Set<PredicateName>([
  'approval',
  'waiver',
  'retraction',
  'adequacy-attestation',
  'asset-decision',
  'data-use-decision',
  'data-classification',
  'capability-decision',
  'internal-state-decision',
  'change-review',
  'review-decision',
  'risk-tolerance',
  'justification',
  'component-assessment',
  'provider-assessment',
]);
