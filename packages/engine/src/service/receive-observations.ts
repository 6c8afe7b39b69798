/**
 * Evidence that comes from outside: said by a person, measured by a tool, or recorded in a repository before. Each piece is
 * taken as what it is, or refused with the reason. Nobody speaks for somebody else or in a role that they do not hold;
 * Custos' own words come only from those who develop or run the system; a declaration brings no roles.
 */
import {
  type Actor,
  CustosError,
  DAY,
  type Digest,
  Envelope,
  type Evidence,
  hexOf,
  type Instant,
  imitatesOwnProducer,
  isOwnProducer,
  isPredicateName,
  MANUAL_PRODUCER,
  MEASURED,
  millis,
  ONLY_BY_CUSTOS,
  type Producer,
  parseContent,
  predicateName,
  type Role,
  type Statement,
  type Subject,
  SystemDeclaration,
} from '@custos/core';
import { findSystem, type NewEntry, type RecordedEntry, type ServiceLedger } from '@custos/store';
import { canonicalize, readEnvelope, sha256, signStatement, wrapThirdParty } from '@custos/trust';
import { loadEvidence } from '../observations/ledger-evidence.ts';
import {
  PRODUCT,
  producerOf,
  refuseFuture,
  refuseOnRequest,
  statementOf,
  subject,
} from '../observations/new-observation.ts';
import { openObservation, type ProducerRegister } from '../observations/producers.ts';
import type { SystemAssessor } from './assess-system.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { type DeclarationWithoutRoles, declarationInForce, declareSystem } from './declare-system.ts';
import { concernsAllStaff, concernsOrganisation, isDecision } from './evidence-kinds.ts';
import { thresholdOf } from './people-record.ts';
import { settingOf } from './requests-facts.ts';
import { type TrainingStanding, trainingStanding } from './training-standing.ts';

/** What somebody says, or has in an envelope. */
export type Received =
  | {
      readonly type: string;
      readonly content: unknown;
      readonly subject?: Subject[] | undefined;
      readonly producer?: Producer | undefined;
      readonly role?: Role | undefined;
      readonly observedAt?: Instant | undefined;
      readonly validUntil?: Instant | undefined;
      readonly source?: string | undefined;
      readonly old?: true | undefined;
    }
  | { readonly envelope: unknown; readonly old?: true | undefined };

export interface Sender {
  readonly person: string;
  /** Roles that they hold where the evidence goes. */
  readonly roles: readonly Role[];
  /** They may decide where it goes, and are here themselves. */
  readonly decides: boolean;
  /** Id of the API key by which it comes; undefined for a session. */
  readonly key: string | undefined;
}

export interface Taken {
  readonly recorded: { item: number; index: number; id: Digest; existing: boolean }[];
  readonly refused: { index: number; code: string; detail: string }[];
  readonly declaration?: 'replaced' | 'same';
}

/** Beyond this, evidence has to say that it is old: 5 years. */
const OLD = 5 * 365 * DAY;
/** Who may pass on what Custos read itself. */
const KEEPERS: readonly Role[] = ['developer', 'system_operator'];

interface Target {
  readonly ledger: ServiceLedger;
  /** What it is about where it does not say. */
  readonly self: Subject[];
  readonly producers: ProducerRegister;
  readonly now: Instant;
  /** Undefined: the organisation. */
  readonly ref: SystemRef | undefined;
  readonly training: (role: Role) => Promise<TrainingStanding>;
}

type Ready =
  | {
      readonly item: number;
      readonly entry: Extract<NewEntry, { kind: 'observation' }>;
      readonly source: string | undefined;
    }
  | { readonly item: number; readonly declaration: SystemDeclaration; readonly observedAt: Instant };

/**
 * @param check sees each statement before it is taken, and throws for what can't be kept
 * @throws CustosError of the first refusal when nothing of it can be taken, or with `allOrNone` one can't; VERSION_CHANGED
 */
export async function receiveObservations(
  { context, assessor }: { context: ServiceContext; assessor: SystemAssessor },
  { organisation, system }: { organisation: string; system?: string },
  sender: Sender,
  items: readonly Received[],
  { allOrNone, check }: { allOrNone: boolean; check: (value: unknown, pointer: string) => void },
): Promise<Taken> {
  const target = await targetOf(context, assessor, { organisation, system }, sender);
  const ready: Ready[] = [];
  const refused: Taken['refused'] = [];
  let first: CustosError | undefined;
  for (const [item, received] of items.entries()) {
    try {
      ready.push(await take(context, target, sender, received, item, check));
    } catch (error) {
      if (!(error instanceof CustosError)) throw error;
      first ??= error;
      refused.push({ index: item, code: error.code, detail: error.message });
    }
  }
  const entries = ready.flatMap((one) => ('entry' in one ? [one] : []));
  const witnessed = [...entries.map(({ entry }) => entry), witness(sender, entries)];
  let declared: Declared | undefined;
  const newest = newestOf(ready);
  if (newest && target.ref && (!allOrNone || !first))
    try {
      declared = await declare(context, assessor, target.ref, { sender, newest, beside: witnessed });
    } catch (error) {
      if (!(error instanceof CustosError) || error.code === 'VERSION_CHANGED') throw error;
      first ??= error;
      refused.push({ index: newest.item, code: error.code, detail: error.message });
    }
  if (first && (allOrNone || (entries.length === 0 && declared === undefined))) throw first;
  const recorded = declared?.recorded ?? (entries.length > 0 ? await target.ledger.record(witnessed) : []);
  return {
    recorded: entries.map(({ item, entry }, at) => {
      const { index, existing } = recorded[at] ?? never();
      return { item, index, id: entry.id, existing };
    }),
    refused,
    ...(declared ? { declaration: declared.declaration } : {}),
  };
}

/** Who handed it in, and by which key: what tools measured does not say it. */
function witness(
  { person, key }: Sender,
  entries: readonly Extract<Ready, { entry: unknown }>[],
): Extract<NewEntry, { kind: 'act' }> {
  const sources = [...new Set(entries.flatMap(({ source }) => source ?? []))];
  const detail = {
    via: key === undefined ? 'session' : 'key',
    ...(key === undefined ? {} : { key }),
    observations: entries.map(({ entry }) => entry.id),
    sources,
  };
  return { kind: 'act', act: { type: 'observations.recorded', actor: person, detail } };
}

function never(): never {
  throw new CustosError('INTERNAL', 'The ledger answered for less than was asked.');
}

async function targetOf(
  context: ServiceContext,
  assessor: SystemAssessor,
  { organisation, system }: { organisation: string; system?: string | undefined },
  { person }: Sender,
): Promise<Target> {
  const ledger = await context.database.ledger(organisation, system);
  const producers = await assessor.producers(ledger);
  const now = context.clock.now();
  const training = (role: Role, evidence: Iterable<Evidence>, validDays: number) =>
    trainingStanding(evidence, person, role, { now, validDays });
  if (system === undefined)
    return {
      ledger,
      self: [subject(organisation, sha256(organisation))],
      producers,
      now,
      ref: undefined,
      training: async (role) => {
        const { evidence } = await loadEvidence(ledger, context.keyring);
        const days = await context.database.within(organisation, (control) =>
          thresholdOf(context, control, COMPLETION_DAYS),
        );
        return training(role, evidence, days);
      },
    };
  const ref = { organisation, system };
  const { assessment } = await assessor.current(ref);
  const self = [subject(system, assessment.fingerprint ?? sha256(system))];
  return {
    ledger,
    self,
    producers,
    now,
    ref,
    training: async (role) => {
      const { shared } = await assessor.evidence(ref);
      const declared = await context.database.within(organisation, (control) =>
        declarationInForce(control, system, context.specification),
      );
      if (declared === undefined) throw new CustosError('NOT_FOUND', `There is no system "${system}".`);
      const { specification } = context;
      return training(role, shared, settingOf({ system: declared, specification }, COMPLETION_DAYS));
    },
  };
}

/** How long a completed training counts. */
const COMPLETION_DAYS = 'training.completion_valid_days';

async function take(
  context: ServiceContext,
  target: Target,
  sender: Sender,
  received: Received,
  item: number,
  check: (value: unknown, pointer: string) => void,
): Promise<Ready> {
  const path = `/body/observations/${item}`;
  const { statement, signatures } =
    'envelope' in received
      ? opened(received.envelope, target, sender, path)
      : said(received, target, sender, path);
  check(statement, path);
  refuseElsewhere(statement, target, path);
  refuseFuture(statement, target.now, path);
  await refuseUndecided(statement, target, sender, path);
  const { observedAt, producer, content } = statement.predicate;
  if (millis(observedAt) < millis(target.now) - OLD && received.old !== true)
    throw new CustosError(
      'EVIDENCE_OLD',
      `${path}: observedAt ${observedAt} is more than five years ago. Correct it, or say \`old: true\`.`,
    );
  const name = predicateName(statement.predicateType);
  if (name === 'system-declaration')
    return { item, declaration: SystemDeclaration.parse(content), observedAt };
  if (name && MEASURED.has(name) && producer.name === MANUAL_PRODUCER)
    throw new CustosError(
      'EVIDENCE_UNMEASURED',
      `${path}: ${name} must name the tool that measured it, as \`producer\`.`,
    );
  const own = await signStatement(statement, context.signer);
  const kept = signatures.filter(({ keyid }) => keyid !== context.signer.keyId);
  const envelope: Envelope = { ...own, signatures: [...own.signatures, ...kept] };
  const { id, authenticity } = openObservation(
    envelope,
    context.keyring,
    target.producers,
    Number.POSITIVE_INFINITY,
  );
  if (!authenticity.verified) throw new CustosError('PRODUCER_KEY', `${path}: ${authenticity.why}.`);
  return { item, entry: { kind: 'observation', id, envelope }, source: statement.predicate.source };
}

/** What is said for all systems is said in the organisation's ledger, and nothing else is. */
function refuseElsewhere(statement: Statement, { ref }: Target, path: string): void {
  const name = predicateName(statement.predicateType);
  if (ref !== undefined && concernsAllStaff(statement))
    throw new CustosError(
      'ORGANISATION_EVIDENCE',
      `${path}: ${name} concerns all who work in the organisation, so it counts from the ledger of the organisation only. Have an administrator record it there.`,
    );
  if (ref === undefined && (!concernsOrganisation(statement) || (name && MEASURED.has(name))))
    throw new CustosError(
      'SYSTEM_EVIDENCE',
      `${path}: ${name} is about one system, and the ledger of the organisation counts for all. Record it on the system.`,
    );
}

/** Who decides does it themselves, in a role for which they are trained. */
async function refuseUndecided(
  statement: Statement,
  { training }: Target,
  { decides, key }: Sender,
  path: string,
): Promise<void> {
  if (!isDecision(statement)) return;
  const name = predicateName(statement.predicateType);
  if (key !== undefined)
    throw new CustosError(
      'KEY_REFUSED',
      `${path}: ${name} is what a person decides, and an API key decides nothing. Sign in to the console and decide there.`,
    );
  if (!decides)
    throw new CustosError('NOT_ALLOWED', `${path}: ${name} takes the right to decide (decision.make).`);
  const { actor } = statement.predicate;
  if (actor === undefined)
    throw new CustosError('ROLE', `${path}: ${name} is decided in a role. Say in which, as \`role\`.`);
  const { state, message } = await training(actor.role);
  if (state !== 'current' && state !== 'no_programme')
    throw new CustosError('TRAINING_EXPIRED', `${path}: ${message}`);
}

/** What Custos writes itself, where it says how something came in. */
function refuseSource(source: string | undefined, path: string): void {
  if (source === undefined || !/^\s*(push:|request\s)/i.test(source)) return;
  throw new CustosError(
    'EVIDENCE_SOURCE',
    `${path}: "push:" and "request " at the beginning of a source are written by Custos alone. Name the source in other words.`,
  );
}

interface Made {
  readonly statement: Statement;
  /** Of those who signed it before, over the very same bytes. */
  readonly signatures: Envelope['signatures'];
}

function said(
  received: Extract<Received, { type: string }>,
  { self, now }: Target,
  sender: Sender,
  path: string,
): Made {
  const { role, source } = received;
  refuseSource(source, path);
  if (role !== undefined) requireRole(sender, role, path);
  const actor: Actor | undefined = role && { id: sender.person, role };
  const statement = statementOf({
    type: received.type,
    content: received.content,
    subject: received.subject ?? self,
    producer: producerOf(received, path),
    actor,
    observedAt: received.observedAt ?? now,
    validUntil: received.validUntil,
    source,
  });
  return { statement, signatures: [] };
}

function requireRole({ roles }: Sender, role: Role, path: string): void {
  if (roles.includes(role)) return;
  throw new CustosError('ROLE', `${path}: You do not hold the role ${role} here.`);
}

/** A statement from its envelope. What Custos said itself gets the sender as its source; others' words stay as they were signed. */
function opened(envelope: unknown, target: Target, sender: Sender, path: string): Made {
  const read = readOwnForm(envelope);
  if (read === undefined) return attested(envelope, target, sender);
  const { statement, id, signatures } = read;
  const { producer, actor, content, source } = statement.predicate;
  const type = predicateName(statement.predicateType);
  if (type === undefined || !isPredicateName(type))
    throw new CustosError(
      'OBSERVATION_TYPE',
      `${path}: ${statement.predicateType} is no type that Custos knows.`,
    );
  parseContent(type, content);
  if (type === 'approval') refuseOnRequest(content, path);
  if (imitatesOwnProducer(producer.name))
    throw new CustosError('EVIDENCE_PRODUCER', `${path}: "${producer.name}" is no name of Custos.`);
  if (actor !== undefined) {
    if (actor.id.toLowerCase() !== sender.person)
      throw new CustosError(
        'ACTOR',
        `${path}: ${actor.id} says this. Only they can hand it in, in the role ${actor.role}.`,
      );
    requireRole(sender, actor.role, path);
  }
  if (!ONLY_BY_CUSTOS.has(type) && (!isOwnProducer(producer.name) || producer.name === MANUAL_PRODUCER)) {
    refuseSource(source, path);
    return { statement, signatures };
  }
  if (!isOwnProducer(producer.name) || producer.name === MANUAL_PRODUCER)
    throw new CustosError(
      'EVIDENCE_PRODUCER',
      `${path}: "${type}" is what Custos reads itself, and nothing else says it.`,
    );
  if (target.ref === undefined || !KEEPERS.some((role) => sender.roles.includes(role)))
    throw new CustosError(
      'ROLE',
      `${path}: what Custos read itself is taken from a developer or system operator of the system only.`,
    );
  return {
    statement: {
      ...statement,
      predicate: { ...statement.predicate, source: `push:${sender.person} ${id}` },
    },
    signatures: [],
  };
}

/** Undefined for what is not in Custos' own form. */
function readOwnForm(
  envelope: unknown,
): { statement: Statement; id: Digest; signatures: Envelope['signatures'] } | undefined {
  try {
    const { statement, id } = readEnvelope(envelope);
    return { statement, id, signatures: Envelope.parse(envelope).signatures };
  } catch (error) {
    if (
      error instanceof CustosError &&
      /^(STATEMENT_INVALID|ENVELOPE_NOT_CANONICAL|ENVELOPE_INVALID)$/.test(error.code)
    )
      return undefined;
    throw error;
  }
}

/** An attestation by somebody else, kept byte for byte. */
function attested(envelope: unknown, { now }: Target, sender: Sender): Made {
  const { content, subjects } = wrapThirdParty(envelope);
  const statement = statementOf({
    type: 'third-party-attestation',
    content,
    subject:
      subjects.length > 0
        ? subjects
        : [{ name: 'attestation', digest: { sha256: hexOf(sha256(canonicalize(content.envelope))) } }],
    producer: PRODUCT,
    observedAt: now,
    source: `push:${sender.person}`,
  });
  return { statement, signatures: [] };
}

function newestOf(ready: readonly Ready[]): Extract<Ready, { declaration: unknown }> | undefined {
  let newest: Extract<Ready, { declaration: unknown }> | undefined;
  for (const one of ready)
    if ('declaration' in one && (!newest || millis(newest.observedAt) <= millis(one.observedAt)))
      newest = one;
  return newest;
}

interface Declared {
  readonly declaration: 'replaced' | 'same';
  /** What was recorded with it; undefined when nothing was. */
  readonly recorded: readonly RecordedEntry[] | undefined;
}

/** Puts a declaration in force, roles left out, unless a newer one is. What comes with it is recorded in the same step. */
async function declare(
  context: ServiceContext,
  assessor: SystemAssessor,
  ref: SystemRef,
  {
    sender,
    newest,
    beside,
  }: { sender: Sender; newest: Extract<Ready, { declaration: unknown }>; beside: readonly NewEntry[] },
): Promise<Declared> {
  const {
    declaration: { roles: _, ...declaration },
    observedAt,
    item,
  } = newest;
  const row = await context.database.within(ref.organisation, (control) => findSystem(control, ref.system));
  if (!row) throw new CustosError('NOT_FOUND', `There is no system "${ref.system}".`);
  const inForce: DeclarationWithoutRoles = SystemDeclaration.omit({ roles: true }).parse(
    JSON.parse(row.declaration),
  );
  if (canonicalize(inForce) === canonicalize(declaration))
    return { declaration: 'same', recorded: undefined };
  const { evidence } = await assessor.evidence(ref);
  const since = evidence
    .filter(({ statement }) => predicateName(statement.predicateType) === 'system-declaration')
    .map(({ statement }) => millis(statement.predicate.observedAt));
  if (Math.max(...since) >= millis(observedAt))
    throw new CustosError(
      'DECLARATION_OLDER',
      `/body/observations/${item}: the declaration in force is newer than this of ${observedAt}. Change it in the service, or assess the repository again.`,
    );
  const { version } = row;
  const recorded = await declareSystem(context, ref, { by: sender.person, version, declaration, beside });
  return { declaration: 'replaced', recorded };
}
