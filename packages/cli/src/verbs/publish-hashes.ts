/** `custos publish-hashes`: a static page with the signed hashes of a model. */
import { existsSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { isAbsolute, join, relative, resolve, sep } from 'node:path';
import { CustosError } from '@custos/core';
import { buildHashPage, describeSigner, HASH_PAGE_FILES, loadHashPage } from '@custos/engine';
import { signModel } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { addSigningFlags, hashingFrom, type SigningFlags, signerFrom } from '../signing-flags.ts';

export function addPublishHashes(program: Command, environment: Environment): void {
  const command = program
    .command('publish-hashes <model>')
    .description('write a page with the hashes of a model, signed, for others to check what they received')
    .requiredOption('--out <dir>', 'folder for the page');
  addSigningFlags(command).action(async (model: string, flags: SigningFlags & { out: string }) => {
    const way = relative(resolve(model), resolve(flags.out));
    if (way !== '..' && !way.startsWith(`..${sep}`) && !isAbsolute(way))
      throw new CustosError(
        'USAGE',
        `${flags.out} lies in the model, so the page would become a part of it. Choose another --out.`,
      );
    await refuseOtherFiles(flags.out);
    const signer = await signerFrom(flags);
    const hashing = hashingFrom(flags, environment);
    try {
      const { bundle, warnings } = await signModel(model, {
        ...hashing.options,
        signer,
        ignore: flags.ignore ?? [],
        allowSymlinks: flags.allowSymlinks ?? false,
        // A signature that is shipped with the model is not a part of it.
        signature: join(resolve(model), 'model.sig'),
      });
      hashing.end();
      const page = buildHashPage(bundle, describeSigner(bundle));
      await mkdir(flags.out, { recursive: true });
      for (const [name, content] of page.files) await emit(content, join(flags.out, name));
      for (const { message } of warnings) say(`note: ${message}`);
      say(`Wrote ${[...page.files.keys()].join(', ')} to ${flags.out}.`);
    } finally {
      hashing.end();
    }
  });
}

/** A hash page is replaced; somebody's home page of the same name is not. */
async function refuseOtherFiles(folder: string): Promise<void> {
  const taken = HASH_PAGE_FILES.find((name) => existsSync(join(folder, name)));
  if (taken === undefined) return;
  const ours = await loadHashPage(join(folder, 'index.html')).then(
    () => true,
    () => false,
  );
  if (!ours)
    throw new CustosError(
      'OUTPUT',
      `${join(folder, taken)} exists and is of no hash page; it stays as it is. Choose another --out.`,
    );
}
