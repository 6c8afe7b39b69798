/** What auditors do: draw samples that anybody can draw again, mark them, raise findings; others answer, auditors close. */
import { randomUUID } from 'node:crypto';
import { type Actor, CustosError, type Digest, MANUAL_PRODUCER } from '@custos/core';
import {
  addFindingWord,
  type FindingRow,
  type FindingWord,
  findFinding,
  findingWords,
  insertFinding,
  type NewEntry,
  putSampleMark,
  type ServiceLedger,
  type StoredEntry,
} from '@custos/store';
import { observationId, sha256, signStatement } from '@custos/trust';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import type { ServiceContext, SystemRef } from './context.ts';

export type ObservationOf = Extract<StoredEntry, { kind: 'observation' }>;

export const SAMPLE_METHOD =
  'Of the observations among the first entries of the ledger, those whose SHA-256 of the seed, a line feed and the observation’s id (UTF-8) is smallest, in that order.';

export interface Sample {
  readonly size: number;
  readonly population: number;
  readonly entries: readonly ObservationOf[];
}

/**
 * The same seed and size give the same sample, whoever draws it.
 * @param size entries of the ledger to draw from; default all of now
 * @throws CustosError INVALID when the ledger is shorter
 */
export async function sampleOf(
  ledger: ServiceLedger,
  { seed, count, size }: { seed: string; count: number; size?: number | undefined },
): Promise<Sample> {
  const now = (await ledger.ledger.checkpoint()).size;
  const end = size ?? now;
  if (end > now)
    throw new CustosError('INVALID', `The ledger has ${now} entries, not ${end}. Draw from at most ${now}.`);
  const drawn: { rank: string; id: Digest; index: number }[] = [];
  let population = 0;
  for await (const { index, kind, ...entry } of ledger.query({ kind: 'observation' })) {
    if (index >= end) break;
    if (kind !== 'observation' || !('id' in entry)) continue;
    population += 1;
    drawn.push({ rank: sha256(`${seed}\n${entry.id}`), id: entry.id, index });
    if (drawn.length >= count * 8) keepSmallest(drawn, count);
  }
  keepSmallest(drawn, count);
  const found = new Map<Digest, ObservationOf>();
  for await (const entry of ledger.query({ ids: drawn.map(({ id }) => id) }))
    if (entry.kind === 'observation') found.set(entry.id, entry);
  return {
    size: end,
    population,
    entries: drawn.flatMap(({ id }) => found.get(id) ?? []),
  };
}

function keepSmallest(drawn: { rank: string }[], count: number): void {
  drawn.sort((a, b) => (a.rank < b.rank ? -1 : 1));
  drawn.length = Math.min(drawn.length, count);
}

/** @throws CustosError NOT_FOUND for an observation that neither the system's nor the organisation's ledger holds */
export async function markSample(
  context: ServiceContext,
  ref: SystemRef,
  {
    by,
    observation,
    mark,
    note,
  }: { by: string; observation: Digest; mark: 'sound' | 'doubtful'; note: string },
): Promise<void> {
  await requireObservation(context, ref, observation);
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = { type: 'sample.marked', actor: by, detail: { observation, mark, note } };
  const at = context.clock.now();
  await ledger.recordWith([{ kind: 'act', act }], (control) =>
    putSampleMark(control, { ...ref, auditor: by, observation, mark, note, at }),
  );
}

async function requireObservation(
  { database }: ServiceContext,
  { organisation, system }: SystemRef,
  id: Digest,
): Promise<void> {
  for (const ledger of [await database.ledger(organisation, system), await database.ledger(organisation)])
    for await (const entry of ledger.query({ ids: [id] })) if (entry.kind === 'observation') return;
  throw new CustosError('NOT_FOUND', `No ledger of ${system} holds an observation ${id}.`);
}

export interface FindingRef extends SystemRef {
  readonly finding: string;
}

/** @returns its id @throws CustosError INVALID for a duty that is none, NOT_FOUND for an observation that is none */
export async function raiseFinding(
  context: ServiceContext,
  ref: SystemRef,
  {
    by,
    ...input
  }: {
    by: string;
    title: string;
    text: string;
    severity: FindingRow['severity'];
    duty?: string | undefined;
    observation?: Digest | undefined;
  },
): Promise<string> {
  const duties = context.specification.provisions.flatMap((provision) => provision.duties);
  if (input.duty !== undefined && !duties.some(({ id }) => id === input.duty))
    throw new CustosError(
      'INVALID',
      `There is no duty "${input.duty}". Write it as on the board, such as 5.1.3-1.3/a.`,
    );
  if (input.observation !== undefined) await requireObservation(context, ref, input.observation);
  const finding = randomUUID();
  const { title, text, severity, duty = null, observation = null } = input;
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  const act = {
    type: 'finding.raised',
    actor: by,
    detail: { finding, title, text, severity, duty, observation },
  };
  await ledger.recordWith([{ kind: 'act', act }], (control) =>
    insertFinding(control, {
      ...ref,
      finding,
      title,
      text,
      severity,
      duty,
      observation,
      raised_by: by,
      raised_at: context.clock.now(),
    }),
  );
  return finding;
}

/** @throws CustosError NOT_FOUND */
export function readFinding(
  { database }: ServiceContext,
  { organisation, system, finding }: FindingRef,
): Promise<{ row: FindingRow; words: FindingWord[] }> {
  return database.within(organisation, async (control) => {
    const row = await findFinding(control, { system, finding });
    if (!row) throw new CustosError('NOT_FOUND', `${system} has no finding ${finding}.`);
    return { row, words: await findingWords(control, { system, finding }) };
  });
}

type Status = FindingRow['status'];

/** Which states a word may follow, and what it leads to. */
const STEPS: Record<FindingWord['kind'], { from: readonly Status[]; to: Status }> = {
  answered: { from: ['open', 'answered'], to: 'answered' },
  closed: { from: ['open', 'answered'], to: 'closed' },
  reopened: { from: ['answered', 'closed'], to: 'open' },
  withdrawn: { from: ['open', 'answered'], to: 'withdrawn' },
};

/**
 * A word on a finding: an observation `review-decision` in the speaker's role, with the finding's new state, both or neither.
 * @throws CustosError NOT_FOUND, CONFLICT when its state does not allow it, VERSION_CHANGED
 */
export async function speakOnFinding(
  context: ServiceContext,
  ref: FindingRef,
  { actor, version, kind, text }: { actor: Actor; version: number; kind: FindingWord['kind']; text: string },
): Promise<void> {
  const { row } = await readFinding(context, ref);
  const step = STEPS[kind];
  if (!step.from.includes(row.status))
    throw new CustosError('CONFLICT', `The finding is ${row.status}; it can't be ${kind} now.`);
  const now = context.clock.now();
  const statement = statementOf({
    type: 'review-decision',
    content: { about: ref.finding, kind: 'finding', decision: `${kind}: ${text}`, decidedAt: now },
    subject: [subject(ref.system, sha256(ref.finding))],
    producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
    actor,
    observedAt: now,
  });
  const entry: NewEntry = {
    kind: 'observation',
    id: observationId(statement),
    envelope: await signStatement(statement, context.signer),
  };
  const { finding, ...system } = ref;
  const ledger = await context.database.ledger(ref.organisation, ref.system);
  await ledger.recordWith([entry], async (control) => {
    const word = { person: actor.id, role: actor.role, kind, text, at: now };
    if (await addFindingWord(control, { ...system, finding }, { version, status: step.to, word })) return;
    throw new CustosError('VERSION_CHANGED', 'Somebody spoke on the finding in the meantime. Read it again.');
  });
}
