/** Renaming `bom-ref`s throughout a bill: where they are given and wherever they are referred to. */
import { isArray, isObject, type JsonValue } from '../json/json.ts';

/** Every field of CycloneDX 1.4 to 1.7 that holds a reference or a list of them. A test compares it with the schemas. */
export const REFERENCE_KEYS: ReadonlySet<string> = new Set([
  'algorithm',
  'algorithmRef',
  'algorithms',
  'assemblies',
  'asserter',
  'assessor',
  'attributedTo',
  'auth',
  'bom-ref',
  'claims',
  'counterClaims',
  'counterEvidence',
  'cryptoRefArray',
  'dependencies',
  'dependsOn',
  'destination',
  'encr',
  'evidence',
  'integ',
  'ke',
  'members',
  'mitigationStrategies',
  'parent',
  'patentRefs',
  'prf',
  'process',
  'provides',
  'ref',
  'requirement',
  'requirements',
  'signatureAlgorithmRef',
  'source',
  'subjectPublicKeyRef',
  'subjects',
  'target',
  'tools',
  'vulnerabilities',
]);

/** The value with references renamed; parts without any stay the same objects. */
export function renameReferences<T>(value: T, names: ReadonlyMap<string, string>): T {
  return names.size === 0 ? value : (rename(value as JsonValue, '', names) as T);
}

function rename(
  value: JsonValue | undefined,
  key: string,
  names: ReadonlyMap<string, string>,
): JsonValue | undefined {
  if (typeof value === 'string') return REFERENCE_KEYS.has(key) ? (names.get(value) ?? value) : value;
  if (isArray(value)) {
    const items = value.map((item) => rename(item, key, names) ?? null);
    return items.some((item, index) => item !== value[index]) ? items : value;
  }
  if (!isObject(value)) return value;
  let changed = false;
  const entries = Object.entries(value).map(([name, item]) => {
    const next = rename(item, name, names);
    if (next !== item) changed = true;
    return [name, next] as const;
  });
  return changed ? Object.fromEntries(entries) : value;
}
