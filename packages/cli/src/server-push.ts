/** Evidence from a repository's ledger, or from a file, into a running service. */
import { mkdir, readFile, writeFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { type CallOf, ProblemError, recordObservations } from '@custos/contract';
import { CustosError, EXIT } from '@custos/core';
import { type EvidenceDocument, readDeclaration } from '@custos/engine';
import type { EvidenceStore } from '@custos/store';
import { digestBytes, sha256, verifyConsistency } from '@custos/trust';
import { z } from 'zod';
import type { Environment } from './environment.ts';
import { say } from './output.ts';
import { asked, openServer, type ServerAccess, type ServerFlags } from './server-access.ts';

export interface PushFlags extends ServerFlags {
  system?: string;
  /** Also what this account pushed before. */
  all?: boolean;
}

type Item = CallOf<typeof recordObservations>['body']['observations'][number];

export interface PushReport {
  recorded: number;
  existing: number;
  declaration: 'replaced' | 'same' | undefined;
  refused: { what: string; code: string; detail: string }[];
}

/** The API takes 500 pieces and 16 MiB at once. */
const MOST = 500;
const MOST_BYTES = 8 << 20;

const Mark = z.strictObject({ size: z.int(), root: z.string() });

/**
 * Sends the observations of a repository's ledger. What was sent before is skipped, as far as the ledger continues what it
 * was then; an interrupted push goes on where it stopped.
 * @throws CustosError what the service refuses as a whole
 */
export async function pushLedger(
  store: EvidenceStore,
  dir: string,
  flags: PushFlags,
  environment: Environment,
): Promise<PushReport & { system: string; server: string }> {
  const access = await openServer(flags, environment);
  const system = await systemOf(dir, flags);
  const marks = markPlace(environment, access, system, store.origin);
  const { size, root } = await store.ledger.checkpoint();
  const report: PushReport = { recorded: 0, existing: 0, declaration: undefined, refused: [] };
  const since = flags.all ? 0 : await resumeAt(store, marks, size, root);
  let batch: { name: string; item: Item }[] = [];
  let bytes = 0;
  const flush = async (): Promise<void> => {
    await send(access, system, batch, report);
    batch = [];
    bytes = 0;
  };
  for await (const entry of store.query({ since, kind: 'observation' })) {
    if (entry.kind !== 'observation' || entry.index >= size) continue;
    if (batch.length === MOST || bytes + entry.envelope.payload.length > MOST_BYTES) await flush();
    bytes += entry.envelope.payload.length;
    batch.push({ name: `entry ${entry.index}`, item: { envelope: entry.envelope } });
  }
  await flush();
  if (root !== null) {
    await mkdir(join(environment.dataDir, 'pushed'), { recursive: true, mode: 0o700 });
    await writeFile(marks, `${JSON.stringify({ size, root })}\n`, { mode: 0o600 });
  }
  return { ...report, system, server: access.server };
}

/** Sends what a file says. @throws CustosError */
export async function sendDocuments(
  documents: readonly EvidenceDocument[] | { envelope: unknown },
  { file, dir, producer }: { file: string; dir: string; producer: EvidenceDocument['producer'] },
  flags: PushFlags,
  environment: Environment,
): Promise<PushReport> {
  const access = await openServer(flags, environment);
  const system = await systemOf(dir, flags);
  const report: PushReport = { recorded: 0, existing: 0, declaration: undefined, refused: [] };
  const items = Array.isArray(documents)
    ? documents.map((document, at) => ({
        name: `document ${at + 1}`,
        item: fromDocument(document, file, access.person, producer),
      }))
    : [
        {
          name: file,
          item: { envelope: Envelope.parse('envelope' in documents ? documents.envelope : undefined) },
        },
      ];
  for (let at = 0; at < items.length; at += MOST)
    await send(access, system, items.slice(at, at + MOST), report);
  return report;
}

const Envelope = z.looseObject({
  payloadType: z.string(),
  payload: z.string(),
  signatures: z.array(z.looseObject({ sig: z.string() })),
});

function fromDocument(
  { actor, producer: own, ...document }: EvidenceDocument,
  source: string,
  person: string,
  producer: EvidenceDocument['producer'],
): Item {
  if (actor && actor.id.toLowerCase() !== person)
    throw new CustosError(
      'ACTOR',
      `${source}: ${actor.id} says this, and you are ${person}. Only they can hand it in.`,
    );
  const tool = own ?? producer;
  return { ...document, source, ...(tool ? { producer: tool } : {}), ...(actor ? { role: actor.role } : {}) };
}

/** Tells what became of it. What was refused is a finding: exit code 1. */
export function sayPushed({ recorded, existing, declaration, refused }: PushReport, where: string): void {
  for (const { what, code, detail } of refused) say(`${what} was refused (${code}): ${detail}`);
  say(
    `${recorded} observations recorded for ${where}; ${existing} were there already${declaration === 'replaced' ? '; the declaration was replaced' : ''}${refused.length > 0 ? `; ${refused.length} were refused` : ''}.`,
  );
  if (refused.length > 0) process.exitCode = EXIT.fails;
}

/** The system that is meant: as said, else as custos.yaml declares it. @throws CustosError USAGE */
export async function systemOf(dir: string, flags: PushFlags): Promise<string> {
  const system = flags.system ?? (await readDeclaration(resolve(dir)))?.system.id;
  if (system !== undefined) return system;
  throw new CustosError('USAGE', `Name the system with --system: ${dir} has no custos.yaml that does.`);
}

function markPlace(environment: Environment, access: ServerAccess, system: string, origin: string): string {
  const { server, organisation, person } = access;
  const name = sha256(JSON.stringify([server, organisation, system, person, origin])).slice('sha256:'.length);
  return join(environment.dataDir, 'pushed', `${name}.json`);
}

/** Where to go on: after what was pushed, if the ledger is still a continuation of it. */
async function resumeAt(
  store: EvidenceStore,
  path: string,
  size: number,
  root: string | null,
): Promise<number> {
  const mark = Mark.safeParse(
    await readFile(path, 'utf8').then(
      (text): unknown => JSON.parse(text),
      () => undefined,
    ),
  ).data;
  if (!mark || root === null || mark.size > size) return 0;
  try {
    const proof = await store.ledger.consistency(mark.size, size);
    verifyConsistency(mark.size, size, proof, digestBytes(digestIn(mark.root)), digestBytes(digestIn(root)));
    return mark.size;
  } catch {
    return 0;
  }
}

function digestIn(text: string): `sha256:${string}` {
  return `sha256:${text.slice('sha256:'.length)}`;
}

/** A batch of which nothing can be taken is halved, so that each piece gets its own reason. */
async function send(
  access: ServerAccess,
  system: string,
  batch: readonly { name: string; item: Item }[],
  report: PushReport,
): Promise<void> {
  const [first] = batch;
  if (!first) return;
  const { client, server, organisation } = access;
  try {
    const { recorded, refused, declaration } = await client.call(recordObservations, {
      params: { organisation, system },
      body: { observations: batch.map(({ item }) => item) },
    });
    for (const { existing } of recorded) {
      if (existing) report.existing++;
      else report.recorded++;
    }
    for (const { index, code, detail } of refused)
      report.refused.push({ what: batch[index]?.name ?? '', code, detail });
    report.declaration = declaration ?? report.declaration;
  } catch (error) {
    const problem = error instanceof ProblemError ? error.problem : undefined;
    if (problem === undefined || !PIECEWISE.has(problem.status) || WHOLE.has(problem.code)) {
      await asked(server, Promise.reject(error));
    } else if (batch.length === 1) {
      report.refused.push({ what: first.name, code: problem.code, detail: problem.detail });
    } else {
      const half = Math.ceil(batch.length / 2);
      await send(access, system, batch.slice(0, half), report);
      await send(access, system, batch.slice(half), report);
    }
  }
}

/** Statuses that may be about one piece only. */
const PIECEWISE: ReadonlySet<number> = new Set([403, 409, 413, 422]);
/** Codes that are about the caller. */
const WHOLE: ReadonlySet<string> = new Set(['NOT_ALLOWED', 'CROSS_ORIGIN', 'IDEMPOTENCY_UNKNOWN']);
