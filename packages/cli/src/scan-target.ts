/** What a path on the command line stands for: a directory, or a revision of the repository in it. */
import { resolve } from 'node:path';
import { requireDirectory } from '@custos/engine';
import { directoryResolver, gitTreeResolver, type Resolver } from '@custos/scan';

export interface TargetFlags {
  revision?: string;
}

/** @throws CustosError INPUT_PATH when there is nothing to scan */
export async function openTarget(path: string, flags: TargetFlags): Promise<Resolver> {
  const full = resolve(path);
  await requireDirectory(full);
  return flags.revision === undefined ? directoryResolver(full) : gitTreeResolver(full, flags.revision);
}
