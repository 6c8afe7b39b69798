/** `custos keys`: the local signing key and the keys a repository trusts. */
import { resolve } from 'node:path';
import { systemClock } from '@custos/core';
import { requireDirectory } from '@custos/engine';
import { loadOrCreateSigner, openEnvelope, parseVerifier, rotate } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emit, say } from '../output.ts';
import { hasFiles, keyDir, openWorkspace, trustKey } from '../workspace.ts';
import { addProducerKeys } from './producer-keys.ts';

export function addKeys(program: Command, environment: Environment): void {
  const keys = program.command('keys').description('the local signing key, and whom a repository trusts');
  keys
    .command('show', { isDefault: true })
    .description('the public key in use')
    .action(async () => emit(`${(await loadOrCreateSigner(keyDir(environment))).publicKey}\n`, undefined));
  keys
    .command('rotate [dir]')
    .description('put a new key in the place of the one in use; what the old one signed stays valid')
    .action(async (dir: string | undefined) => {
      const root = resolve(dir ?? '.');
      await requireDirectory(root);
      const { signer, handover } = await rotate(keyDir(environment), { clock: systemClock });
      if (hasFiles(root)) {
        await trustKey(root, signer.publicKey, `rotated in by ${environment.user}`);
        const workspace = await openWorkspace(root, 'files', environment);
        try {
          const { id } = openEnvelope(handover, workspace.keyring);
          await workspace.store.record([
            { kind: 'observation', id, envelope: handover },
            {
              kind: 'act',
              act: { type: 'key.rotated', actor: environment.user, detail: { publicKey: signer.publicKey } },
            },
          ]);
        } finally {
          await workspace.close();
        }
      }
      say(`The key in use is now ${signer.publicKey}`);
    });
  addProducerKeys(keys, environment);
  keys
    .command('trust <verifier-key> [dir]')
    .description('let the signatures of a public key count in a repository')
    .action(async (key: string, dir: string | undefined) => {
      await trustKey(resolve(dir ?? '.'), parseVerifier(key).publicKey, `trusted by ${environment.user}`);
      say('Trusted. The change in .custos/trusted-keys.txt should be reviewed like code.');
    });
}
