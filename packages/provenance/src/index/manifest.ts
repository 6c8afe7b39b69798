/**
 * The manifest of an index: which segments it is made of, and what their source numbers mean. It is the only file that is
 * ever replaced, and it is replaced whole; whatever it does not name is no part of the index.
 */
import { closeSync, fsyncSync, openSync, readdirSync, readFileSync, renameSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError, DigestSchema, Time } from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import { z } from 'zod';
import { damaged } from './damage.ts';
import { writeAll } from './run-file.ts';

export const MANIFEST = 'manifest.json';
export const MANIFEST_DRAFT = `${MANIFEST}.part`;
/** What a build works in. A file in it that is named like a segment says that this build made that segment, or drops it. */
export const BUILD_DIR = 'build.part';
export const SEGMENT = /^[0-9a-f]{64}\.seg$/;
const FORMAT = 'custos-provenance-index/1';

/** A use of a dataset in a model version. */
export const Use = z.strictObject({
  model: z.string().min(1),
  digest: DigestSchema,
  purpose: z.string().min(20),
});
export type Use = z.infer<typeof Use>;

/** Where a batch of records came from: one import of one file or list. Its place in the manifest is its number. */
export const SourceInfo = z.strictObject({
  /** Asset id of the dataset, e.g. `dataset:web-2026`. */
  dataset: z.string().min(1),
  /** Digest of the dataset version that holds these records, when it is known. */
  datasetDigest: DigestSchema.optional(),
  visibility: z.enum(['public', 'non_public']),
  /** How it was obtained, in words. */
  acquisition: z.string().min(20),
  licence: z.string().optional(),
  collector: z.string().optional(),
  /** The file that was imported, by name and content. */
  file: z.string(),
  fileDigest: DigestSchema.optional(),
  format: z.string(),
  importedAt: Time,
  rows: z.int().min(0),
  rowsWithSource: z.int().min(0),
  rowsWithTime: z.int().min(0),
  rowsWithDigest: z.int().min(0),
  /** Rows with a digest, by its algorithm. Absent when the index was made without noting it. */
  digests: z.record(z.string(), z.int().min(1)).optional(),
  /** Rows that named no usable source, by reason. */
  refused: z.record(z.string(), z.int().min(1)),
  /** Earliest and latest known time, seconds since 1970. */
  minTime: z.int().min(0),
  maxTime: z.int().min(0),
  /** The hosts with most rows, and the earliest known time at each. */
  origins: z.array(z.strictObject({ uri: z.string(), rows: z.int().min(1), time: z.int().min(0) })),
  usedIn: z.array(Use),
});
export type SourceInfo = z.infer<typeof SourceInfo>;

const Hex = z.string().regex(/^[0-9a-f]{64}$/);

const Segment = z.strictObject({
  digest: Hex,
  bytes: z.int().min(1),
  records: z.int().min(1),
  digests: z.int().min(0),
  firstKey: z.string(),
  lastKey: z.string(),
  minTime: z.int().min(0),
  maxTime: z.int().min(0),
  unknownTimes: z.int().min(0),
  /** Segments of one build have one number and disjoint ranges of keys. */
  build: z.int().min(1),
});
export type ManifestSegment = z.infer<typeof Segment>;

const ManifestBody = z.strictObject({
  format: z.literal(FORMAT),
  builds: z.int().min(0),
  segments: z.array(Segment),
  sources: z.array(SourceInfo),
});
export type Manifest = z.infer<typeof ManifestBody>;

const ManifestFile = ManifestBody.extend({ digest: DigestSchema });

export function emptyManifest(): Manifest {
  return { format: FORMAT, builds: 0, segments: [], sources: [] };
}

/**
 * The manifest of a folder; undefined when there is none.
 * @throws CustosError INDEX_DAMAGED when it is not what was written
 */
export function readManifest(dir: string): Manifest | undefined {
  const path = join(dir, MANIFEST);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return undefined;
    throw damaged(path, 'the manifest can not be read', cause);
  }
  let value: unknown;
  try {
    value = JSON.parse(text);
  } catch (cause) {
    throw damaged(path, 'the manifest is no JSON', cause);
  }
  const parsed = ManifestFile.safeParse(value);
  if (!parsed.success)
    throw damaged(path, `the manifest does not fit its form (${z.prettifyError(parsed.error)})`);
  const { digest, ...body } = parsed.data;
  if (digestOfManifest(body) !== digest) throw damaged(path, 'the manifest is not the one that was written');
  return body;
}

export function digestOfManifest(body: Manifest): ReturnType<typeof sha256> {
  return sha256(canonicalize(body));
}

/** Writes a manifest beside the one that counts; on disk when this returns. */
export function draftManifest(dir: string, body: Manifest): void {
  const text = `${JSON.stringify({ ...body, digest: digestOfManifest(body) }, undefined, 1)}\n`;
  const fd = openSync(join(dir, MANIFEST_DRAFT), 'w', 0o644);
  try {
    writeAll(fd, Buffer.from(text));
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  syncFolder(dir);
}

/** Puts the draft in place of the last manifest, whole. It is on disk after {@link syncFolder}. */
export function publishDraft(dir: string): void {
  renameSync(join(dir, MANIFEST_DRAFT), join(dir, MANIFEST));
}

/** Names of files that were made or replaced are on disk when this returns. */
export function syncFolder(dir: string): void {
  const folder = openSync(dir, 'r');
  try {
    fsyncSync(folder);
  } finally {
    closeSync(folder);
  }
}

/**
 * The manifest of a folder in which something was imported.
 * @throws CustosError NO_INDEX; INDEX_DAMAGED also when there are parts of an index and no manifest
 */
export function requireManifest(dir: string): Manifest {
  const manifest = readManifest(dir);
  if (manifest && manifest.sources.length > 0) return manifest;
  if (!manifest) refuseParts(dir);
  throw new CustosError(
    'NO_INDEX',
    `There is no provenance index at ${dir}. If there should be one, check --index and CUSTOS_DATA_DIR; else build it with \`custos provenance import\`.`,
  );
}

/** Without a manifest nobody knows what segments are: they may be all that is left of an index. @throws CustosError INDEX_DAMAGED */
export function refuseParts(dir: string): void {
  const parts = filesIn(dir).filter((name) => SEGMENT.test(name) || name === BUILD_DIR);
  if (parts.length === 0) return;
  throw new CustosError(
    'INDEX_DAMAGED',
    `${dir} has no ${MANIFEST}, but ${parts.length} parts of an index (${parts[0]}, …), so nothing is answered from it and nothing in it was changed. Restore ${MANIFEST} from a backup; without one, import again into another folder (--index).`,
  );
}

function filesIn(dir: string): string[] {
  try {
    return readdirSync(dir);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && (cause.code === 'ENOENT' || cause.code === 'ENOTDIR'))
      return [];
    throw damaged(dir, 'the folder can not be read', cause);
  }
}
