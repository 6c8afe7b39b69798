/** The signed in-toto statement: the current form (v1.0) and the deprecated one of release 0.2 (specification v1.0, sections 5, 8.3, 11). */
import { STATEMENT_TYPE } from '@custos/core';
import { z } from 'zod';
import { requireFields } from './fields.ts';
import { HASH_TYPES, type HashType, HEX_LENGTH } from './hash-types.ts';
import { type Problem, Rejection } from './problem.ts';
import {
  type ByteRange,
  firstOutOfOrder,
  parseResourceName,
  pathFault,
  type Resource,
  rootDigest,
} from './resources.ts';
import { parseStrictJson } from './strict-json.ts';

export const PREDICATE_TYPE = 'https://model_signing/signature/v1.0';
const DEPRECATED_TYPE = 'https://model_signing/Digests/v0.1';

const Hex = z.string().regex(/^[0-9a-f]+$/, { error: 'must be lower-case hex' });
const Head = z.looseObject({ _type: z.string(), predicateType: z.string() });
const Subject = z.looseObject({ name: z.string().min(1), digest: z.looseObject({ sha256: Hex.length(64) }) });

const Serialization = z.strictObject({
  method: z.enum(['files', 'shards']),
  hash_type: z.enum(HASH_TYPES),
  shard_size: z.int().positive().optional(),
  allow_symlinks: z.boolean(),
  ignore_paths: z.array(z.string()).optional(),
});
export type Serialization = z.infer<typeof Serialization>;

const Statement = z.strictObject({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(Subject).min(1).max(1),
  predicate: z.strictObject({
    resources: z.array(z.looseObject({ name: z.string().min(1), digest: Hex, algorithm: z.string() })).min(1),
    serialization: Serialization,
  }),
});
const DeprecatedStatement = z.strictObject({
  _type: z.string(),
  predicateType: z.string(),
  subject: z.array(Subject).min(1),
  predicate: z.unknown(),
});

export interface SignedManifest {
  modelName: string;
  /** Hex. */
  rootDigest: string;
  serialization: Serialization;
  resources: Resource[];
  /** What each resource name means, in the same order. */
  ranges: ByteRange[];
  warnings: Problem[];
}

const WHAT = 'The signed statement';

/** True when the payload is of the deprecated form, whose signatures need another encoding. */
export function isDeprecatedPayload(payload: Uint8Array): boolean {
  try {
    return Head.parse(parseStrictJson(payload, WHAT)).predicateType === DEPRECATED_TYPE;
  } catch {
    return false;
  }
}

/**
 * @param payload the bytes whose signature was verified
 * @throws Rejection BUNDLE_UNREADABLE, FIELD_*, RESOURCE_NAME, RESOURCE_DUPLICATE, SHARD_MISSING, SHARD_OVERLAP,
 * RESOURCES_REORDERED, ROOT_DIGEST
 */
export function parseSignedManifest(payload: Uint8Array): SignedManifest {
  const value = parseStrictJson(payload, WHAT);
  const head = requireFields(Head, value, '', WHAT);
  if (head._type !== STATEMENT_TYPE)
    throw new Rejection(
      'FIELD_INVALID',
      '_type',
      `${WHAT} is a "${head._type.slice(0, 100)}", not ${STATEMENT_TYPE}.`,
    );
  if (head.predicateType === DEPRECATED_TYPE) return deprecatedManifest(value);
  if (head.predicateType !== PREDICATE_TYPE)
    throw new Rejection(
      'FIELD_INVALID',
      'predicateType',
      `${WHAT} says "${head.predicateType.slice(0, 100)}", not ${PREDICATE_TYPE}: it is no signature of a model.`,
    );
  const statement = requireFields(Statement, value, '', WHAT);
  const { serialization } = statement.predicate;
  const warnings = checkSerialization(serialization);
  const [subject] = statement.subject;
  const { resources, ranges } = checkResources(statement.predicate.resources, serialization);
  const wrong = firstOutOfOrder(resources, ranges);
  if (wrong !== -1)
    throw new Rejection(
      'RESOURCES_REORDERED',
      `predicate.resources[${wrong}]`,
      `The resources are not in the order of their names: "${resources[wrong]?.name}" stands too late.`,
    );
  const expected = subject?.digest.sha256 ?? '';
  const root = rootDigest(resources);
  if (root !== expected)
    throw new Rejection(
      'ROOT_DIGEST',
      'subject[0].digest.sha256',
      `The root digest is ${expected}, but the resources listed give ${root}.`,
    );
  return { modelName: subject?.name ?? '', rootDigest: root, serialization, resources, ranges, warnings };
}

/** @returns what is wrong and can do no harm */
function checkSerialization(serialization: Serialization): Problem[] {
  const { method, shard_size, ignore_paths = [] } = serialization;
  const at = 'predicate.serialization';
  if (method === 'shards' && shard_size === undefined)
    throw new Rejection(
      'FIELD_MISSING',
      `${at}.shard_size`,
      `${WHAT} uses shards and lacks ${at}.shard_size.`,
    );
  if (method === 'files' && shard_size !== undefined)
    throw new Rejection(
      'FIELD_UNKNOWN',
      `${at}.shard_size`,
      `${WHAT} uses whole files, but names a shard_size.`,
    );
  // Signers write down the paths they were given, absolute ones too. Such an entry is the name of no file in the model,
  // so it excludes nothing; refusing it would refuse good signatures.
  return ignore_paths.flatMap((path, i): Problem[] => {
    const fault = ignoreFault(path);
    const where = `${at}.ignore_paths[${i}]`;
    const message = `${WHAT} ignores "${path.slice(0, 200)}", which ${fault ?? ''}; it is taken as an exact name.`;
    return fault === undefined ? [] : [{ code: 'FIELD_INVALID', where, message }];
  });
}

/** Why a path can't be ignored (section 6.2.1); undefined for a good one. A trailing `/` is passed over. */
export function ignoreFault(path: string): string | undefined {
  if (/[*?[]/.test(path)) return 'holds *, ? or [: only exact paths can be ignored';
  return pathFault(path.replace(/(?<=.)\/$/, ''));
}

function checkResources(
  listed: readonly { name: string; digest: string; algorithm: string }[],
  serialization: Serialization,
): { resources: Resource[]; ranges: ByteRange[] } {
  const { hash_type, shard_size } = serialization;
  const seen = new Set<string>();
  const resources: Resource[] = [];
  const ranges: ByteRange[] = [];
  for (const [i, { name, digest, algorithm }] of listed.entries()) {
    const at = `predicate.resources[${i}]`;
    // The reference implementation names the size of its shards here too.
    if (
      algorithm !== hash_type &&
      !(shard_size !== undefined && algorithm === `${hash_type}-sharded-${shard_size}`)
    )
      throw new Rejection(
        'FIELD_INVALID',
        `${at}.algorithm`,
        `The resource "${name}" is hashed with ${algorithm.slice(0, 100)}, the model with ${hash_type}.`,
      );
    requireLength(digest, hash_type, `${at}.digest`);
    if (seen.has(name))
      throw new Rejection('RESOURCE_DUPLICATE', `${at}.name`, `The resource "${name}" is listed twice.`);
    seen.add(name);
    ranges.push(parseResourceName(name, `${at}.name`, shard_size));
    resources.push({ name, digest, algorithm: hash_type });
  }
  const alone = ranges.findIndex(({ path }) => path === '.');
  if (alone !== -1 && ranges.some(({ path }) => path !== '.'))
    throw new Rejection(
      'RESOURCE_NAME',
      `predicate.resources[${alone}].name`,
      'The resource "." is the only file of a model of one file, but others are listed beside it.',
    );
  if (shard_size !== undefined) requireWholeFiles(ranges);
  return { resources, ranges };
}

/** The shards of each file have to follow on one another from its first byte. */
function requireWholeFiles(ranges: readonly ByteRange[]): void {
  const files = new Map<string, { start: number; end: number; i: number }[]>();
  for (const [i, { path, start, end = 0 }] of ranges.entries()) {
    const shards = files.get(path);
    if (shards === undefined) files.set(path, [{ start, end, i }]);
    else shards.push({ start, end, i });
  }
  for (const [path, shards] of files) {
    let next = 0;
    for (const { start, end, i } of shards.sort((a, b) => a.start - b.start || a.end - b.end)) {
      const at = `predicate.resources[${i}].name`;
      if (start > next)
        throw new Rejection(
          'SHARD_MISSING',
          at,
          `Bytes ${next} to ${start} of ${path} are in no signed shard.`,
        );
      if (start < next)
        throw new Rejection(
          'SHARD_OVERLAP',
          at,
          `Bytes ${start} to ${Math.min(next, end)} of ${path} are in two signed shards.`,
        );
      next = end;
    }
  }
}

function requireLength(digest: string, algorithm: HashType, at: string): void {
  if (digest.length !== HEX_LENGTH[algorithm])
    throw new Rejection(
      'FIELD_INVALID',
      at,
      `A ${algorithm} digest has ${HEX_LENGTH[algorithm]} hex digits, this one ${digest.length}.`,
    );
}

/** Release 0.2 put each file into `subject` and had no `serialization`. */
function deprecatedManifest(value: unknown): SignedManifest {
  const { subject } = requireFields(DeprecatedStatement, value, '', WHAT);
  const serialization: Serialization = { method: 'files', hash_type: 'sha256', allow_symlinks: false };
  const seen = new Set<string>();
  const resources = subject.map(({ name, digest }, i) => {
    if (seen.has(name))
      throw new Rejection('RESOURCE_DUPLICATE', `subject[${i}].name`, `The file "${name}" is listed twice.`);
    seen.add(name);
    return { name, digest: digest.sha256, algorithm: 'sha256' as const };
  });
  return {
    modelName: '',
    rootDigest: rootDigest(resources),
    serialization,
    resources,
    ranges: resources.map(({ name }, i) => parseResourceName(name, `subject[${i}].name`, undefined)),
    warnings: [
      {
        code: 'DEPRECATED_FORM',
        where: 'predicateType',
        message: `The signature is of the deprecated form ${DEPRECATED_TYPE}; sign the model again.`,
      },
    ],
  };
}
