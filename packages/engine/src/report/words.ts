/** The words, signs and order that all formats share, so that no format tells a verdict by colour alone. */
import type { AssetKind, Finding, Phase, Role, Verdict } from '@custos/core';

export const VERDICT_WORD: Record<Verdict, string> = {
  pass: 'Pass',
  fail: 'Fail',
  inconclusive: 'Inconclusive',
  not_applicable: 'Not applicable',
};

export const VERDICT_SIGN: Record<Verdict, string> = {
  pass: '✓',
  fail: '✕',
  inconclusive: '?',
  not_applicable: '–',
};

/** What each verdict means, for the legend. */
export const VERDICT_MEANING: Record<Verdict, string> = {
  pass: 'recorded evidence shows that the duty is met, for as long as that evidence holds',
  fail: 'recorded evidence shows that the duty is not met',
  inconclusive: 'evidence is missing, stale or cannot be verified; this is never counted as met',
  not_applicable: 'the facts of this system do not switch the duty on',
};

export const ROLE_WORD: Record<Role, string> = {
  developer: 'Developer',
  system_operator: 'System Operator',
  data_custodian: 'Data Custodian',
  end_user: 'End-user',
  affected_entity: 'Affected Entity',
  organisation: 'Organisation',
  auditor: 'Auditor',
};

export const PHASE_WORD: Record<Phase, string> = {
  design: 'Secure design',
  development: 'Secure development',
  deployment: 'Secure deployment',
  maintenance: 'Secure maintenance',
  end_of_life: 'Secure end of life',
};

export const KIND_WORD: Record<AssetKind, [one: string, many: string]> = {
  model: ['model', 'models'],
  dataset: ['dataset', 'datasets'],
  prompt: ['prompt', 'prompts'],
  configuration: ['configuration', 'configurations'],
  component: ['component', 'components'],
  service: ['service', 'services'],
  agent: ['agent', 'agents'],
  tool: ['tool', 'tools'],
  endpoint: ['endpoint', 'endpoints'],
  environment: ['environment', 'environments'],
};

export const SEVERITIES: readonly Finding['severity'][] = ['critical', 'high', 'medium', 'low', 'info'];

/** What the report does not claim; shown in every format that is a document. */
export const CLAIMS: readonly string[] = [
  'It is no certificate and no statement by a conformity assessment body. It is a self-assessment that can be replayed from the recorded evidence.',
  'It gives no presumption of conformity with the EU AI Act or any other law.',
  'It has no score and no share. A count of verdicts says how many duties stand where, not how secure the system is.',
  'A pass holds for the evidence named, at the time of evaluation, until the date given or until one of the named events happens.',
  'What could not be read, checked or decided is listed under “What could not be checked”. It is not clean; it is unknown.',
  'People’s statements are shown as statements, with their author and role. They are not verified beyond their signature: in evidence from a repository the author is whom its recorder named; a service names who was signed in.',
  'The words for provisions and duties are Custos’ own. Only the text published by the standard’s body is authoritative.',
];
