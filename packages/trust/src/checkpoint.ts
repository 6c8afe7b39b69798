/** C2SP tlog-checkpoint (c2sp.org/tlog-checkpoint): what a log signs. Three lines: origin, number of leaves, root in base64. */
import { CustosError, type Digest } from '@custos/core';
import { digestBytes, digestOf } from './digest.ts';
import type { Keyring } from './keyring.ts';
import { EMPTY_ROOT } from './merkle/hash.ts';
import { openNote, signNote } from './note.ts';
import type { Signer } from './signer.ts';

export interface Checkpoint {
  /** Unique name of the log, best a URL without scheme; also the best key name of its signer. */
  origin: string;
  /** Number of leaves. */
  size: number;
  /** Merkle tree hash; the empty tree's is SHA-256 of nothing. */
  root: Digest;
}

export interface OpenedCheckpoint extends Checkpoint {
  signedBy: { keyId: Digest; name: string }[];
}

/** The text that is signed. @throws CustosError CHECKPOINT_INVALID for an origin of no or several lines, or a bad size */
export function formatCheckpoint({ origin, size, root }: Checkpoint): string {
  if (!/^[^\n\p{C}]+$/u.test(origin)) throw invalid(`"${origin}" is no origin (one line of text)`);
  if (!Number.isSafeInteger(size) || size < 0) throw invalid(`${size} is no number of leaves`);
  return `${origin}\n${size}\n${Buffer.from(digestBytes(root)).toString('base64')}\n`;
}

/** A signed checkpoint in one step. */
export function signCheckpoint(checkpoint: Checkpoint, signer: Signer): Promise<string> {
  return signNote(formatCheckpoint(checkpoint), signer);
}

/** Reads the text of a checkpoint; extension lines after the third are allowed and passed over. @throws CustosError CHECKPOINT_INVALID */
export function parseCheckpoint(text: string): Checkpoint {
  const [origin = '', size = '', root = ''] = text.split('\n');
  const bytes = Buffer.from(root, 'base64');
  if (origin === '') throw invalid('its first line, the origin, is empty');
  if (!/^(0|[1-9][0-9]{0,15})$/.test(size))
    throw invalid(`its second line "${size.slice(0, 30)}" is no number of leaves`);
  if (bytes.length !== 32 || bytes.toString('base64') !== root)
    throw invalid('its third line is no base64 of 32 bytes');
  const checkpoint = { origin, size: Number(size), root: digestOf(bytes) };
  if (checkpoint.size === 0 && checkpoint.root !== digestOf(EMPTY_ROOT))
    throw invalid('it gives an empty tree another root than SHA-256 of nothing');
  return checkpoint;
}

/** Checks the signature, then reads. @throws CustosError NOTE_INVALID, NOTE_UNVERIFIED, CHECKPOINT_INVALID */
export function openCheckpoint(note: string, verifierKeys: Keyring | readonly string[]): OpenedCheckpoint {
  const { text, signedBy } = openNote(note, verifierKeys);
  return { ...parseCheckpoint(text), signedBy };
}

function invalid(why: string): CustosError {
  return new CustosError('CHECKPOINT_INVALID', `This is no checkpoint: ${why}.`);
}
