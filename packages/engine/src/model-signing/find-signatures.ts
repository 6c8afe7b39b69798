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
 * @param within path relative to the root, as custos.yaml writes it
 * @returns the assets with content of their own there, each with its places there only
 */
export function assetsWithin(assets: readonly Asset[], within: string): Asset[] {
  const top = topOf(within);
  return assets.flatMap((asset) => {
    if (asset.digest === undefined) return [];
    const locations = asset.locations.filter(
      // What is mentioned in a line of a file is not that file.
      ({ path, line }) => line === undefined && (top === '.' || path === top || path.startsWith(`${top}/`)),
    );
    return locations.length === 0 ? [] : [{ ...asset, locations }];
  });
}

/**
 * Signatures that may speak for an asset: which files they name is only known when they are verified.
 * @param root folder of the system
 * @param within path relative to the root: only what lies there, and signatures no higher up
 * @returns each pair of model and signature once, nearest first, in the order of the assets
 */
export function findSignatures(root: string, assets: readonly Asset[], within: string): FoundSignature[] {
  const top = topOf(within);
  const found = new Map<string, FoundSignature>();
  for (const { locations } of assetsWithin(assets, within))
    for (const { path } of locations)
      for (const one of [...beside(root, path), ...above(root, path, top)])
        found.set(`${one.model}\0${one.signature}`, one);
  return [...found.values()];
}

function topOf(within: string): string {
  return posix.normalize(within).replace(/\/$/, '');
}

/** The file's own signature: none or one. */
function beside(root: string, path: string): FoundSignature[] {
  const ending = ENDINGS.find((each) => isBundle(join(root, path + each)));
  return ending === undefined ? [] : [{ model: path, signature: path + ending }];
}

/** True when the file has a signature of its own, so that no other one's silence says anything of it. */
export function hasOwnSignature(root: string, path: string): boolean {
  return beside(root, path).length > 0;
}

/** `model.sig` in the file's folder and those above it up to `top`, nearest first; none for who is trusted with one file. */
function above(root: string, path: string, top: string): FoundSignature[] {
  const found: FoundSignature[] = [];
  if (path === top) return found;
  for (let folder = posix.dirname(path); ; folder = posix.dirname(folder)) {
    const signature = posix.join(folder, FOLDER_SIGNATURE);
    if (isBundle(join(root, signature))) found.push({ model: folder, signature });
    if (folder === top || folder === '.' || folder === posix.dirname(folder)) return found;
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
