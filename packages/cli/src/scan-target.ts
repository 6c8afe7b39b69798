/** What a path on the command line stands for: a directory, a container image, an archive, or a revision of a repository. */
import { resolve } from 'node:path';
import { CustosError } from '@custos/core';
import { gitTreeResolver, openTree, type Resolver } from '@custos/scan';

export interface TargetFlags {
  revision?: string;
  image?: boolean;
  platform?: string;
}

/** @throws CustosError when there is nothing to scan */
export function openTarget(path: string, flags: TargetFlags): Resolver {
  const { revision, image, platform } = flags;
  if (revision !== undefined) {
    if (image)
      throw new CustosError('USAGE', '--revision is of a repository, --image of an image; give one.');
    return gitTreeResolver(resolve(path), revision);
  }
  return openTree(path, { ...(image ? { image } : {}), ...(platform ? { platform } : {}) });
}
