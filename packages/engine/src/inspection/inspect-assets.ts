/** Inspects the model files that a scan found, and makes observations of it: one for each asset, about its digest. */
import { statSync } from 'node:fs';
import { join } from 'node:path';
import {
  type Asset,
  type Evidence,
  type Finding,
  hexOf,
  type Instant,
  millis,
  predicates,
  predicateType,
  type Statement,
  type Unknown,
} from '@custos/core';
import { type FileInspection, type InspectPathsOptions, inspectPaths } from '@custos/inspect';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { findingsOf, unknownsOf } from './findings.ts';

/** An assessment is no place to wait for hours: what is beyond stays not inspected, and says so. */
const MOST_FILES = 1_000;
const LIMITS = { milliseconds: 30_000, bytes: 4 * 2 ** 30, depth: 8, members: 100_000 };

export interface InspectedAssets {
  readonly files: readonly { readonly asset: Asset; readonly inspection: FileInspection }[];
  readonly findings: readonly Finding[];
  readonly unknowns: readonly Unknown[];
}

/** Tables in text hold no code that loading them could run: there is nothing to inspect. */
const TEXT_DATA: ReadonlySet<unknown> = new Set(['csv', 'tsv', 'jsonl', 'ndjson']);

interface Candidate {
  readonly asset: Asset;
  readonly path: string;
}

/** Files of models and datasets, whether they are there or not. */
function candidates(assets: readonly Asset[]): Candidate[] {
  return assets.flatMap((asset) => {
    const path = asset.locations.find((one) => one.line === undefined)?.path;
    const format = asset.properties?.format;
    const isFile = format !== undefined && !TEXT_DATA.has(format);
    const isModel = asset.kind === 'model' || asset.kind === 'dataset';
    return isModel && isFile && path !== undefined ? [{ asset, path }] : [];
  });
}

/** Why a file can not be inspected in a way that says something about its asset. */
function obstacle(dir: string, { asset, path }: Candidate): Unknown | undefined {
  const unknown = (code: string, message: string) => ({
    scanner: 'inspect',
    code,
    message,
    location: { path },
  });
  if (asset.properties?.lfs === true)
    return unknown(
      'not-fetched',
      'LFS pointer: the model is not here and was not inspected; run git lfs pull.',
    );
  if (asset.digest === undefined)
    return unknown(
      'no-digest',
      'The scan gave no digest of this file, so that an inspection could not be recorded; run `custos inspect` on it.',
    );
  if (!isFile(join(dir, path)))
    return unknown('gone', 'The file went away between scan and inspection; assess again.');
  return undefined;
}

function isFile(path: string): boolean {
  try {
    return statSync(path).isFile();
  } catch {
    return false;
  }
}

/**
 * @param dir what was scanned; paths in results are relative to it
 * @param assets of the scan
 */
export async function inspectAssets(
  dir: string,
  assets: readonly Asset[],
  options: Pick<InspectPathsOptions, 'workerUrl' | 'onProgress'> = {},
): Promise<InspectedAssets> {
  const wanted: Candidate[] = [];
  const obstacles: Unknown[] = [];
  for (const one of candidates(assets)) {
    const found = obstacle(dir, one);
    if (found === undefined) wanted.push(one);
    else obstacles.push(found);
  }
  const chosen = wanted.slice(0, MOST_FILES);
  const byPath = new Map<string, FileInspection>();
  if (chosen.length > 0) {
    const paths = chosen.map(({ path }) => join(dir, path));
    const { files } = await inspectPaths(paths, { ...options, limits: LIMITS });
    for (const file of files) byPath.set(file.path, file);
  }
  const files = chosen.flatMap(({ asset, path }) => {
    const inspection = byPath.get(join(dir, path));
    return inspection === undefined ? [] : [{ asset, inspection: relativeTo(dir, path, inspection) }];
  });
  return {
    files,
    findings: files.flatMap(({ asset, inspection }) => findingsOf(inspection, asset.id)),
    unknowns: [
      ...obstacles,
      ...files.flatMap(({ inspection }) => unknownsOf(inspection)),
      ...wanted.slice(MOST_FILES).map(({ path }) => ({
        scanner: 'inspect',
        code: 'too-many-files',
        message: `Only ${MOST_FILES} model files are inspected in an assessment; run \`custos inspect\` on this one.`,
        location: { path },
      })),
    ],
  };
}

/** Paths of the machine do not belong into evidence. */
function relativeTo(dir: string, path: string, inspection: FileInspection): FileInspection {
  const whole = join(dir, path);
  const short = (text: string) => (text.startsWith(whole) ? path + text.slice(whole.length) : text);
  return {
    ...inspection,
    path,
    findings: inspection.findings.map((one) =>
      one.member === undefined ? one : { ...one, member: short(one.member) },
    ),
    coverage: {
      ...inspection.coverage,
      skipped: inspection.coverage.skipped.map((one) => ({ ...one, member: short(one.member) })),
    },
  };
}

/**
 * `inspection` and, where a file tells it, `model-capability`.
 * @param known earlier evidence: a finding keeps the day on which it was first seen
 */
export function inspectionStatements(
  inspected: InspectedAssets,
  known: readonly Evidence[],
  now: Instant,
): Statement[] {
  const firstSeen = firstSeenIn(known);
  return inspected.files.flatMap(({ asset, inspection }) => {
    if (asset.digest === undefined) return [];
    const about = [subject(asset.id, asset.digest)];
    const statements = [
      statementOf({
        type: 'inspection',
        subject: about,
        producer: PRODUCT,
        observedAt: now,
        content: {
          asset: asset.id,
          verdict: inspection.verdict,
          findings: identified(inspection).map(({ id, severity }) => ({
            id,
            severity,
            openedAt: firstSeen.get(`${hexOf(asset.digest ?? 'sha256:')} ${id}`) ?? now,
          })),
        },
      }),
    ];
    const { capability } = inspection;
    if (asset.kind === 'model' && (capability?.inputs !== undefined || capability?.outputs !== undefined))
      statements.push(
        statementOf({
          type: 'model-capability',
          subject: about,
          producer: PRODUCT,
          observedAt: now,
          content: {
            model: asset.id,
            inputs: capability.inputs ?? [],
            outputs: capability.outputs ?? [],
            tools: capability.toolCalling === true ? ['tool calls of the chat template'] : [],
          },
        }),
      );
    return statements;
  });
}

/** Findings that count, each with an id that stays the same from one inspection to the next. */
function identified(inspection: FileInspection) {
  const seen = new Map<string, 'low' | 'medium' | 'high' | 'critical'>();
  for (const one of inspection.findings) {
    if (one.weight === 'info') continue;
    const id = `${one.rule}:${one.names?.[0] ?? one.member ?? ''}`.replace(/:$/, '');
    if (!seen.has(id)) seen.set(id, one.severity);
  }
  return [...seen].map(([id, severity]) => ({ id, severity }));
}

/** When findings of earlier inspections were first seen, by digest and id. */
function firstSeenIn(known: readonly Evidence[]): Map<string, Instant> {
  const first = new Map<string, Instant>();
  for (const { statement, authenticity } of known) {
    if (statement.predicateType !== predicateType('inspection') || !authenticity.verified) continue;
    const content = predicates.inspection.safeParse(statement.predicate.content);
    if (!content.success) continue;
    for (const about of statement.subject)
      for (const { id, openedAt } of content.data.findings) {
        const key = `${about.digest.sha256} ${id}`;
        const before = first.get(key);
        if (before === undefined || millis(openedAt) < millis(before)) first.set(key, openedAt);
      }
  }
  return first;
}
