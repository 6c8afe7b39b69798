import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { z } from 'zod';
import { VECTORS } from '../vectors.fixture.ts';
import { CompactTree, rootOf } from './compact-tree.ts';
import { EMPTY_ROOT, leafHash, nodeHash } from './hash.ts';
import { consistencyProof, inclusionProof } from './prove.ts';
import { verifyConsistency, verifyInclusion } from './verify.ts';

const DIR = join(VECTORS, 'merkle/testdata');
const Bytes = z.string().transform((text) => Buffer.from(text, 'base64'));
const OptionalBytes = Bytes.nullable().transform((bytes) => bytes ?? Buffer.alloc(0));
const Proof = z
  .array(Bytes)
  .nullable()
  .transform((proof) => proof ?? []);
const Inclusion = z.object({
  leafIdx: z.number(),
  treeSize: z.number(),
  root: OptionalBytes,
  leafHash: OptionalBytes,
  proof: Proof,
  wantErr: z.boolean(),
});
const Consistency = z.object({
  size1: z.number(),
  size2: z.number(),
  root1: OptionalBytes,
  root2: OptionalBytes,
  proof: Proof,
  wantErr: z.boolean(),
});

function vectors(kind: string): string[] {
  const dir = join(DIR, kind);
  if (!existsSync(dir)) return [];
  return readdirSync(dir, { recursive: true, encoding: 'utf8' }).filter((name) => name.endsWith('.json'));
}

describe.skipIf(!existsSync(DIR))('transparency-dev/merkle vectors', () => {
  it('are 196', () => expect(vectors('inclusion').length + vectors('consistency').length).toBe(196));

  it.each(vectors('inclusion'))('inclusion %s', (name) => {
    const v = Inclusion.parse(JSON.parse(readFileSync(join(DIR, 'inclusion', name), 'utf8')));
    const check = () => verifyInclusion(v.leafHash, v.leafIdx, v.treeSize, v.proof, v.root);
    if (v.wantErr) expect(check).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }));
    else expect(check).not.toThrow();
  });

  it.each(vectors('consistency'))('consistency %s', (name) => {
    const v = Consistency.parse(JSON.parse(readFileSync(join(DIR, 'consistency', name), 'utf8')));
    const check = () => verifyConsistency(v.size1, v.size2, v.proof, v.root1, v.root2);
    if (v.wantErr) expect(check).toThrow(expect.objectContaining({ code: 'PROOF_INVALID' }));
    else expect(check).not.toThrow();
  });
});

/** RFC 6962 §2.1 word for word. */
function naiveRoot(leaves: readonly Uint8Array[]): Uint8Array {
  const [only] = leaves;
  if (only === undefined) return EMPTY_ROOT;
  if (leaves.length === 1) return only;
  let k = 1;
  while (k * 2 < leaves.length) k *= 2;
  return nodeHash(naiveRoot(leaves.slice(0, k)), naiveRoot(leaves.slice(k)));
}

const leavesOf = (size: number): Uint8Array[] =>
  Array.from({ length: size }, (_, i) => leafHash(`entry ${i}`));
const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const flip = (bytes: Uint8Array, bit: number): Uint8Array => {
  const copy = Uint8Array.from(bytes);
  const at = Math.floor(bit / 8) % copy.length;
  copy[at] = (copy[at] ?? 0) ^ (1 << (bit % 8));
  return copy;
};
const size = fc.integer({ min: 1, max: 70 });
const bit = fc.nat(255);
const invalid = expect.objectContaining({ code: 'PROOF_INVALID' });

describe('Merkle tree', () => {
  it('hashes a string as its UTF-8 bytes', () => {
    for (const text of ['', 'abc', 'é\u{1f600}'])
      expect(hex(leafHash(text))).toBe(hex(leafHash(Buffer.from(text))));
  });

  it('has the roots of the definition, for every size to 130', () => {
    for (let n = 0; n <= 130; n++) expect(hex(rootOf(leavesOf(n)))).toBe(hex(naiveRoot(leavesOf(n))));
  });

  it('goes on from its peaks', () => {
    fc.assert(
      fc.property(size, size, (first, more) => {
        const leaves = leavesOf(first + more);
        const before = new CompactTree();
        for (const leaf of leaves.slice(0, first)) before.append(leaf);
        const after = new CompactTree(undefined, { size: before.size, peaks: before.peaks });
        for (const leaf of leaves.slice(first)) after.append(leaf);
        expect(hex(after.root())).toBe(hex(naiveRoot(leaves)));
      }),
    );
  });

  it('refuses peaks that do not fit the size, and leaves that are no hash', () => {
    expect(() => new CompactTree(undefined, { size: 3, peaks: [] })).toThrow(
      expect.objectContaining({ code: 'TREE_STATE' }),
    );
    expect(() => new CompactTree().append(new Uint8Array(31))).toThrow(
      expect.objectContaining({ code: 'TREE_STATE' }),
    );
  });

  it('proves every leaf of every size to 40, from leaves and from reported nodes alike', async () => {
    for (let n = 1; n <= 40; n++) {
      const nodes = new Map<string, Uint8Array>();
      const tree = new CompactTree((level, index, hash) => nodes.set(`${level}/${index}`, hash));
      const leaves = leavesOf(n);
      for (const leaf of leaves) tree.append(leaf);
      const reader = {
        node: (level: number, index: number) => nodes.get(`${level}/${index}`) ?? new Uint8Array(),
      };
      for (const [index, leaf] of leaves.entries()) {
        const proof = await inclusionProof(reader, index, n);
        expect(proof).toEqual(await inclusionProof(leaves, index, n));
        verifyInclusion(leaf, index, n, proof, tree.root());
        verifyConsistency(
          index + 1,
          n,
          await consistencyProof(reader, index + 1, n),
          rootOf(leaves.slice(0, index + 1)),
          tree.root(),
        );
      }
    }
  });

  it('lets no altered inclusion proof pass', async () => {
    await fc.assert(
      fc.asyncProperty(size, fc.nat(), fc.nat(), bit, async (n, at, which, b) => {
        const leaves = leavesOf(n);
        const index = at % n;
        const leaf = leaves[index] ?? EMPTY_ROOT;
        const root = rootOf(leaves);
        const proof = await inclusionProof(leaves, index, n);
        expect(() => verifyInclusion(flip(leaf, b), index, n, proof, root)).toThrow(invalid);
        expect(() => verifyInclusion(leaf, index, n, proof, flip(root, b))).toThrow(invalid);
        expect(() => verifyInclusion(leaf, index, n, [...proof, root], root)).toThrow(invalid);
        if (n > 1) {
          const hurt = proof.map((hash, i) => (i === which % proof.length ? flip(hash, b) : hash));
          expect(() => verifyInclusion(leaf, index, n, hurt, root)).toThrow(invalid);
          expect(() => verifyInclusion(leaf, index, n, proof.slice(1), root)).toThrow(invalid);
          expect(() => verifyInclusion(leaf, (index + 1) % n, n, proof, root)).toThrow(invalid);
        }
      }),
    );
  });

  it('lets no altered consistency proof pass', async () => {
    await fc.assert(
      fc.asyncProperty(size, size, fc.nat(), bit, async (first, more, which, b) => {
        const leaves = leavesOf(first + more);
        const [root1, root2] = [rootOf(leaves.slice(0, first)), rootOf(leaves)];
        const proof = await consistencyProof(leaves, first, first + more);
        const check = (p: readonly Uint8Array[], r1 = root1, r2 = root2) =>
          verifyConsistency(first, first + more, p, r1, r2);
        check(proof);
        expect(() =>
          check(proof.map((hash, i) => (i === which % proof.length ? flip(hash, b) : hash))),
        ).toThrow(invalid);
        expect(() => check(proof.slice(1))).toThrow(invalid);
        expect(() => check([...proof, root2])).toThrow(invalid);
        expect(() => check(proof, flip(root1, b))).toThrow(invalid);
        expect(() => check(proof, root1, flip(root2, b))).toThrow(invalid);
      }),
    );
  });

  it('refuses to prove what is out of range, and consistency from size 0', async () => {
    const range = expect.objectContaining({ code: 'PROOF_RANGE' });
    await expect(inclusionProof(leavesOf(3), 3, 3)).rejects.toThrow(range);
    await expect(inclusionProof(leavesOf(3), 0, 4)).rejects.toThrow(range);
    await expect(consistencyProof(leavesOf(3), 0, 3)).rejects.toThrow(range);
    await expect(consistencyProof(leavesOf(3), 3, 2)).rejects.toThrow(range);
    expect(() => verifyConsistency(0, 3, [], EMPTY_ROOT, rootOf(leavesOf(3)))).toThrow(invalid);
  });
});
