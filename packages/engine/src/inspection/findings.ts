/** What an inspection of files says, in the words of a scan: findings at places, and what stayed unknown. */
import type { Finding, Unknown } from '@custos/core';
import type { FileInspection, InspectionFinding } from '@custos/inspect';

const SCANNER = 'inspect';
/** A file that is broken in a thousand places is one file. */
const MOST_UNKNOWNS = 20;

/** @param asset the asset whose file it is, where there is one */
export function findingsOf(file: FileInspection, asset?: string): Finding[] {
  return file.findings.map((one) => ({
    rule: `${SCANNER}/${one.rule}`,
    severity: one.weight === 'info' ? 'info' : one.severity,
    confidence: one.weight === 'unsafe' ? 1 : 0.8,
    message: `${one.message}${whereIn(file, one)}${one.cve === undefined ? '' : ` (${one.cve.join(', ')})`}`,
    location: { path: file.path },
    ...(asset === undefined ? {} : { asset }),
  }));
}

/** Parts that were not inspected; none of a file that was found unsafe is left out. */
export function unknownsOf(file: FileInspection): Unknown[] {
  return file.coverage.skipped.slice(0, MOST_UNKNOWNS).map((part) => ({
    scanner: SCANNER,
    code: 'not-inspected',
    message: part.member === file.path ? part.why : `${part.member}: ${part.why}`,
    location: { path: file.path },
  }));
}

function whereIn(file: FileInspection, finding: InspectionFinding): string {
  const member = finding.member === undefined || finding.member === file.path ? '' : ` In ${finding.member}`;
  const offset =
    finding.offset === undefined ? '' : `${member === '' ? ' At' : ' at'} byte ${finding.offset}`;
  return member === '' && offset === '' ? '' : `${member}${offset}.`;
}
