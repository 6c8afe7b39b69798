/** How much of long lists a document prints; what is left out is always counted beside the list. */
import type { Verdict } from '@custos/core';

export const HTML_STEPS = 15;
export const MOST_FINDINGS = 1_000;
export const MOST_PER_UNKNOWN = 50;

/** Order in which verdicts are told: what needs attention first. */
export const LEGEND: readonly Verdict[] = ['fail', 'inconclusive', 'pass', 'not_applicable'];
