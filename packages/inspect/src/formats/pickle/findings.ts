/** What a run of the machine says to a person. */
import type { InspectionFinding } from '../../types.ts';
import type { Import, PickleLog } from './log.ts';

const LONGEST_LIST = 2_000;

export function importFindings(log: PickleLog): InspectionFinding[] {
  return [...log.imports.flatMap(importFinding), ...log.problems.values()];
}

function importFinding(one: Import): InspectionFinding[] {
  const { verdict } = one.ruling;
  if (verdict === 'allowed') return [];
  const called = one.example !== undefined;
  const doing = called ? `calls ${one.example}` : `imports ${one.full}`;
  const common = { offset: one.offset, names: [one.full] };
  if (verdict === 'unsafe')
    return [
      {
        rule: called ? 'pickle.unsafe-call' : 'pickle.unsafe-import',
        severity: 'critical',
        weight: 'unsafe',
        message: `Loading ${doing}, which can run commands, reach files or the network, or lead to what can.`,
        ...common,
      },
    ];
  return [
    {
      rule: 'pickle.unknown-import',
      severity: called ? 'high' : 'medium',
      weight: 'suspicious',
      message: `Loading ${doing}, which no model framework needs; find out what it does before you load this.`,
      ...common,
    },
  ];
}

/** Names imported, for people who want to see all. */
export function importList(log: PickleLog): string {
  const names = log.imports.map((one) => one.full).join(', ');
  return names.length > LONGEST_LIST ? `${names.slice(0, LONGEST_LIST - 1)}…` : names;
}
