/** Checks that a catalogue declares as data (`shown_by`), for frameworks of a user's own. */
import { type Duty, isPredicateName, type PredicateName, type Proof, predicates } from '@custos/core';
import { didYouMean } from '../catalogue/document.ts';
import type { Check } from './check.ts';
import type { CheckContext } from './check-context.ts';

type Evidence = Extract<Proof, { evidence: string }>;

/** The check for a duty: code where there is some, else what the catalogue declares; undefined where there is neither. */
export function checkFor(duty: Duty, checks: ReadonlyMap<string, Check>): Check | undefined {
  return checks.get(duty.id) ?? (duty.shown_by ? declared(duty, duty.shown_by, checks) : undefined);
}

function declared(duty: Duty, proofs: readonly Proof[], checks: ReadonlyMap<string, Check>): Check {
  const wants = new Set<PredicateName>();
  const steps: ((c: CheckContext) => void)[] = [];
  for (const proof of proofs) {
    if ('duty' in proof) {
      const other = checks.get(proof.duty);
      for (const name of other?.wants ?? []) wants.add(name);
      steps.push((c) =>
        other
          ? other.run(c)
          : c.unclear('NO_CHECK', `There is no duty ${proof.duty}. Next: correct shown_by of ${duty.id}.`),
      );
    } else if ('attested' in proof) {
      wants.add('adequacy-attestation');
      steps.push((c) => void c.adequacy());
    } else if (isPredicateName(proof.evidence)) {
      const name = proof.evidence;
      wants.add(name);
      steps.push((c) => expectEvidence(c, name, proof));
    }
  }
  return {
    duty: duty.id,
    wants,
    run: (c) => {
      for (const step of steps) step(c);
    },
  };
}

function expectEvidence(c: CheckContext, name: PredicateName, proof: Evidence): void {
  const { where, expect, from, current, max_age: maxAge } = proof;
  const found = c.newest(name, {
    ...(where ? { where: (content) => differing(content, where).length === 0 } : {}),
    ...(from ? { from } : {}),
    ...(current ? { subject: c.fingerprint } : {}),
    ...(maxAge ? { maxAge } : {}),
    what: `evidence of type ${name}${where ? ` with ${written(where)}` : ''}`,
    step: `record it (\`custos observe ${name} FILE\`)`,
  });
  if (found && expect)
    c.none(
      differing(found.content, expect).map(
        (field) => `${field} is ${JSON.stringify(at(found.content, field))}`,
      ),
      'NOT_AS_EXPECTED',
      `The newest ${name} does not say ${written(expect)}`,
    );
}

function written(fields: Readonly<Record<string, unknown>>): string {
  return Object.entries(fields)
    .map(([field, value]) => `${field} ${JSON.stringify(value)}`)
    .join(', ');
}

function differing(content: unknown, fields: Readonly<Record<string, unknown>>): string[] {
  return Object.keys(fields).filter((field) => at(content, field) !== fields[field]);
}

function at(content: unknown, field: string): unknown {
  return field
    .split('.')
    .reduce<unknown>(
      (value, part) =>
        typeof value === 'object' && value !== null
          ? Object.getOwnPropertyDescriptor(value, part)?.value
          : undefined,
      content,
    );
}

/** What is wrong with a declared proof, at which of its fields, and what to write; undefined when nothing is. */
export function proofProblem(
  proof: Proof,
  known: { readonly duties: readonly string[]; readonly intervals: readonly string[] },
): { field: string; message: string; suggestion: string } | undefined {
  const unknown = (field: string, word: string, what: string, words: readonly string[]) => ({
    field,
    message: `is ${word}, which is no ${what}`,
    suggestion: didYouMean(word, words) ?? 'standard/README.md describes `shown_by`',
  });
  if ('duty' in proof)
    return known.duties.includes(proof.duty)
      ? undefined
      : unknown('duty', proof.duty, 'duty of EN 304 223', known.duties);
  if (!('evidence' in proof)) return undefined;
  const { evidence, max_age: maxAge } = proof;
  if (!isPredicateName(evidence))
    return unknown('evidence', evidence, 'type of evidence', Object.keys(predicates));
  if (maxAge !== undefined && !known.intervals.includes(maxAge))
    return unknown('max_age', maxAge, 'interval', known.intervals);
  return saysNothing(proof);
}

/** A proof that any observation of its type would give, however old, shows nothing. */
function saysNothing({ evidence, where, expect, current, max_age: maxAge }: Evidence) {
  for (const [field, fields] of Object.entries({ where, expect }))
    if (fields !== undefined && Object.keys(fields).length === 0)
      return {
        field,
        message: 'is empty',
        suggestion: `name a field of ${evidence} and its value (\`custos catalogue predicate ${evidence}\`), or take ${field} away`,
      };
  if (expect !== undefined || current !== undefined || maxAge !== undefined) return undefined;
  return {
    field: 'evidence',
    message: `is ${evidence}, and any that was ever recorded would show the duty`,
    suggestion:
      'write what it has to say (`expect`), how old it may be (`max_age`, a setting) or `current: true` beside it',
  };
}
