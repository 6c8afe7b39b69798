/** Kinds of evidence that the service takes from somebody's hand on a system, and who may say each. */
import {
  DECIDED,
  isPredicateName,
  MEASURED,
  OF_ALL_STAFF,
  ONLY_BY_CUSTOS,
  type PredicateName,
  predicates,
  type Role,
} from '@custos/core';

/** Said by a tool instead of a person in a role. */
export const TOOL = 'tool';
export type Speaker = Role | typeof TOOL;

export function isRecordable(name: string): name is PredicateName {
  return isPredicateName(name) && !ONLY_BY_CUSTOS.has(name) && !OF_ALL_STAFF.has(name);
}

export const RECORDABLE: readonly PredicateName[] = Object.keys(predicates).filter(isRecordable).sort();

/** A measurement takes a tool; a decision takes somebody who answers for it. */
export function speakersOf(type: PredicateName | undefined, speaks: readonly Role[]): Speaker[] {
  if (type && MEASURED.has(type)) return [TOOL];
  if (type && DECIDED.has(type)) return [...speaks];
  return [...speaks, TOOL];
}
