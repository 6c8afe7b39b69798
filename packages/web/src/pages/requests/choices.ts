/** What one can ask for, as a person chooses it, and what each duty is mostly asked for. */
import { APPROVERS, Ask, type AskKind, type DeciderRole, type PredicateName } from '@custos/core';
import { endOfDay } from '../../parts/day-field.tsx';

/** Fields of the form; which of them a choice shows is said by the choice. */
export interface Draft {
  duty: string;
  target: string;
  record: string;
  assets: string[];
  dataset: string;
  sensitivity: string;
  personalData: boolean;
  controls: string[];
  component: string;
  risk: string;
  end: string;
  scope: string;
  /** Of choices whose form is made from their schema. */
  fields: unknown;
}

export const EMPTY: Draft = {
  duty: '',
  target: '',
  record: '',
  assets: [],
  dataset: '',
  sensitivity: 'internal',
  personalData: false,
  controls: [],
  component: '',
  risk: '',
  end: '',
  scope: '',
  fields: {},
};

export type Field = Exclude<keyof Draft, 'fields'>;
export type Of = keyof typeof APPROVERS;

export interface Choice {
  readonly of: Of;
  readonly kind: AskKind;
  readonly shows: readonly Field[];
  /** Type of the record that is approved. */
  readonly record?: PredicateName;
  /** The fields of the kind's own schema are the form. */
  readonly schema?: boolean;
  /** What goes into `ask`; checked against the schema before it is sent. */
  readonly ask: (draft: Draft) => unknown;
}

const ofRecord = (of: Of, record: PredicateName): Choice => ({
  of,
  kind: 'approval',
  shows: ['record'],
  record,
  ask: (draft) => ({ kind: 'approval', of, seal: { is: 'observation', observation: draft.record } }),
});
const ofAssets = (of: Of): Choice => ({
  of,
  kind: 'approval',
  shows: ['target', 'assets'],
  ask: ({ target, assets }) => ({ kind: 'approval', of, seal: { is: 'assets', target, assets } }),
});

export const CHOICES: readonly Choice[] = [
  {
    of: 'release',
    kind: 'approval',
    shows: ['target'],
    ask: ({ target }) => ({ kind: 'approval', of: 'release', seal: { is: 'fingerprint', target } }),
  },
  ofRecord('design_assessment', 'design-assessment'),
  {
    of: 'dataset_use',
    kind: 'data_use',
    shows: ['dataset', 'sensitivity', 'personalData', 'controls'],
    ask: ({ dataset, sensitivity, personalData, controls }) => ({
      kind: 'data_use',
      dataset,
      sensitivity,
      personalData,
      requiredControls: controls,
    }),
  },
  {
    of: 'risk_acceptance',
    kind: 'risk_acceptance',
    shows: ['risk', 'end'],
    ask: ({ risk, end }) => ({ kind: 'risk_acceptance', risk, until: endOfDay(end) }),
  },
  {
    of: 'justification',
    kind: 'justification',
    shows: ['component', 'controls', 'end'],
    schema: true,
    ask: ({ component, controls, end, fields }) => ({
      ...asObject(fields),
      kind: 'justification',
      component,
      controls,
      expiresAt: endOfDay(end),
    }),
  },
  {
    of: 'waiver',
    kind: 'waiver',
    shows: ['duty', 'end'],
    ask: ({ duty, end }) => ({ kind: 'waiver', duty, expiresAt: endOfDay(end) }),
  },
  {
    of: 'adequacy',
    kind: 'adequacy',
    shows: ['duty', 'scope'],
    ask: ({ duty, scope }) => ({ kind: 'adequacy', duty, ...(scope.trim() === '' ? {} : { scope }) }),
  },
  {
    of: 'provider',
    kind: 'provider',
    shows: [],
    schema: true,
    ask: ({ fields }) => ({ ...asObject(fields), kind: 'provider' }),
  },
  {
    of: 'tolerance',
    kind: 'tolerance',
    shows: [],
    schema: true,
    ask: ({ fields }) => ({ ...asObject(fields), kind: 'tolerance' }),
  },
  ofRecord('plan', 'plan'),
  ofRecord('inventory', 'inventory-registration'),
  ofAssets('prompt'),
  ofAssets('transfer'),
  ofAssets('disposal'),
  {
    of: 'change',
    kind: 'approval',
    shows: [],
    ask: () => ({ kind: 'approval', of: 'change', seal: { is: 'declaration' } }),
  },
];

/** Fields that the form asks for by itself, and the schema's form leaves out. */
export const ASKED_APART = ['kind', 'component', 'controls', 'expiresAt'] as const;

function asObject(value: unknown): object {
  return typeof value === 'object' && value !== null ? value : {};
}

/** The first field that is missing, in words; undefined when the ask is whole. */
export function problemOf(ask: unknown): string | undefined {
  const parsed = Ask.safeParse(ask);
  if (parsed.success) return undefined;
  const [issue] = parsed.error.issues;
  return issue ? `${issue.path.join('.')}: ${issue.message}` : 'It is not complete.';
}

const BY_PROVISION: readonly (readonly [string, Of])[] = [
  ['5.1.2-1', 'design_assessment'],
  ['5.1.2-5', 'dataset_use'],
  ['5.1.2-7', 'provider'],
  ['5.1.3-1', 'risk_acceptance'],
  ['5.2.1-3.1', 'release'],
  ['5.2.1-3', 'plan'],
  ['5.2.3-2', 'justification'],
  ['5.5.1-1', 'transfer'],
  ['5.5.1-2', 'disposal'],
];

/** What is asked for: as the link says, else what the duty mostly needs. */
export function choiceFor({ of, duty }: { of?: string | undefined; duty?: string | undefined }): Of {
  const named = CHOICES.find((choice) => choice.of === of)?.of;
  if (named) return named;
  const found = BY_PROVISION.find(([provision]) => duty?.startsWith(provision))?.[1];
  return found ?? (duty === undefined ? 'release' : 'adequacy');
}

/** Who gives the last word. @param duties the roles of the duty, where it says who may */
export function approversOf(of: Of, duty: readonly string[] | undefined): DeciderRole[] {
  const allowed = APPROVERS[of];
  if (duty === undefined || (of !== 'waiver' && of !== 'adequacy')) return [...allowed];
  return allowed.filter((role) => duty.includes(role) || (of === 'waiver' && role === 'organisation'));
}
