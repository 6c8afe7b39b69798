/** Evidence in the ledger of `acme/chatbot`, as a scan, a tool or a person would have left it. */
import { type Actor, type Content, type Digest, hexOf, OWN_PRODUCER, type PredicateName } from '@custos/core';
import { PRODUCT, statementOf } from '@custos/engine';
import { observationId, sha256, signStatement } from '@custos/trust';
import type { World } from './world.ts';

export const REF = { organisation: 'acme', system: 'chatbot' } as const;
export const FINGERPRINT = sha256('the system as it is');
export const DATASET = sha256('the questions of customers');

export interface SaidOptions {
  readonly actor?: Actor;
  readonly subject?: { readonly name: string; readonly digest: Digest };
  readonly observedAt?: string;
  readonly validUntil?: string;
  /** Default Custos itself. */
  readonly producer?: string;
  /** Default that of `acme/chatbot`. */
  readonly ledger?: { readonly organisation: string; readonly system?: string };
}

/** Records an observation. @returns its id */
export async function record<N extends PredicateName>(
  { service: { context } }: World,
  type: N,
  content: Content<N>,
  options: SaidOptions = {},
): Promise<Digest> {
  const { name, digest } = options.subject ?? { name: REF.system, digest: FINGERPRINT };
  const statement = statementOf({
    type,
    content,
    subject: [{ name, digest: { sha256: hexOf(digest) } }],
    producer: { ...PRODUCT, name: options.producer ?? OWN_PRODUCER },
    actor: options.actor,
    observedAt: options.observedAt ?? context.clock.now(),
    validUntil: options.validUntil,
  });
  const { organisation, system } = options.ledger ?? REF;
  const ledger = await context.database.ledger(organisation, system);
  const id = observationId(statement);
  await ledger.record([
    { kind: 'observation', id, envelope: await signStatement(statement, context.signer) },
  ]);
  return id;
}

/** A scan that found a dataset, a component and a tool. */
export function scan(more: Partial<Content<'scan-result'>> = {}): Content<'scan-result'> {
  return {
    fingerprint: FINGERPRINT,
    assets: [
      {
        id: 'dataset:questions',
        kind: 'dataset',
        name: 'questions',
        digest: DATASET,
        origin: 'own',
        locations: [{ path: 'data/questions.parquet' }],
      },
      {
        id: 'component:pypi/transformers',
        kind: 'component',
        name: 'pypi/transformers',
        version: '4.50.0',
        origin: 'external',
        locations: [{ path: 'requirements.txt', line: 1 }],
      },
    ],
    edges: [],
    findings: [],
    unknowns: [],
    scope: 'directory',
    filesRead: 3,
    ...more,
  };
}

type Risk = Content<'risk-register'>['risks'][number];

export function risk(more: Partial<Risk> = {}): Risk {
  return {
    id: 'R-1',
    title: 'Answers leak order data',
    category: 'inversion',
    assets: ['dataset:questions'],
    level: 'medium',
    residual: 3,
    owner: 'owner@acme.example',
    ownerParty: 'internal',
    treatment: 'mitigate',
    controls: [],
    usesHumanOversight: false,
    ...more,
  };
}
