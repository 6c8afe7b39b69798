/**
 * Words in evidence files that stand for digests only a scan knows. A person who writes a file can't know the
 * fingerprint of the tree that the file lies in; `$fingerprint` and `$asset:<id>` say which digest is meant.
 */
import { CustosError, type Digest, hexOf, nearest } from '@custos/core';

export interface References {
  fingerprint: Digest;
  /** Assets of the inventory by id; undefined where a hosted or declared asset has no digest. */
  assets: ReadonlyMap<string, Digest | undefined>;
}

const FINGERPRINT = '$fingerprint';
const ASSET = '$asset:';

/**
 * Puts digests in place of every whole string `$fingerprint` or `$asset:<id>`, at any depth; below a key `sha256`
 * (the digest set of a subject) as bare hex, elsewhere as `sha256:…`. Other strings stay as they are.
 * @throws CustosError EVIDENCE_FILE for an asset that is unknown or has no digest
 * @example resolveReferences({ target: '$fingerprint' }, references, 'evidence/tests.yaml')
 */
export function resolveReferences(value: unknown, references: References, path: string): unknown {
  return replace(value, '');

  function replace(here: unknown, key: string): unknown {
    if (typeof here === 'string') {
      const digest = digestOf(here, references, path);
      if (digest === undefined) return here;
      return key === 'sha256' ? hexOf(digest) : digest;
    }
    if (Array.isArray(here)) return here.map((item) => replace(item, ''));
    if (typeof here !== 'object' || here === null) return here;
    return Object.fromEntries(Object.entries(here).map(([name, item]) => [name, replace(item, name)]));
  }
}

function digestOf(text: string, references: References, path: string): Digest | undefined {
  if (text === FINGERPRINT) return references.fingerprint;
  if (!text.startsWith(ASSET)) return undefined;
  const id = text.slice(ASSET.length);
  const digest = references.assets.get(id);
  if (digest !== undefined) return digest;
  if (references.assets.has(id))
    throw new CustosError(
      'EVIDENCE_FILE',
      `${path}: "${text}": ${id} has no digest of its own (it is hosted or only declared); use ${FINGERPRINT} or write the digest out.`,
    );
  const guess = nearest(id, [...references.assets.keys()]);
  throw new CustosError(
    'EVIDENCE_FILE',
    `${path}: "${text}": the scan found no asset ${id}.${guess ? ` Did you mean ${ASSET}${guess}?` : ''} \`custos assess --format json\` lists them.`,
  );
}
