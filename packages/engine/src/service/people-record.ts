/** Observations about people, in the ledger of the organisation: they hold for all of its systems. */
import {
  type Actor,
  type Content,
  CustosError,
  type Digest,
  type Instant,
  MANUAL_PRODUCER,
  type PredicateName,
} from '@custos/core';
import type { Control, NewEntry } from '@custos/store';
import { observationId, sha256, signStatement } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext } from './context.ts';
import { organisationThresholds } from './settings.ts';

export interface PeopleSaid<N extends PredicateName> {
  readonly type: N;
  readonly content: Content<N>;
  readonly observedAt: Instant;
  /** Who says it; absent: Custos itself saw it. */
  readonly actor?: Actor;
  /** Default: the organisation. */
  readonly about?: { readonly name: string; readonly digest: Digest };
  readonly source?: string;
}

export async function peopleEntry<N extends PredicateName>(
  context: ServiceContext,
  organisation: string,
  { type, content, observedAt, actor, about, source }: PeopleSaid<N>,
): Promise<NewEntry> {
  const statement = statementOf({
    type,
    content,
    subject: [about ? subject(about.name, about.digest) : subject(organisation, sha256(organisation))],
    producer: actor ? { ...PRODUCT, name: MANUAL_PRODUCER } : PRODUCT,
    actor,
    observedAt,
    source: source ?? 'service',
  });
  return {
    kind: 'observation',
    id: observationId(statement),
    envelope: await signStatement(statement, context.signer),
  };
}

export function actEntry(type: string, actor: string, detail: Record<string, string | number>): NewEntry {
  return { kind: 'act', act: { type, actor, detail } };
}

/** Who decides about people speaks for the organisation. */
export function asOrganisation(person: string): Actor {
  return { id: person, role: 'organisation' };
}

/** A threshold as the organisation has it, else the catalogue's default. */
export async function thresholdOf(context: ServiceContext, control: Control, id: string): Promise<number> {
  const setting = context.specification.settings.find((one) => one.id === id);
  if (!setting) throw new CustosError('INVALID', `The catalogue has no setting ${id}.`);
  return (await organisationThresholds(control))[id] ?? setting.default;
}
