/**
 * C2SP signed notes (c2sp.org/signed-note): text that ends in a newline, a blank line, and one line for each signature,
 * `— <key name> <base64 of 4 bytes key hash and 64 bytes signature>`. Ed25519, signature type 0x01.
 */
import { CustosError, type Digest } from '@custos/core';
import { Keyring, type TrustedKey } from './keyring.ts';
import { parseVerifier, type Signer } from './signer.ts';

const MAX_NOTE = 1_000_000;
const MAX_SIGNATURES = 100;

/** A note of which at least one trusted key's signature was checked. */
export interface OpenedNote {
  /** What was signed, with its last newline. */
  text: string;
  signedBy: { keyId: Digest; name: string }[];
}

/**
 * Signs a text as a note, once for each signer.
 * @throws CustosError NOTE_INVALID when the text is empty, lacks its last newline, or holds control characters
 */
export async function signNote(text: string, ...signers: [Signer, ...Signer[]]): Promise<string> {
  checkText(text);
  let note = `${text}\n`;
  for (const signer of signers) {
    const { name, noteKeyHash } = parseVerifier(signer.publicKey);
    const keyHash = Buffer.alloc(4);
    keyHash.writeUInt32BE(noteKeyHash);
    const signature = Buffer.concat([keyHash, await signer.sign(Buffer.from(text))]);
    note += `— ${name} ${signature.toString('base64')}\n`;
  }
  return note;
}

/**
 * Checks a note. Signatures of unknown keys are passed over, as C2SP says; a known key's bad signature refuses the note.
 * @param verifierKeys a keyring, or verifier keys as text
 * @throws CustosError NOTE_INVALID (form), NOTE_UNVERIFIED (no trusted key signed it, or a trusted key's signature is bad)
 */
export function openNote(note: string, verifierKeys: Keyring | readonly string[]): OpenedNote {
  const keyring = verifierKeys instanceof Keyring ? verifierKeys : new Keyring(verifierKeys);
  const { text, signatures } = splitNote(note);
  const signedBy = new Map<Digest, string>();
  for (const signature of signatures) {
    const key = keyring.keys().find((k) => k.name === signature.name && k.noteKeyHash === signature.keyHash);
    if (key === undefined) continue;
    checkSignature(key, text, signature.bytes);
    signedBy.set(key.keyId, key.name);
  }
  if (signedBy.size === 0) {
    const names = signatures.map((signature) => signature.name).join(', ');
    throw new CustosError(
      'NOTE_UNVERIFIED',
      `No trusted key signed this note; it is signed by ${names}. Give its public key.`,
    );
  }
  return { text, signedBy: [...signedBy].map(([keyId, name]) => ({ keyId, name })) };
}

function checkSignature(key: TrustedKey, text: string, signature: Uint8Array): void {
  if (key.verify(Buffer.from(text), signature)) return;
  throw new CustosError(
    'NOTE_UNVERIFIED',
    `The signature of ${key.name} (${key.keyId}) does not fit the note: it was altered.`,
  );
}

interface NoteSignature {
  name: string;
  keyHash: number;
  bytes: Uint8Array;
}

function splitNote(note: string): { text: string; signatures: NoteSignature[] } {
  if (note.length > MAX_NOTE) throw invalid(`it is longer than ${MAX_NOTE} characters`);
  const end = note.lastIndexOf('\n\n');
  if (end < 0) throw invalid('no blank line parts text and signatures');
  const text = note.slice(0, end + 1);
  checkText(text);
  const lines = note.slice(end + 2).split('\n');
  if (lines.pop() !== '' || lines.length === 0) throw invalid('the signatures do not end in a newline');
  if (lines.length > MAX_SIGNATURES) throw invalid(`it has more than ${MAX_SIGNATURES} signatures`);
  return { text, signatures: lines.map(parseSignature) };
}

function parseSignature(line: string): NoteSignature {
  const [, name = '', base64 = ''] = /^— ([^\s+]+) ([A-Za-z0-9+/]+={0,2})$/u.exec(line) ?? [];
  const bytes = Buffer.from(base64, 'base64');
  if (name === '' || bytes.length <= 4 || bytes.toString('base64') !== base64) {
    throw invalid(`"${line.slice(0, 60)}" is no signature line`);
  }
  return { name, keyHash: bytes.readUInt32BE(0), bytes: bytes.subarray(4) };
}

function checkText(text: string): void {
  if (text.length < 2 || !text.endsWith('\n'))
    throw invalid('its text must not be empty and must end in a newline');
  // Everything below the space, other than newline.
  if (/[^\n -\u{10ffff}]|\p{Surrogate}/u.test(text)) throw invalid('its text holds control characters');
}

function invalid(why: string): CustosError {
  return new CustosError('NOTE_INVALID', `This is no signed note: ${why}.`);
}
