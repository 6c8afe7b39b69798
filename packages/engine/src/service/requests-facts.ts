/** What is known of a system when somebody asks or decides: evidence, declaration with the roles of now, inventory. */
import { EvidenceIndex, type Found, gatherFacts, RISK_REGISTER_ROLES, speaksAs } from '@custos/conformity';
import {
  type Asset,
  CustosError,
  DeciderRole,
  type Digest,
  type Duty,
  type Evidence,
  type Instant,
  type PredicateName,
  type Specification,
  type SystemDeclaration,
} from '@custos/core';
import { type Control, memberships, systemRoles } from '@custos/store';
import type { SystemAssessor } from './assess-system.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { declarationInForce } from './declare-system.ts';

/** Where requests are kept and decided. */
export interface Desk {
  readonly context: ServiceContext;
  readonly assessor: Pick<SystemAssessor, 'evidence'>;
}

/** Which roles each person holds on one system; administrators speak for the organisation. */
export type Roles = ReadonlyMap<string, ReadonlySet<DeciderRole>>;

export interface SystemFacts {
  readonly ref: SystemRef;
  readonly now: Instant;
  readonly specification: Specification;
  readonly evidence: readonly Evidence[];
  /** That of the organisation among it. */
  readonly shared: readonly Evidence[];
  readonly index: EvidenceIndex;
  readonly system: SystemDeclaration;
  readonly fingerprint: Digest | undefined;
  readonly assets: readonly Asset[];
  readonly roles: Roles;
  /** Entries in the system's ledger when it was read. */
  readonly size: number;
}

/** @throws CustosError NOT_FOUND */
export async function systemFacts({ context, assessor }: Desk, ref: SystemRef): Promise<SystemFacts> {
  const now = context.clock.now();
  const { evidence, shared, systemLedger: size } = await assessor.evidence(ref);
  const index = new EvidenceIndex(evidence, now);
  const { specification, specificationDigest } = context;
  const { facts } = gatherFacts({ specification, specificationDigest, evidence: index, now });
  const { system, roles } = await context.database.within(ref.organisation, async (control) => ({
    system: await declarationInForce(control, ref.system, specification),
    roles: await rolesOn(control, ref.system),
  }));
  if (system === undefined) throw new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
  const { fingerprint, inventory } = facts;
  return {
    ref,
    now,
    specification,
    evidence,
    shared,
    index,
    system,
    fingerprint,
    assets: inventory.assets,
    roles,
    size,
  };
}

export async function rolesOn(control: Control, system: string): Promise<Roles> {
  const roles = new Map<string, Set<DeciderRole>>();
  const add = (person: string, role: DeciderRole) =>
    roles.set(person, (roles.get(person) ?? new Set<DeciderRole>()).add(role));
  const members = await memberships(control);
  const active = new Set(members.map(({ person }) => person));
  for (const { person, role } of members) if (role === 'administrator') add(person, 'organisation');
  for (const { person, role } of await systemRoles(control, { system }))
    if (active.has(person)) add(person, DeciderRole.parse(role));
  return roles;
}

export function holds(roles: Roles, person: string, role: DeciderRole): boolean {
  return roles.get(person)?.has(role) ?? false;
}

/** A limit of the organisation, in the setting's unit. */
export function settingOf(
  { system, specification }: Pick<SystemFacts, 'system' | 'specification'>,
  id: string,
): number {
  const found = specification.settings.find((setting) => setting.id === id);
  if (found === undefined) throw new CustosError('INTERNAL', `The catalogue has no setting ${id}.`);
  return system.thresholds[id] ?? found.default;
}

/** @throws CustosError INVALID */
export function dutyOf({ specification }: SystemFacts, id: string): Duty {
  const found = specification.provisions.flatMap(({ duties }) => duties).find((duty) => duty.id === id);
  if (found) return found;
  throw new CustosError(
    'INVALID',
    `There is no duty "${id}". Write it as on the board, such as 5.1.3-1.3/a.`,
  );
}

/** The newest of a type that can be relied on. */
export function newestReliable<N extends PredicateName>(
  { index }: SystemFacts,
  name: N,
  where: (content: Found<N>['content']) => boolean = () => true,
): Found<N> | undefined {
  return index.all(name).find((found) => found.unreliable === undefined && where(found.content));
}

/** Risk registers that count, newest first: reliable ones, by those whose register the checks accept. */
export function riskRegisters({
  index,
  system,
}: Pick<SystemFacts, 'index' | 'system'>): Found<'risk-register'>[] {
  return index
    .all('risk-register')
    .filter(
      ({ unreliable, evidence }) =>
        unreliable === undefined && speaksAs(system, evidence, RISK_REGISTER_ROLES),
    );
}
