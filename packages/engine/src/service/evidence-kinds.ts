/** Which evidence concerns the whole organisation, which is decided by people, and so which ledger takes it and from whom. */
import { type PredicateName, predicateName, type Statement } from '@custos/core';

/** Kept in the ledger of the organisation alone: on one system they would speak for people on all of them. */
const OF_ALL_STAFF: ReadonlySet<PredicateName> = new Set<PredicateName>([
  'training-programme',
  'staff-register',
  'training-completion',
  'acknowledgement',
  'bulletin',
]);

/** What an organisation may say once for all of its systems. Nothing that is measured on one system, and no waiver. */
const OF_ORGANISATION: ReadonlySet<PredicateName> = new Set<PredicateName>([
  ...OF_ALL_STAFF,
  'policy',
  'plan',
  'threat-event',
  'risk-report',
  'reporting-campaign',
  'risk-tolerance',
  'risk-register',
  'provider-assessment',
  'cloud-contract',
  'contract-register',
  'assurance',
  'review-decision',
  'retraction',
]);

/** Of these, an organisation approves what is its own. */
const APPROVED_BY_ORGANISATION: ReadonlySet<unknown> = new Set(['plan', 'tolerance', 'provider']);
/** Pages of the organisation, as Custos fetched them. */
const PAGES_OF_ORGANISATION: ReadonlySet<unknown> = new Set(['vulnerability_policy', 'security_txt']);

/** Provisions that are about the training and awareness of all staff: what is adequate is the same for every system. */
const ON_ALL_STAFF = /^5\.1\.1-/;

/** What people answer for with their name: it takes the right to decide. */
const DECIDED: ReadonlySet<PredicateName> = new Set<PredicateName>([
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

/** It may stand in the ledger of the organisation, and counts for every system from there. */
export function concernsOrganisation(statement: Statement): boolean {
  const { name, content } = read(statement);
  if (name === 'approval') return APPROVED_BY_ORGANISATION.has(content.of);
  if (name === 'adequacy-attestation') return ON_ALL_STAFF.test(String(content.duty));
  if (name === 'publication') return PAGES_OF_ORGANISATION.has(content.kind);
  return name !== undefined && OF_ORGANISATION.has(name);
}

/** It may stand in the ledger of the organisation only. */
export function concernsAllStaff(statement: Statement): boolean {
  const { name, content } = read(statement);
  return (
    name !== undefined && (OF_ALL_STAFF.has(name) || (name === 'policy' && content.kind === 'awareness'))
  );
}

export function isDecision(statement: Statement): boolean {
  const { name } = read(statement);
  return name !== undefined && DECIDED.has(name);
}

function read({ predicateType, predicate }: Statement): {
  name: PredicateName | undefined;
  content: Readonly<Record<string, unknown>>;
} {
  return { name: predicateName(predicateType), content: { ...Object(predicate.content) } };
}
