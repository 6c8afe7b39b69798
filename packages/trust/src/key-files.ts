/**
 * The local key: one directory (mode 0700) with the private key in use (`<key id>.pem`, mode 0600) and `keyring.json`, which
 * names all public keys with their times and holds the signed hand-overs. The key without `validUntil` is the one in use, so
 * replacing `keyring.json` in one rename *is* the rotation; a crash on either side leaves one usable key.
 */
import {
  chmodSync,
  closeSync,
  constants,
  fstatSync,
  fsyncSync,
  linkSync,
  lstatSync,
  mkdirSync,
  openSync,
  readdirSync,
  readFileSync,
  renameSync,
  rmSync,
  writeFileSync,
} from 'node:fs';
import { join } from 'node:path';
import { type Clock, CustosError, Envelope, hexOf, millis, systemClock } from '@custos/core';
import { z } from 'zod';
import { signHandover } from './handover.ts';
import { KeyEntry, Keyring } from './keyring.ts';
import { createKey, DEFAULT_KEY_NAME, parseVerifier, type Signer, signerFromPem } from './signer.ts';

const KEYRING_FILE = 'keyring.json';

const KeyringFile = z.strictObject({
  version: z.literal(1),
  keys: z.array(KeyEntry).min(1),
  handovers: z.array(Envelope),
});
type KeyringFile = z.infer<typeof KeyringFile>;

export interface KeyFileOptions {
  /** Key name of a key that has to be made; an existing key keeps its own. */
  name?: string;
  clock?: Clock;
}

/** Public half of a key directory: what an export carries and what others are given. */
export interface PublicKeys {
  keys: KeyEntry[];
  /** Signed hand-over statements, oldest first. */
  handovers: Envelope[];
}

/**
 * The signer of a key directory; makes directory and key on first use. Two processes that start at once get one key.
 * @throws CustosError KEY_MODE when directory or key may be read by others; KEY_INVALID when a file is damaged; KEY_MISSING
 */
export async function loadOrCreateSigner(dir: string, options: KeyFileOptions = {}): Promise<Signer> {
  prepareDirectory(dir);
  const existing = readKeyring(dir);
  if (existing !== undefined) return loadCurrent(dir, existing);
  const { signer, privateKeyPem } = createKey(options.name ?? DEFAULT_KEY_NAME);
  writePrivate(privatePath(dir, signer.keyId), privateKeyPem);
  const validFrom = (options.clock ?? systemClock).now();
  if (publishFirst(dir, { version: 1, keys: [{ publicKey: signer.publicKey, validFrom }], handovers: [] }))
    return signer;
  rmSync(privatePath(dir, signer.keyId));
  return loadOrCreateSigner(dir, options);
}

/**
 * Puts a new key in the place of the one in use. The old public key stays valid for what it signed; its private half is
 * deleted. A hand-over statement signed by both keys is recorded, so whoever trusts one can trust the other.
 * @returns the new signer and the hand-over, which the caller should record in its ledger too
 * @throws CustosError KEY_MISSING when there is no key yet; KEY_CLOCK when the clock stands before the key's start
 */
export async function rotate(
  dir: string,
  options: { clock?: Clock } = {},
): Promise<{ signer: Signer; handover: Envelope }> {
  prepareDirectory(dir);
  const before = readKeyring(dir);
  if (before === undefined)
    throw new CustosError('KEY_MISSING', `${dir} has no key to rotate; record something first.`);
  const old = loadCurrent(dir, before);
  const current = currentEntry(dir, before);
  const at = (options.clock ?? systemClock).now();
  if (current.validFrom !== undefined && millis(at) < millis(current.validFrom)) {
    throw new CustosError(
      'KEY_CLOCK',
      `It is ${at}, before the key in use was made (${current.validFrom}); set the clock right.`,
    );
  }
  const { signer, privateKeyPem } = createKey(parseVerifier(current.publicKey).name);
  const handover = await signHandover(old, signer, at);
  writePrivate(privatePath(dir, signer.keyId), privateKeyPem);
  const retired = before.keys.map((key) => (key === current ? { ...key, validUntil: at } : key));
  const keys = [...retired, { publicKey: signer.publicKey, validFrom: at }];
  replaceKeyring(dir, { version: 1, keys, handovers: [...before.handovers, handover] });
  removeRetired(dir, signer.keyId);
  return { signer, handover };
}

/** The public keys and hand-overs of a key directory. @throws CustosError KEY_MISSING, KEY_INVALID */
export function loadPublicKeys(dir: string): PublicKeys {
  const file = readKeyring(dir);
  if (file === undefined) throw new CustosError('KEY_MISSING', `${dir} has no ${KEYRING_FILE}.`);
  return { keys: file.keys, handovers: file.handovers };
}

/** All public keys of a key directory, old ones with the time until which they signed. @throws as `loadPublicKeys` */
export function loadKeyring(dir: string): Keyring {
  return new Keyring(loadPublicKeys(dir).keys);
}

/**
 * Writes a private key to a file of its own (mode 0600) that must not exist.
 * @throws CustosError KEY_EXISTS, KEY_WRITE
 */
export function writePrivateKey(path: string, privateKeyPem: string): void {
  try {
    writePrivate(path, privateKeyPem);
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST')
      throw new CustosError('KEY_EXISTS', `${path} exists and is not overwritten; give another file.`, {
        cause,
      });
    throw new CustosError('KEY_WRITE', `Cannot write the private key to ${path}; check the folder.`, {
      cause,
    });
  }
}

/**
 * The signer of a private key file.
 * @throws CustosError KEY_MISSING, KEY_MODE when others may read it, KEY_INVALID
 */
export function loadSigner(path: string, name: string): Signer {
  return signerFromPem(readPrivate(path), name);
}

function prepareDirectory(dir: string): void {
  mkdirSync(dir, { recursive: true, mode: 0o700 });
  const stat = lstatSync(dir);
  if (!stat.isDirectory())
    throw new CustosError('KEY_MODE', `${dir} is no directory (or a link); keys need one of their own.`);
  checkMode(dir, stat.mode, 'chmod 700');
}

function checkMode(path: string, mode: number, remedy: string): void {
  if (process.platform === 'win32' || (mode & 0o077) === 0) return;
  const octal = (mode & 0o777).toString(8);
  throw new CustosError(
    'KEY_MODE',
    `${path} has mode ${octal}: others can reach the private key. Run "${remedy} ${path}", and rotate if it was exposed.`,
  );
}

function readKeyring(dir: string): KeyringFile | undefined {
  const path = join(dir, KEYRING_FILE);
  let text: string;
  try {
    text = readFileSync(path, 'utf8');
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'ENOENT') return undefined;
    throw new CustosError('KEY_INVALID', `Cannot read ${path}.`, { cause });
  }
  try {
    return KeyringFile.parse(JSON.parse(text));
  } catch (cause) {
    throw new CustosError('KEY_INVALID', `${path} is damaged; restore it from a copy.`, { cause });
  }
}

function currentEntry(dir: string, file: KeyringFile): KeyEntry {
  const current = file.keys.filter((key) => key.validUntil === undefined);
  const [only] = current;
  if (only !== undefined && current.length === 1) return only;
  throw new CustosError(
    'KEY_INVALID',
    `${join(dir, KEYRING_FILE)} names ${current.length} keys in use instead of one; restore it from a copy.`,
  );
}

function loadCurrent(dir: string, file: KeyringFile): Signer {
  const { keyId, name, publicKey } = parseVerifier(currentEntry(dir, file).publicKey);
  const path = privatePath(dir, keyId);
  const signer = signerFromPem(readPrivate(path), name);
  if (signer.publicKey === publicKey) return signer;
  throw new CustosError(
    'KEY_INVALID',
    `${path} holds another key than ${KEYRING_FILE} says; restore it from a copy.`,
  );
}

function readPrivate(path: string): string {
  let fd: number;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK);
  } catch (cause) {
    throw new CustosError('KEY_MISSING', `Cannot open the private key ${path}; restore it from a copy.`, {
      cause,
    });
  }
  try {
    const stat = fstatSync(fd);
    if (!stat.isFile()) throw new CustosError('KEY_INVALID', `${path} is no regular file.`);
    checkMode(path, stat.mode, 'chmod 600');
    return readFileSync(fd, 'utf8');
  } finally {
    closeSync(fd);
  }
}

function privatePath(dir: string, keyId: Signer['keyId']): string {
  return join(dir, `${hexOf(keyId)}.pem`);
}

/** Creates, never overwrites; durable when it returns. */
function writePrivate(path: string, text: string): void {
  const fd = openSync(path, 'wx', 0o600);
  try {
    writeFileSync(fd, text);
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
  chmodSync(path, 0o600);
}

/** False when another process was first. */
function publishFirst(dir: string, file: KeyringFile): boolean {
  const draft = writeDraft(dir, file);
  try {
    linkSync(draft, join(dir, KEYRING_FILE));
    syncDirectory(dir);
    return true;
  } catch (cause) {
    if (cause instanceof Error && 'code' in cause && cause.code === 'EEXIST') return false;
    throw cause;
  } finally {
    rmSync(draft);
  }
}

function replaceKeyring(dir: string, file: KeyringFile): void {
  renameSync(writeDraft(dir, file), join(dir, KEYRING_FILE));
  syncDirectory(dir);
}

function writeDraft(dir: string, file: KeyringFile): string {
  const draft = join(dir, `.${KEYRING_FILE}.${process.pid}.${performance.now()}`);
  writePrivate(draft, `${JSON.stringify(file, null, 2)}\n`);
  return draft;
}

function syncDirectory(dir: string): void {
  const fd = openSync(dir, 'r');
  try {
    fsyncSync(fd);
  } finally {
    closeSync(fd);
  }
}

function removeRetired(dir: string, keep: Signer['keyId']): void {
  for (const name of readdirSync(dir)) {
    if (name.endsWith('.pem') && name !== `${hexOf(keep)}.pem`) rmSync(join(dir, name));
  }
}
