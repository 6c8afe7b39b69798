/** The resolver for a path by what lies there: a directory, a container image, an archive. */
import { closeSync, existsSync, openSync, statSync } from 'node:fs';
import { join, resolve } from 'node:path';
import { CustosError } from '@custos/core';
import type { Resolver } from '../types.ts';
import { archiveResolver } from './archive.ts';
import { directoryResolver } from './directory.ts';
import { type ImageOptions, imageResolver } from './oci-image.ts';
import { fileBytes } from './scratch.ts';
import { isTar, TarDamaged, tarMembers } from './tar.ts';

export interface OpenTreeOptions extends ImageOptions {
  /** A container image, also where that is not plain to see, as in a compressed tar. */
  readonly image?: boolean;
}

/**
 * @throws CustosError `SCAN_ROOT_MISSING` when nothing is there; others come from the resolver's `entries`
 * @example scan(openTree('release.tar.gz'))
 */
export function openTree(path: string, options: OpenTreeOptions = {}): Resolver {
  const full = resolve(path);
  const info = statSync(full, { throwIfNoEntry: false });
  if (info === undefined)
    throw new CustosError(
      'SCAN_ROOT_MISSING',
      `${path} does not exist. Name a directory, an archive or an image.`,
    );
  if (options.image === true) return imageResolver(full, options);
  if (info.isDirectory())
    return existsSync(join(full, 'oci-layout')) ? imageResolver(full, options) : directoryResolver(full);
  if (!info.isFile()) return archiveResolver(full, options);
  return isImageTar(full) ? imageResolver(full, options) : archiveResolver(full, options);
}

/** An uncompressed tar whose members are those of an image layout or of `docker save`. */
function isImageTar(path: string): boolean {
  const handle = openSync(path, 'r');
  try {
    const bytes = fileBytes(handle, 0, statSync(path).size);
    if (!isTar(bytes)) return false;
    const names = new Set<string>();
    for (const member of tarMembers(bytes)) names.add(member.path.replace(/^\.\//, ''));
    return names.has('oci-layout') || (names.has('manifest.json') && names.has('repositories'));
  } catch (error) {
    if (error instanceof TarDamaged) return false;
    throw error;
  } finally {
    closeSync(handle);
  }
}
