/** The example systems in the service: read, scanned and assessed like any repository. Their evidence is fictional and says so. */
import { join } from 'node:path';
import type { InspectPathsOptions } from '@custos/inspect';
import type { ScanOptions } from '@custos/scan';
import { insertSystem } from '@custos/store';
import { assessDirectory, readDeclaration } from '../assessment/assess-directory.ts';
import type { ServiceContext } from './context.ts';
import { adoptPeople } from './declare-system.ts';

export interface LoadExamplesOptions {
  readonly organisation: string;
  readonly by: string;
  /** Folder with one folder per example. */
  readonly dir: string;
  readonly examples: readonly string[];
  readonly scan?: ScanOptions;
  readonly inspect?: Pick<InspectPathsOptions, 'workerUrl'>;
}

/** Ids of the systems; those that are there already are left as they are. */
export async function loadExamples(context: ServiceContext, options: LoadExamplesOptions): Promise<string[]> {
  const ids: string[] = [];
  for (const name of options.examples) {
    const dir = join(options.dir, name);
    const declaration = await readDeclaration(dir);
    if (!declaration) continue;
    const { roles, ...declared } = declaration.system;
    const ref = { organisation: options.organisation, system: declared.id };
    ids.push(ref.system);
    const ledger = await context.database.ledger(ref.organisation, ref.system);
    const act = { type: 'examples.loaded', actor: options.by, detail: { system: ref.system } };
    const fresh = await ledger.recordWith([{ kind: 'act', act }], async (control) => {
      const made = await insertSystem(control, {
        ...ref,
        name: declared.name,
        phase: declared.phase,
        purpose: declared.purpose,
        declaration: JSON.stringify(declared),
        created_at: context.clock.now(),
      });
      if (made) await adoptPeople(control, ref, roles);
      return made;
    });
    if (!fresh) continue;
    await assessDirectory({
      dir,
      specification: context.specification,
      specificationDigest: context.specificationDigest,
      clock: context.clock,
      recording: { store: ledger, signer: context.signer, keyring: context.keyring },
      scan: options.scan,
      inspect: options.inspect,
    });
  }
  return ids;
}
