/** Bills on disk, and the bill of a directory. */
import { constants } from 'node:fs';
import { open } from 'node:fs/promises';
import { basename, resolve } from 'node:path';
import {
  type Bom,
  type BomInput,
  bomOf,
  DEFAULT_LIMITS,
  type JsonValue,
  readJson,
  refuseTooLarge,
  type Validation,
  validateBom,
} from '@custos/bom';
import { UNDECLARED } from '@custos/conformity';
import { CustosError, type Digest, type Evidence, type Instant } from '@custos/core';
import { bomInputOf, loadEvidence, requireDirectory } from '@custos/engine';
import { fingerprint, sha256 } from '@custos/trust';
import { discover } from './discovery.ts';
import type { Environment } from './environment.ts';
import { openTarget } from './scan-target.ts';
import { hasFiles, openWorkspace, type StoreKind } from './workspace.ts';

export const FORMATS = ['cyclonedx', 'cyclonedx-1.6', 'spdx'] as const;
export type BomFormat = (typeof FORMATS)[number];

const NAMES: Readonly<Record<BomFormat, string>> = {
  cyclonedx: 'CycloneDX 1.7',
  'cyclonedx-1.6': 'CycloneDX 1.6',
  spdx: 'SPDX 3.0.1',
};

export function formatName(format: BomFormat): string {
  return NAMES[format];
}

export interface OpenedBom {
  /** Without folders. */
  readonly name: string;
  readonly digest: Digest;
  readonly bom: Bom;
  readonly format: string;
  readonly isCycloneDx: boolean;
}

/**
 * @param headroom how many times the bill's memory the work on it takes
 * @throws CustosError BOM_* for what can't be read as a bill
 */
export async function openBomFile(path: string, headroom?: number): Promise<OpenedBom> {
  const { value, digest } = await readFileAsJson(path, headroom);
  const { bom, format } = bomOf(value, path);
  return { name: basename(path), digest, bom, format, isCycloneDx: format.startsWith('CycloneDX') };
}

/** A file for `validate`: what is wrong with CycloneDX is a result here, not an error. */
export async function openValidated(
  path: string,
): Promise<{ name: string; format: string; validation: Validation | undefined }> {
  const { value } = await readFileAsJson(path);
  const isCycloneDx = typeof value === 'object' && value !== null && 'bomFormat' in value;
  if (!isCycloneDx) return { name: path, format: bomOf(value, path).format, validation: undefined };
  const validation = validateBom(value, path);
  return { name: path, format: `CycloneDX ${validation.version}`, validation };
}

async function readFileAsJson(path: string, headroom = 2): Promise<{ value: JsonValue; digest: Digest }> {
  const bytes = await readBounded(path);
  return { value: readJson(bytes, path, { ...DEFAULT_LIMITS, headroom }), digest: sha256(bytes) };
}

/** Only regular files: a pipe or device has no size that could be judged before reading. */
async function readBounded(path: string): Promise<Buffer> {
  const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK).catch((cause: unknown) => {
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
    throw new CustosError('INPUT_PATH', `${path} can't be read (${code}). Check the path.`, { cause });
  });
  try {
    const stat = await file.stat();
    if (!stat.isFile())
      throw new CustosError(
        'INPUT_PATH',
        `${path} is no regular file. Give the file of a bill of materials.`,
      );
    refuseTooLarge(stat.size, path);
    return await file.readFile();
  } finally {
    await file.close();
  }
}

export interface ScannedFlags {
  readonly store: StoreKind;
  readonly quiet?: boolean;
}

/** Scans a directory and gathers what a bill is made from. Writes nothing but the scan's cache. */
export async function scannedBom(
  dir: string,
  at: Instant,
  flags: ScannedFlags,
  environment: Environment,
): Promise<BomInput> {
  await requireDirectory(resolve(dir));
  const found = await discover(dir, openTarget(dir, {}), flags.store, environment, { quiet: flags.quiet });
  return bomInputOf({
    dir: resolve(dir),
    declaration: found.declaration,
    fingerprint: fingerprint(found.assets, found.declaration?.system ?? UNDECLARED),
    assets: found.assets,
    edges: found.edges,
    findings: found.result.findings,
    unknowns: found.result.unknowns.length,
    evidence: await evidenceOf(dir, flags.store, environment),
    at,
  });
}

/** What is recorded for a directory. Reading creates no store. */
export async function evidenceOf(
  dir: string,
  kind: StoreKind,
  environment: Environment,
): Promise<Evidence[]> {
  if (kind === 'files' && !hasFiles(dir)) return [];
  const workspace = await openWorkspace(dir, kind, environment);
  try {
    return (await loadEvidence(workspace.store, workspace.keyring)).evidence;
  } finally {
    await workspace.close();
  }
}
