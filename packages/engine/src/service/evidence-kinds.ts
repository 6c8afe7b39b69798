/** Which evidence concerns the whole organisation, which is decided by people, and so which ledger takes it and from whom. */
import {
  DECIDED,
  type Evidence,
  OF_ALL_STAFF,
  type PredicateName,
  predicateName,
  type Statement,
} from '@custos/core';

/** What an organisation may say once for all of its systems. Nothing that is measured on one system, and no waiver. */
const OF_ORGANISATION: ReadonlySet<PredicateName> = new Set<PredicateName>([
  ...OF_ALL_STAFF,
  'policy',
  'plan',
  'threat-event',
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

/**
 * What counts for a system, of its own ledger and of the organisation's: what a system says of staff, of reports or of a threat
 * ends where the organisation itself tells of them.
 * @param ledgers evidence by ledger: the system's, and the organisation's where there is one
 */
export function evidenceThatCounts([own = [], shared]: readonly (readonly Evidence[])[]): Evidence[] {
  if (shared === undefined) return [...own];
  const forAll = sharedEvidence(shared);
  const told = new Set(forAll.flatMap(({ statement }) => topicOf(statement) ?? []));
  return [...own.filter(({ statement }) => !told.has(topicOf(statement) ?? '')), ...forAll];
}

/** What the organisation has the word on, once it says anything of it. */
function topicOf(statement: Statement): string | undefined {
  const name = predicateName(statement.predicateType);
  if (name === 'risk-report') return 'reports';
  if (name === 'threat-event') return `threat ${String(read(statement).content.id)}`;
  return concernsAllStaff(statement) ? 'staff' : undefined;
}

/** What the organisation's ledger says for all systems: an older one may hold more than it takes today. */
export function sharedEvidence(evidence: readonly Evidence[]): Evidence[] {
  return evidence.filter(({ statement }) => concernsOrganisation(statement));
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
