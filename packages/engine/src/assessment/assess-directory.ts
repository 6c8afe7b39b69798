/**
 * The main job: read a repository, record what it shows, and compute conformity from all evidence there is.
 * Recording and judging are apart: producers leave observations, `assess` of conformity reads them back.
 */
import { readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { assess, UNDECLARED } from '@custos/conformity';
import {
  type Assessment,
  addDays,
  type Clock,
  CustosError,
  type Digest,
  type Evidence,
  type Instant,
  millis,
  parseContent,
  predicateType,
  type Specification,
  type Statement,
} from '@custos/core';
import type { InspectPathsOptions } from '@custos/inspect';
import {
  directoryResolver,
  gitRevision,
  type ScanOptions,
  type ScanResult,
  scan,
  withRevision,
} from '@custos/scan';
import type { EvidenceStore } from '@custos/store';
import {
  canonicalize,
  fingerprint,
  type Keyring,
  observationId,
  type Signer,
  signStatement,
} from '@custos/trust';
import { DECLARATION_FILE, type Declaration, parseCustosYaml } from '../declaration/custos-yaml.ts';
import { type InspectedAssets, inspectAssets, inspectionStatements } from '../inspection/index.ts';
import { signaturesOf } from '../model-signing/assess-signatures.ts';
import { loadEvidence } from '../observations/ledger-evidence.ts';
import { PRODUCT, producerOf, refuseFuture, statementOf, subject } from '../observations/new-observation.ts';
import { ProducerRegister, unrecordedAuthenticity } from '../observations/producers.ts';
import { insideOf, readEvidenceFile } from '../observations/read-evidence.ts';
import { withDeclared } from './inventory.ts';

/** An unchanged scan or declaration is not recorded again before this many days. */
const RENEW_AFTER_DAYS = 7;

export interface AssessDirectoryOptions {
  dir: string;
  specification: Specification;
  specificationDigest: Digest;
  clock: Clock;
  /** Where observations are recorded and read; undefined: nothing is recorded, the tree is assessed by itself. */
  recording?: { store: EvidenceStore; signer: Signer; keyring: Keyring } | undefined;
  /** Evaluate as of this time. Nothing is recorded then. */
  at?: Instant | undefined;
  scan?: ScanOptions | undefined;
  /** How the model files of a declared system are inspected; false: not at all. */
  inspect?: Pick<InspectPathsOptions, 'workerUrl' | 'onProgress'> | false | undefined;
  /** File with digests of signed models, for those whose size, times and inode did not change; undefined: all are read. */
  hashCache?: string | undefined;
}

export interface AssessedDirectory {
  assessment: Assessment;
  evidence: Evidence[];
  checkpointNote: string | undefined;
  stats: ScanResult['stats'];
  /** How many observations this run added to the ledger. */
  recorded: number;
}

/** The declaration of a directory; undefined when it has no `custos.yaml`. */
export async function readDeclaration(dir: string): Promise<Declaration | undefined> {
  const path = join(dir, DECLARATION_FILE);
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new CustosError('DECLARATION_INVALID', `${path} exists but can't be read; check its permissions.`, {
      cause,
    });
  }
  return parseCustosYaml(text, DECLARATION_FILE);
}

/** @throws CustosError INPUT_PATH when `dir` is missing or no directory */
export async function requireDirectory(dir: string): Promise<void> {
  const found = await stat(dir).catch(() => undefined);
  if (!found) throw new CustosError('INPUT_PATH', `${dir} does not exist. Give a directory to assess.`);
  if (!found.isDirectory())
    throw new CustosError('INPUT_PATH', `${dir} is not a directory. Give the repository's folder.`);
}

export async function assessDirectory(options: AssessDirectoryOptions): Promise<AssessedDirectory> {
  await requireDirectory(options.dir);
  const declaration = await readDeclaration(options.dir);
  const resolver = directoryResolver(options.dir);
  let result: ScanResult;
  try {
    result = await scan(resolver, options.scan ?? {});
  } finally {
    await resolver.close();
  }
  const now = options.at ?? options.clock.now();
  const known = await knownEvidence(options, now);
  const inspected = await inspectedOf(options, declaration, result);
  const statements = [
    ...(await observationsOf(options, declaration, withInspected(result, inspected), now)),
    ...inspectionStatements(inspected, known.evidence, now),
  ];
  const fresh = statements.filter(
    (statement) => !alreadyKnown(statement, known.evidence, now) && (!isPast(options) || isOfTree(statement)),
  );
  const latest = millis(now) > millis(options.clock.now()) ? now : options.clock.now();
  for (const statement of fresh)
    refuseFuture(statement, latest, statement.predicate.source ?? DECLARATION_FILE);
  const recorded = options.at === undefined ? await record(fresh, options.recording) : 0;
  const evidence =
    recorded > 0
      ? (await knownEvidence(options, now)).evidence
      : [...known.evidence, ...fresh.map((statement) => inMemory(statement, known.producers))];
  const checkpoint = await options.recording?.store.ledger.checkpoint();
  const assessment = assess({
    specification: options.specification,
    specificationDigest: options.specificationDigest,
    evidence,
    now,
    ...(checkpoint ? { ledger: { size: checkpoint.size, root: checkpoint.root } } : {}),
  });
  return { assessment, evidence, checkpointNote: checkpoint?.note, stats: result.stats, recorded };
}

/** Files of today say nothing about a time gone by. */
async function inspectedOf(
  options: AssessDirectoryOptions,
  declaration: Declaration | undefined,
  result: ScanResult,
): Promise<InspectedAssets> {
  if (options.inspect === false || !declaration || isPast(options))
    return { files: [], findings: [], unknowns: [] };
  return inspectAssets(options.dir, result.assets, options.inspect ?? {});
}

function withInspected(result: ScanResult, inspected: InspectedAssets): ScanResult {
  return {
    ...result,
    findings: [...result.findings, ...inspected.findings],
    unknowns: [...result.unknowns, ...inspected.unknowns],
  };
}

/** A ledger tells what there was at a time gone by; files of today can't add to it. */
function isPast({ at, recording, clock }: AssessDirectoryOptions): boolean {
  return at !== undefined && recording !== undefined && millis(at) < millis(clock.now());
}

/** What Custos reads from the tree itself, without which nothing can be assessed. */
function isOfTree({ predicateType: type }: Statement): boolean {
  return type === predicateType('scan-result') || type === predicateType('system-declaration');
}

async function knownEvidence(
  options: AssessDirectoryOptions,
  now: Instant,
): Promise<{ evidence: Evidence[]; producers: ProducerRegister }> {
  if (!options.recording) return { evidence: [], producers: new ProducerRegister() };
  const loaded = await loadEvidence(
    options.recording.store,
    options.recording.keyring,
    options.at === undefined ? undefined : now,
  );
  const first = loaded.damaged[0];
  if (first)
    throw new CustosError(
      'EVIDENCE_DAMAGED',
      `Ledger entry ${first.index} can't be read: ${first.why} Run \`custos ledger verify\`.`,
    );
  return loaded;
}

/** Everything that this tree says by itself: declaration, scan, statements and evidence files named in custos.yaml. */
async function observationsOf(
  { dir, at, hashCache }: AssessDirectoryOptions,
  declaration: Declaration | undefined,
  result: ScanResult,
  now: Instant,
): Promise<Statement[]> {
  const { assets, edges } = withDeclared(declaration, result);
  const print = fingerprint(assets, declaration?.system ?? UNDECLARED);
  const self = subject(declaration?.system.id ?? 'undeclared', print);
  const machine = { producer: PRODUCT, subject: [self], observedAt: now };
  const statements = [
    statementOf({
      ...machine,
      type: 'scan-result',
      content: {
        fingerprint: print,
        assets: withRevision(assets, gitRevision(dir)),
        edges,
        findings: result.findings,
        unknowns: result.unknowns,
        scope: 'directory',
        filesRead: result.stats.files,
      },
    }),
  ];
  if (!declaration) return statements;
  statements.push(
    statementOf({
      ...machine,
      type: 'system-declaration',
      content: declaration.system,
      source: DECLARATION_FILE,
    }),
  );
  for (const item of declaration.attestations)
    statements.push(
      statementOf({
        type: 'adequacy-attestation',
        content: { duty: item.duty, statement: item.statement },
        subject: [self],
        producer: PRODUCT,
        actor: { id: item.by, role: item.role },
        observedAt: item.at,
        validUntil: item.until,
        source: DECLARATION_FILE,
      }),
    );
  const references = {
    fingerprint: print,
    assets: new Map(assets.map((asset) => [asset.id, asset.digest])),
  };
  // How old a file's times are can only be told from the time that it is.
  const incremental = at === undefined ? hashCache : undefined;
  statements.push(...(await signaturesOf(dir, declaration.signers, assets, now, incremental)));
  for (const path of declaration.evidence)
    for (const document of await readEvidenceFile(await insideOf(dir, path), references))
      statements.push(
        statementOf({
          type: document.type,
          content: document.content,
          subject: document.subject ?? [self],
          producer: producerOf(document, path),
          actor: document.actor,
          observedAt: document.observedAt ?? now,
          validUntil: document.validUntil,
          source: path,
        }),
      );
  return statements;
}

/** What Custos itself measures on each asset, at every run. */
const ABOUT_ONE_ASSET: ReadonlySet<string> = new Set(
  (['signature-verification', 'inspection', 'model-capability'] as const).map(predicateType),
);

/** The same words by the same speaker about the same subject, said recently enough (machines) or ever (people and files). */
function alreadyKnown(statement: Statement, evidence: readonly Evidence[], now: Instant): boolean {
  const id = observationId(statement);
  if (evidence.some((item) => item.id === id)) return true;
  const ofAsset = ABOUT_ONE_ASSET.has(statement.predicateType);
  const renewable =
    ofAsset ||
    statement.predicateType === predicateType('scan-result') ||
    statement.predicateType === predicateType('system-declaration');
  if (!renewable && statement.predicate.observedAt !== now) return false;
  const newest = evidence
    .filter(
      (item) =>
        item.statement.predicateType === statement.predicateType &&
        item.statement.predicate.source === statement.predicate.source &&
        // Other assets have words of their own; the newest is that about the same one, on the same occasion.
        (!ofAsset || matterOf(item.statement) === matterOf(statement)),
    )
    .sort((a, b) => millis(b.statement.predicate.observedAt) - millis(a.statement.predicate.observedAt));
  const last = renewable ? newest.slice(0, 1) : newest;
  const words = wordsOf(statement);
  return last.some(
    (item) =>
      item.authenticity.verified &&
      wordsOf(item.statement) === words &&
      (!renewable || millis(addDays(item.statement.predicate.observedAt, RENEW_AFTER_DAYS)) > millis(now)) &&
      millis(item.statement.predicate.observedAt) <= millis(now),
  );
}

/** What is said of what, by whom, and until when it holds; not when. */
function wordsOf({ subject, predicate }: Statement): string {
  const { producer, actor, validUntil, content } = predicate;
  return canonicalize({ subject, producer, actor: actor ?? null, validUntil: validUntil ?? null, content });
}

/** A signature that was verified at load says nothing of one at audit. */
function matterOf({ subject, predicate, predicateType: type }: Statement): string {
  const verified = type === predicateType('signature-verification');
  return canonicalize([
    subject,
    verified ? parseContent('signature-verification', predicate.content).at : null,
  ]);
}

async function record(
  statements: readonly Statement[],
  recording: AssessDirectoryOptions['recording'],
): Promise<number> {
  if (!recording || statements.length === 0) return 0;
  const { store, signer } = recording;
  const entries = await Promise.all(
    statements.map(async (statement) => ({
      kind: 'observation' as const,
      id: observationId(statement),
      envelope: await signStatement(statement, signer),
    })),
  );
  await store.record(entries);
  return entries.length;
}

/** Evidence that this very process made and did not record. */
function inMemory(statement: Statement, producers: ProducerRegister): Evidence {
  const authenticity = unrecordedAuthenticity(statement.predicate.producer.name, producers);
  return { id: observationId(statement), statement, authenticity };
}
