/** Signatures that lie beside models, for `assess`. */
import { closeSync, constants, existsSync, openSync, readSync } from 'node:fs';
import { basename, dirname, join, posix } from 'node:path';
import type { Asset } from '@custos/core';

/** What a signature beside a file, or in a model's folder, may be called. */
const ENDINGS = ['.sig', '.sigstore.json', '.sigstore'];
const FOLDER_SIGNATURE = 'model.sig';

export interface FoundSignature {
  /** Relative to the root, with `/`. */
  readonly model: string;
  readonly signature: string;
}

/**
 * @param root folder of the system
 * @param within path relative to the root: only what lies there, and signatures no higher up
 * @returns each signature once, in the order of the assets
 */
export function findSignatures(root: string, assets: readonly Asset[], within: string): FoundSignature[] {
  const top = posix.normalize(within).replace(/\/$/, '');
  const found = new Map<string, FoundSignature>();
  for (const { digest, locations } of assets) {
    if (digest === undefined) continue;
    for (const { path } of locations) {
      if (top !== '.' && path !== top && !path.startsWith(`${top}/`)) continue;
      const one = beside(root, path) ?? above(root, path, top);
      if (one !== undefined) found.set(one.signature, one);
    }
  }
  return [...found.values()];
}

function beside(root: string, path: string): FoundSignature | undefined {
  const ending = ENDINGS.find((each) => isBundle(join(root, path + each)));
  return ending === undefined ? undefined : { model: path, signature: path + ending };
}

/** `model.sig` in the file's folder or one above it, nearest first. */
function above(root: string, path: string, top: string): FoundSignature | undefined {
  for (let folder = dirname(path); ; folder = dirname(folder)) {
    const signature = posix.join(folder, FOLDER_SIGNATURE);
    if (isBundle(join(root, signature))) return { model: folder, signature };
    if (folder === top || folder === '.' || folder === dirname(folder)) return undefined;
  }
}

/** Other kinds of `.sig` (PGP, raw signatures) are not read; a bundle is a JSON object. */
function isBundle(path: string): boolean {
  if (!existsSync(path)) return false;
  let fd: number | undefined;
  try {
    fd = openSync(path, constants.O_RDONLY | constants.O_NONBLOCK);
    const head = Buffer.alloc(16);
    return head.toString('utf8', 0, readSync(fd, head)).trimStart().startsWith('{');
  } catch {
    return false;
  } finally {
    if (fd !== undefined) closeSync(fd);
  }
}

/** The signature beside a model; where there is none, the place where `custos sign` would put it. */
export function existingSignature(model: string, isFolder: boolean): string {
  const place = defaultSignature(model, isFolder);
  const ending = isFolder || existsSync(place) ? undefined : ENDINGS.find((each) => existsSync(model + each));
  return ending === undefined ? place : model + ending;
}

/** Where `custos sign` puts a signature unless told otherwise. */
export function defaultSignature(model: string, isFolder: boolean): string {
  return isFolder ? join(model, FOLDER_SIGNATURE) : join(dirname(model), `${basename(model)}.sig`);
}
