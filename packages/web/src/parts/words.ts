/** The vocabularies of the standard, as the console writes them. */
import type { Norm, Phase, Role, Verdict } from '@custos/core';

export const ROLE: Record<Role, string> = {
  developer: 'Developer',
  system_operator: 'System Operator',
  data_custodian: 'Data Custodian',
  end_user: 'End-user',
  affected_entity: 'Affected Entity',
  organisation: 'Organisation',
  auditor: 'Auditor',
};

export const PHASE: Record<Phase, string> = {
  design: 'Design',
  development: 'Development',
  deployment: 'Deployment',
  maintenance: 'Maintenance',
  end_of_life: 'End of life',
};

export const VERDICT: Record<Verdict, string> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  not_applicable: 'Not applicable',
};

export const NORM: Record<Norm, string> = { shall: 'Shall', should: 'Should' };

/** `5 duties`, `1 duty` */
export function count(n: number, one: string, many = `${one}s`): string {
  return `${n.toLocaleString('en')} ${n === 1 ? one : many}`;
}

/** `data_custodian` → `data custodian` */
export function words(name: string): string {
  return name.replaceAll(/[_-]/g, ' ');
}
