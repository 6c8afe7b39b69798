/** Which digests evidence is about. */
import { type Digest, hexOf, type PredicateName, type Subject } from '@custos/core';
import type { Found } from './evidence-index.ts';

/** The evidence names the digest among its subjects. */
export function isAbout(found: Found<PredicateName>, digest: Digest | undefined): boolean {
  return (
    digest !== undefined &&
    found.evidence.statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest))
  );
}

/** SHA-256 digests of subjects; those named by another algorithm only are left out. */
export function digestsOf(subjects: readonly Subject[]): Digest[] {
  return subjects.flatMap(({ digest }) =>
    digest.sha256 === undefined ? [] : [`sha256:${digest.sha256}` as const],
  );
}

/** SHA-256 digests that evidence is about. */
export function subjectsOf(found: Found<PredicateName>): Digest[] {
  return digestsOf(found.evidence.statement.subject);
}
