/** The verdict is computed from findings and coverage; no format states one. */
import type { Coverage, InspectionFinding, InspectionVerdict } from './types.ts';

/** Whether everything was inspected. */
export function isComplete(coverage: Coverage): boolean {
  return coverage.skipped.length === 0 && coverage.members >= coverage.of && coverage.bytes >= coverage.total;
}

/** What was found outweighs what was not looked at: harm stays harm in a file that is read in part. */
export function verdictOf(findings: readonly InspectionFinding[], coverage: Coverage): InspectionVerdict {
  if (findings.some((one) => one.weight === 'unsafe')) return 'unsafe';
  if (findings.some((one) => one.weight === 'suspicious')) return 'suspicious';
  return isComplete(coverage) ? 'clean' : 'not_inspected';
}
