/** A check is one duty's rule: the observation types it wants and the code that reads them. One file per provision. */
import type { PredicateName } from '@custos/core';
import type { CheckContext } from './check-context.ts';

export interface Check {
  readonly duty: string;
  /** Types it reads. Reading another type is an error, so re-evaluation can trust this list. */
  readonly wants: ReadonlySet<PredicateName>;
  readonly run: (context: CheckContext) => void;
}

export type CheckRule = readonly [wants: readonly PredicateName[], run: (context: CheckContext) => void];

/**
 * The checks of one provision, by the letter of the duty.
 * @example export const checks = provisionChecks('5.1.1-2', { a: [['policy'], (c) => { … }] });
 */
export function provisionChecks(provision: string, rules: Record<string, CheckRule>): Check[] {
  return Object.entries(rules).map(([letter, [wants, run]]) => ({
    duty: `${provision}/${letter}`,
    wants: new Set(wants),
    run,
  }));
}
