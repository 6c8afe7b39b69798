/** Packs of the example systems, and the same packs after somebody had a hand in them, with or without the signing key. */
import { cpSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { type Digest, type Envelope, fixedClock, hexOf, type Specification } from '@custos/core';
import { openStore } from '@custos/store';
import {
  canonicalize,
  createKey,
  Keyring,
  type PublicKeys,
  readEnvelope,
  type Signer,
  sha256,
  signStatement,
} from '@custos/trust';
import { assessDirectory } from '../../assessment/assess-directory.ts';
import { loadSpecification } from '../../catalogue/load.ts';
import { MEMBER, TrailerContent } from '../format.ts';
import { makePack, type PackInput } from '../make-pack.ts';
import { readZip } from '../zip-reader.ts';
import { ZipWriter } from '../zip-writer.ts';

const ROOT = fileURLToPath(new URL('../../../../../', import.meta.url));
export const EXAMPLES = ['support-chatbot', 'fraud-detection', 'open-weights-release'] as const;
export const AT = '2026-11-25T12:00:00.000Z';

export interface MadePack {
  bytes: Buffer;
  signer: Signer;
}

/** A pack of an example as `custos assess` and `custos pack` make it. */
export async function examplePack(
  name: (typeof EXAMPLES)[number],
  signer: Signer = createKey('custos.local/test').signer,
  keys: PublicKeys = { keys: [{ publicKey: signer.publicKey }], handovers: [] },
  change: (input: PackInput) => PackInput = (input) => input,
  reword: (specification: Specification) => Specification = (specification) => specification,
): Promise<MadePack> {
  const folder = mkdtempSync(join(tmpdir(), 'custos-pack-'));
  const keyring = new Keyring(keys.keys);
  const clock = fixedClock(AT);
  try {
    const dir = join(folder, name);
    cpSync(join(ROOT, 'examples', name), dir, { recursive: true });
    const loaded = await loadSpecification(join(ROOT, 'standard/en-304-223'));
    const specification = reword(loaded.specification);
    const digest = sha256(canonicalize(specification));
    const store = await openStore({
      kind: 'files',
      dir: join(dir, '.custos'),
      signer,
      clock,
      organisation: 'default',
    });
    try {
      await assessDirectory({
        dir,
        specification,
        specificationDigest: digest,
        clock,
        recording: { store, signer, keyring },
        inspect: false,
      });
      await store.record([{ kind: 'act', act: { type: 'note.made', actor: 'test', detail: {} } }]);
      const { size, root } = await store.ledger.checkpoint();
      const pack = await makePack(
        change({
          ledgers: [{ name: 'system', store, evaluated: size }],
          keyring,
          handovers: keys.handovers,
          signer,
          specification,
          specificationDigest: digest,
          evaluatedAt: AT,
          ledger: { size, root },
        }),
      );
      return { bytes: await joined(pack.chunks()), signer };
    } finally {
      await store.close();
    }
  } finally {
    rmSync(folder, { recursive: true });
  }
}

export async function joined(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all);
}

/** Members in order; a name may stand twice. */
export type Members = [name: string, content: Buffer][];

export function membersOf(bytes: Buffer): Members {
  return readZip(bytes).members.map((member) => [member.name, member.read() ?? Buffer.alloc(0)]);
}

export function contentOf(members: Members, name: string): Buffer {
  const found = members.find((member) => member[0] === name);
  if (!found) throw new Error(`no member ${name}`);
  return found[1];
}

export function replaced(members: Members, name: string, content: Buffer | string): Members {
  return members.map(([other, old]) => [other, other === name ? Buffer.from(content) : old]);
}

/** A JSON member after a change, in RFC 8785 form. */
export function edited<T>(members: Members, name: string, change: (value: T) => void): Members {
  const value = JSON.parse(contentOf(members, name).toString()) as T;
  change(value);
  return replaced(members, name, canonicalize(value));
}

export async function zipOf(members: Members): Promise<Buffer> {
  const zip = new ZipWriter();
  const all: Uint8Array[] = [];
  for (const [name, content] of members) for await (const chunk of zip.add(name, [content])) all.push(chunk);
  all.push(...zip.end());
  return Buffer.concat(all);
}

/** The pack with a trailer that fits its members as they now are: what somebody who holds the key can do. */
export async function sealed(
  members: Members,
  signer: Signer,
  change: (content: TrailerContent) => void = () => undefined,
  observedAt?: string,
): Promise<Buffer> {
  const envelope: unknown = JSON.parse(contentOf(members, MEMBER.trailer).toString());
  const { statement } = readEnvelope(envelope);
  const rest = members.filter(([name]) => name !== MEMBER.trailer);
  const content = TrailerContent.parse(statement.predicate.content);
  content.members = rest.length;
  content.sizes = Object.fromEntries(rest.map(([name, bytes]) => [name, bytes.length]));
  content.assessment = digestOfMember(rest, MEMBER.assessment) ?? content.assessment;
  content.specification = digestOfMember(rest, MEMBER.specification) ?? content.specification;
  change(content);
  const made: Envelope = await signStatement(
    {
      ...statement,
      subject: rest.map(([name, bytes]) => ({ name, digest: { sha256: hexOf(sha256(bytes)) } })),
      predicate: { ...statement.predicate, ...(observedAt === undefined ? {} : { observedAt }), content },
    },
    signer,
  );
  return zipOf([...rest, [MEMBER.trailer, Buffer.from(canonicalize(made))]]);
}

function digestOfMember(members: Members, name: string): Digest | undefined {
  const found = members.find((member) => member[0] === name);
  return found && sha256(found[1]);
}
