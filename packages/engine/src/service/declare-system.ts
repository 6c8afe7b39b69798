/**
 * The declaration of a system in the service. Who holds which role is assigned apart and joins it here, so that nobody
 * gives themselves a role by declaring one: administrators speak for the organisation, auditors audit, and the
 * standard's roles are those assigned on the system.
 */
import { EvidenceIndex } from '@custos/conformity';
import {
  CustosError,
  type Instant,
  type PredicateName,
  type Specification,
  type Statement,
  SystemDeclaration,
  SystemRole,
} from '@custos/core';
import {
  type Control,
  emit,
  findSystem,
  insertMember,
  insertSystem,
  memberships,
  type NewEntry,
  type RecordedEntry,
  replaceSystemRoles,
  systemRoles,
  updateSystem,
} from '@custos/store';
import { canonicalize, fingerprint, observationId, signStatement } from '@custos/trust';
import { z } from 'zod';
import { withDeclared } from '../assessment/inventory.ts';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { refuseDependentAuditors } from './membership.ts';
import { thresholdsInForce } from './settings.ts';
import type { SystemEvidence } from './system-evidence.ts';

export type DeclarationWithoutRoles = Omit<SystemDeclaration, 'roles'>;
const Stored = SystemDeclaration.omit({ roles: true });

export interface RoleAssignment {
  readonly person: string;
  readonly role: SystemRole;
}

/** @throws CustosError CONFLICT when the id is taken, AUDITOR_INDEPENDENCE */
export async function createSystem(
  context: ServiceContext,
  {
    organisation,
    by,
    declaration,
  }: { organisation: string; by: string; declaration: DeclarationWithoutRoles },
): Promise<void> {
  const ref = { organisation, system: declaration.id };
  const ledger = await context.database.ledger(organisation);
  const act = { type: 'system.created', actor: by, detail: { system: ref.system } };
  await ledger.recordWith([{ kind: 'act', act }], async (control) => {
    const made = await insertSystem(control, {
      ...ref,
      ...columnsOf(declaration),
      created_at: context.clock.now(),
    });
    if (!made)
      throw new CustosError('CONFLICT', `There is a system "${ref.system}" already. Choose another id.`);
    await replaceSystemRoles(control, ref, [{ person: by, role: 'developer' }]);
    await refuseDependentAuditors(control, [by]);
    await emit(control, { kind: 'system.changed', system: ref.system });
  });
}

/**
 * @param beside recorded in the same step; nothing by default
 * @returns what became of `beside`
 * @throws CustosError VERSION_CHANGED, NOT_FOUND, INVALID when the id differs
 */
export async function declareSystem(
  context: ServiceContext,
  ref: SystemRef,
  {
    by,
    version,
    declaration,
    beside = [],
  }: {
    by: string;
    version: number;
    declaration: DeclarationWithoutRoles;
    beside?: readonly NewEntry[];
  },
): Promise<RecordedEntry[]> {
  if (declaration.id !== ref.system)
    throw new CustosError('INVALID', `The id of a system stays: it is ${ref.system}, not ${declaration.id}.`);
  return change(
    context,
    ref,
    { by, version, type: 'system.declared', detail: { declaration }, beside },
    columnsOf(declaration),
  );
}

/** @throws CustosError VERSION_CHANGED, NOT_FOUND, INVALID for somebody who is no member, AUDITOR_INDEPENDENCE */
export async function assignRoles(
  context: ServiceContext,
  ref: SystemRef,
  { by, version, roles }: { by: string; version: number; roles: readonly RoleAssignment[] },
): Promise<void> {
  const detail = { roles: roles.map(({ person, role }) => ({ person, role })) };
  await change(context, ref, { by, version, type: 'system.roles-assigned', detail }, {}, async (control) => {
    const members = new Set((await memberships(control)).map((member) => member.person));
    const stranger = roles.find(({ person }) => !members.has(person));
    if (stranger)
      throw new CustosError(
        'INVALID',
        `${stranger.person} is no member of the organisation. Invite them first.`,
      );
    await replaceSystemRoles(control, ref, roles);
    await refuseDependentAuditors(
      control,
      roles.map(({ person }) => person),
    );
  });
}

async function change(
  context: ServiceContext,
  ref: SystemRef,
  {
    by,
    version,
    type,
    detail,
    beside = [],
  }: { by: string; version: number; type: string; detail: object; beside?: readonly NewEntry[] },
  columns: Parameters<typeof updateSystem>[2],
  also: (control: Control) => Promise<void> = async () => undefined,
): Promise<RecordedEntry[]> {
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = { type, actor: by, detail: z.json().parse(detail) };
  return ledger.recordWith([...beside, { kind: 'act', act }], async (control, recorded) => {
    if (!(await updateSystem(control, { system: ref.system, version }, columns))) {
      const there = await findSystem(control, ref.system);
      throw there
        ? new CustosError('VERSION_CHANGED', 'Somebody changed the system in the meantime. Read it again.')
        : new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
    }
    await also(control);
    await emit(control, { kind: 'system.changed', system: ref.system });
    return recorded.slice(0, beside.length);
  });
}

function columnsOf(declaration: DeclarationWithoutRoles) {
  const { name, phase, purpose } = declaration;
  return { name, phase, purpose, declaration: JSON.stringify(declaration) };
}

/** The declaration as it counts: what was written, with the roles and limits of now. */
export async function declarationInForce(
  control: Control,
  system: string,
  { settings }: Pick<Specification, 'settings'>,
): Promise<SystemDeclaration | undefined> {
  const row = await findSystem(control, system);
  if (row === undefined) return undefined;
  const roles: SystemDeclaration['roles'] = {
    developer: [],
    system_operator: [],
    data_custodian: [],
    organisation: [],
    auditor: [],
  };
  for (const member of await memberships(control)) {
    if (member.role === 'administrator') roles.organisation.push(member.person);
    if (member.role === 'auditor') roles.auditor.push(member.person);
  }
  for (const { person, role } of await systemRoles(control, { system }))
    roles[SystemRole.parse(role)].push(person);
  const stored = Stored.parse(JSON.parse(row.declaration));
  return { ...stored, thresholds: await thresholdsInForce(control, settings, stored.thresholds), roles };
}

/** The `system-declaration` that the ledger lacks; undefined when it has that of now. */
export async function declarationToRecord(
  context: ServiceContext,
  ref: SystemRef,
  evidence: SystemEvidence,
  now: Instant,
): Promise<NewEntry | undefined> {
  const inForce = await context.database.within(ref.organisation, (control) =>
    declarationInForce(control, ref.system, context.specification),
  );
  if (inForce === undefined) throw new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
  const index = new EvidenceIndex(evidence.evidence, now);
  const newest = newestOf(index, 'system-declaration');
  if (newest && canonicalize(newest.predicate.content) === canonicalize(inForce)) return undefined;
  const scanned = newestOf(index, 'scan-result');
  const print = fingerprint(withDeclared({ system: inForce }, { assets: [], edges: [] }).assets, inForce);
  const statement = statementOf({
    type: 'system-declaration',
    content: inForce,
    subject: scanned?.subject.slice() ?? [subject(ref.system, print)],
    producer: PRODUCT,
    observedAt: now,
    source: 'service',
  });
  return {
    kind: 'observation',
    id: observationId(statement),
    envelope: await signStatement(statement, context.signer),
  };
}

/** As the checks read it: nothing that was withdrawn, or that can't be relied on. */
function newestOf(index: EvidenceIndex, type: PredicateName): Statement | undefined {
  return index.all(type).find(({ unreliable }) => unreliable === undefined)?.evidence.statement;
}

/**
 * People whom a declaration names become members without an account, so that they can be given their roles.
 * @throws CustosError AUDITOR_INDEPENDENCE
 */
export async function adoptPeople(
  control: Control,
  ref: SystemRef,
  roles: SystemDeclaration['roles'],
): Promise<void> {
  const assigned: RoleAssignment[] = SystemRole.options.flatMap((role) =>
    roles[role].map((person) => ({ person: person.toLowerCase(), role })),
  );
  const standing = [
    ...roles.organisation.map((person) => ({ person, role: 'administrator' })),
    ...roles.auditor.map((person) => ({ person, role: 'auditor' })),
    ...assigned.map(({ person }) => ({ person, role: 'contributor' })),
  ];
  for (const { person, role } of standing)
    await insertMember(control, {
      organisation: ref.organisation,
      person: person.toLowerCase(),
      name: person,
      role,
    });
  await replaceSystemRoles(control, ref, assigned);
  await refuseDependentAuditors(
    control,
    assigned.map(({ person }) => person),
  );
}
