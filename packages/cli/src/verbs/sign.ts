/** `custos sign`: an OpenSSF Model Signing signature over a model. */
import { existsSync } from 'node:fs';
import { CustosError } from '@custos/core';
import { defaultSignature } from '@custos/engine';
import { BUNDLE_MEDIA_TYPE, readBundleFile, signModel } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import {
  addLayoutFlags,
  addSigningFlags,
  hashingFrom,
  isFolder,
  type LayoutFlags,
  type SigningFlags,
  signerFrom,
} from '../signing-flags.ts';

interface SignFlags extends SigningFlags, LayoutFlags {
  signature?: string;
}

export function addSign(program: Command, environment: Environment): void {
  const command = program
    .command('sign <model>')
    .description('sign a model, a file or a folder, as OpenSSF Model Signing v1.0')
    .option(
      '--signature <file>',
      'where to write the signature (default: model.sig in the folder, or FILE.sig)',
    );
  addLayoutFlags(addSigningFlags(command)).action(async (model: string, flags: SignFlags) => {
    const signature = flags.signature ?? defaultSignature(model, isFolder(model));
    refuseOtherFiles(signature);
    const signer = await signerFrom(flags);
    const hashing = hashingFrom(flags, environment);
    try {
      const { bundle, manifest, warnings } = await signModel(model, {
        ...hashing.options,
        signer,
        signature,
        hashType: flags.hash,
        ...(flags.shardSize === undefined ? {} : { shardSize: flags.shardSize }),
        ignore: flags.ignore ?? [],
        allowSymlinks: flags.allowSymlinks ?? false,
      });
      hashing.end();
      await emit(bundle, signature);
      for (const { message } of warnings) say(`note: ${message}`);
      const files = new Set(manifest.ranges.map(({ path }) => path)).size;
      say(
        `Signed ${files} file${files === 1 ? '' : 's'} of ${manifest.modelName}; root digest ${manifest.rootDigest}`,
      );
      say(`Signature: ${signature}`);
    } finally {
      hashing.end();
    }
  });
}

/** An earlier signature is replaced; a slip that names the weights does not cost them. */
function refuseOtherFiles(path: string): void {
  if (!existsSync(path)) return;
  const text = readBundleFile(path).toString('latin1');
  if (text.includes(BUNDLE_MEDIA_TYPE.slice(0, 'application/vnd.dev.sigstore.bundle'.length))) return;
  throw new CustosError(
    'OUTPUT',
    `${path} exists and is no signature; it stays as it is. Choose another --signature.`,
  );
}
