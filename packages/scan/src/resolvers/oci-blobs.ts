/** Where the blobs of a container image lie: an OCI image layout on disk or in a tar, or what `docker save` writes. */
import { existsSync, lstatSync, statSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { compressionOf, openArchive } from './archive.ts';
import { type Bytes, fileBytes, type Scratch, type UnpackLimits } from './scratch.ts';
import { isTar, TarDamaged, tarMembers } from './tar.ts';

/** JSON documents of an image are short. Bytes. */
const MAX_JSON = 4 * 1024 * 1024;

/** Files of an image by their name in the layout, such as `index.json` or `blobs/sha256/…`. */
export interface BlobStore {
  get(name: string): Bytes | undefined;
}

/** @throws CustosError `SCAN_IMAGE` when there is neither `index.json` nor `manifest.json` */
export async function openImage(path: string, scratch: Scratch, limits: UnpackLimits): Promise<BlobStore> {
  const isDirectory = statSync(path, { throwIfNoEntry: false })?.isDirectory() === true;
  const store = isDirectory ? directoryStore(path, scratch) : await tarStore(path, scratch, limits);
  if (store.get('index.json') === undefined && store.get('manifest.json') === undefined)
    throw new CustosError(
      'SCAN_IMAGE',
      `${path} holds no container image (neither index.json nor manifest.json); make one with \`docker save\` or \`skopeo copy … oci:DIR\`.`,
    );
  return store;
}

function directoryStore(root: string, scratch: Scratch): BlobStore {
  return {
    get(name) {
      if (!isPlainName(name)) return undefined;
      const path = join(root, name);
      if (!existsSync(path) || !lstatSync(path).isFile()) return undefined;
      return fileBytes(scratch.open(path), 0, lstatSync(path).size);
    },
  };
}

async function tarStore(path: string, scratch: Scratch, limits: UnpackLimits): Promise<BlobStore> {
  const file = openArchive(path, scratch);
  const content: Bytes = compressionOf(file) === 'gzip' ? await scratch.gunzip(file, limits) : file;
  if (!isTar(content))
    throw new CustosError(
      'SCAN_IMAGE',
      `${path} is no tar of a container image; make one with \`docker save\`.`,
    );
  const members = new Map<string, Bytes>();
  const links = new Map<string, string>();
  try {
    for (const one of tarMembers(content)) {
      const name = one.path.replace(/^\.\//, '');
      if (members.size > limits.maxEntries) break;
      if (one.type === 'file') members.set(name, part(content, one.offset, one.size));
      // `docker save` of older versions links layers that images share.
      else if (one.type === 'symlink' || one.type === 'hardlink') links.set(name, one.target);
    }
  } catch (error) {
    if (!(error instanceof TarDamaged)) throw error;
    // Blobs that are missing are reported where they are needed.
  }
  return {
    get(name) {
      const target = links.get(name);
      return (
        members.get(name) ??
        (target === undefined ? undefined : members.get(target.replace(/^(?:\.\.?\/)+/, '')))
      );
    },
  };
}

export function part(bytes: Bytes, start: number, size: number): Bytes {
  return {
    size,
    read: (offset, length) => bytes.read(start + offset, Math.max(0, Math.min(length, size - offset))),
  };
}

/** Names come from the image's own documents: nothing that leads elsewhere. */
function isPlainName(name: string): boolean {
  return /^[\w.+-]+(?:\/[\w.+-]+)*$/.test(name) && !name.split('/').includes('..');
}

/** `sha256:abc…` → `blobs/sha256/abc…`; undefined for what is no digest. */
export function blobName(digest: unknown): string | undefined {
  const match = typeof digest === 'string' ? /^(sha256|sha512):([0-9a-f]{64,128})$/.exec(digest) : null;
  return match === null ? undefined : `blobs/${match[1] ?? ''}/${match[2] ?? ''}`;
}

/** A JSON document of the image; undefined where it is missing, too long or broken. */
export function readJson(store: BlobStore, name: string | undefined): unknown {
  const bytes = name === undefined ? undefined : store.get(name);
  if (bytes === undefined || bytes.size > MAX_JSON) return undefined;
  try {
    return JSON.parse(bytes.read(0, bytes.size).toString('utf8'));
  } catch {
    return undefined;
  }
}
