/** What the console checks by itself agrees with the proofs that a ledger gives, and with none that was altered. */
import {
  CompactTree,
  consistencyProof,
  createKey,
  digestOf,
  inclusionProof,
  leafHash,
  signCheckpoint,
} from '@custos/trust';
import { describe, expect, test } from 'vitest';
import { checkConsistency, checkInclusion } from '../packages/web/src/verify/merkle.ts';
import { checkSignature, readCheckpoint } from '../packages/web/src/verify/note.ts';

const SIZES = [1, 2, 3, 4, 5, 7, 8, 13, 16, 21];
const leaves = Array.from({ length: 21 }, (_, at) => `{"leaf":${at}}`);
const hashes = leaves.map((leaf) => leafHash(leaf));
const base64 = (bytes: Uint8Array) => Buffer.from(bytes).toString('base64');

function rootOf(size: number): string {
  const tree = new CompactTree();
  for (const hash of hashes.slice(0, size)) tree.append(hash);
  return digestOf(tree.root());
}

/** The proof with one bit turned, one hash less, one hash more. */
function altered(proof: readonly string[]): string[][] {
  const turned = proof.map((hash, at) =>
    proof.map((same, place) => {
      if (place !== at) return same;
      const bytes = Buffer.from(hash, 'base64');
      bytes[0] = (bytes[0] ?? 0) ^ 1;
      return base64(bytes);
    }),
  );
  return [...turned, ...(proof.length > 0 ? [proof.slice(1)] : []), [...proof, base64(new Uint8Array(32))]];
}

describe('inclusion', () => {
  test.each(SIZES)('every leaf of a tree of %i', async (size) => {
    const root = rootOf(size);
    for (let index = 0; index < size; index++) {
      const path = (await inclusionProof(hashes, index, size)).map(base64);
      const good = { index, size, root, leaf: leaves[index] ?? '', path };
      await checkInclusion(good);
      const bad = [
        ...altered(path).map((other) => ({ ...good, path: other })),
        { ...good, leaf: `${good.leaf} ` },
        { ...good, root: rootOf(size === 21 ? 20 : size + 1) },
        { ...good, index: size },
      ];
      for (const one of bad) await expect(checkInclusion(one)).rejects.toThrow();
    }
  });
});

describe('consistency', () => {
  test.each(SIZES)('every tree that begins one of %i', async (second) => {
    for (let first = 1; first <= second; first++) {
      const proof = (await consistencyProof(hashes, first, second)).map(base64);
      const good = { first, second, firstRoot: rootOf(first), secondRoot: rootOf(second), proof };
      await checkConsistency(good);
      const other = `sha256:${'ab'.repeat(32)}`;
      const bad = [
        ...altered(proof).map((wrong) => ({ ...good, proof: wrong })),
        { ...good, firstRoot: other },
        { ...good, secondRoot: other },
      ];
      for (const one of bad) await expect(checkConsistency(one), JSON.stringify(one)).rejects.toThrow();
    }
    await expect(
      checkConsistency({ first: 0, second, firstRoot: rootOf(1), secondRoot: rootOf(second), proof: [] }),
    ).rejects.toThrow();
  });
});

test('the signature of a checkpoint holds for its key and text only', async () => {
  const { signer } = createKey('custos.local/test');
  const other = createKey('custos.local/test').signer;
  const checkpoint = {
    origin: 'custos.local/acme',
    size: 13,
    root: digestOf(hashes[0] ?? new Uint8Array(32)),
  };
  const note = await signCheckpoint(checkpoint, signer);
  expect(readCheckpoint(note)).toEqual(checkpoint);
  expect(await checkSignature(note, signer.publicKey)).toBe('good');
  await expect(checkSignature(note, other.publicKey)).rejects.toThrow();
  await expect(checkSignature(note.replace('\n13\n', '\n14\n'), signer.publicKey)).rejects.toThrow();
  await expect(
    checkSignature(note.slice(0, note.lastIndexOf('\n\n') + 2), signer.publicKey),
  ).rejects.toThrow();
  expect(() => readCheckpoint('no checkpoint')).toThrow();
});
