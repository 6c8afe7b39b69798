/** Which evidence a duty asks for: the observation types that its check reads. */
import { CHECKS, checkFor } from '@custos/conformity';
import type { Duty, PredicateName } from '@custos/core';

/** @example evidenceTypes(duty) // ['adequacy-attestation', 'design-assessment'] */
export function evidenceTypes(duty: Duty): PredicateName[] {
  return [...(checkFor(duty, CHECKS)?.wants ?? [])].sort();
}
