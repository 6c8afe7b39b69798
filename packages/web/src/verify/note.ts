/** Signed checkpoints (C2SP signed-note and tlog-checkpoint), checked in the browser where it knows Ed25519. */
import { bytesOf, hexOf, ProofError } from './merkle.ts';

export interface Checkpoint {
  readonly origin: string;
  readonly size: number;
  /** `sha256:…` */
  readonly root: string;
}

/** @throws ProofError for what is no checkpoint */
export function readCheckpoint(note: string): Checkpoint {
  const [origin = '', size = '', root = ''] = note.split('\n');
  const bytes = /^[A-Za-z0-9+/]{43}=$/.test(root) ? bytesOf(root) : undefined;
  if (origin === '' || !/^(0|[1-9][0-9]{0,15})$/.test(size) || bytes?.length !== 32)
    throw new ProofError('This is no checkpoint: three lines are expected, origin, size and root.');
  return { origin, size: Number(size), root: `sha256:${hexOf(bytes)}` };
}

/**
 * @param publicKey note verifier key, `<name>+<hash>+<base64>`
 * @returns `unknown` where the browser has no Ed25519, or no WebCrypto since the page came by plain http
 * @throws ProofError when the key's signature is missing or does not fit
 */
export async function checkSignature(note: string, publicKey: string): Promise<'good' | 'unknown'> {
  const [, name = '', hash = '', encoded = ''] = /^([^+]+)\+([0-9a-f]{8})\+(.+)$/.exec(publicKey) ?? [];
  const end = note.lastIndexOf('\n\n');
  const line = note
    .slice(end + 2)
    .split('\n')
    .find((one) => one.startsWith(`— ${name} `));
  if (end < 0 || line === undefined) throw new ProofError(`${name} did not sign this checkpoint.`);
  const signature = bytesOf(line.slice(`— ${name} `.length));
  if (hexOf(signature.slice(0, 4)) !== hash)
    throw new ProofError('Another key of that name signed this checkpoint.');
  const key = bytesOf(encoded);
  if (key[0] !== 1 || key.length !== 33) throw new ProofError('This is no Ed25519 key.');
  let imported: Awaited<ReturnType<typeof crypto.subtle.importKey>>;
  try {
    imported = await crypto.subtle.importKey('raw', key.slice(1), 'Ed25519', false, ['verify']);
  } catch {
    return 'unknown';
  }
  const text = new TextEncoder().encode(note.slice(0, end + 1));
  if (await crypto.subtle.verify('Ed25519', imported, signature.slice(4), text)) return 'good';
  throw new ProofError('The signature does not fit the checkpoint: it was altered.');
}
