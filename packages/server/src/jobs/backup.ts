/** Mirrors every ledger into a folder, and copies an embedded database. What is there already is continued, so that each backup writes what is new. */

import { existsSync } from 'node:fs';
import { mkdir, rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { copyEntries, openStore, systemPage } from '@custos/store';
import type { Job, JobContext } from './job.ts';
import { HOUR } from './time.ts';

/** @param dir folder that holds `<organisation>/<system>/.custos`; the organisation's own is `_organisation` */
export function backupJob(dir: string, hours: number): Job {
  return {
    name: 'backup',
    summary: 'Mirrors every ledger into the backup folder',
    scope: 'organisation',
    every: hours * HOUR,
    async run(context) {
      await backUp(context, dir, undefined);
      let after: string | undefined;
      do {
        const page = await context.service.context.database.within(context.organisation, (control) =>
          systemPage(control, { after, limit: 200 }),
        );
        for (const { system } of page) await backUp(context, dir, system);
        after = page.length < 200 ? undefined : page.at(-1)?.system;
      } while (after !== undefined);
    },
  };
}

/**
 * The whole database, where it is embedded: members, rights, sign-in, requests, settings and ledgers, as of one moment. The copy
 * of before stays until this one is whole.
 */
export function snapshotJob(dir: string, hours: number): Job {
  return {
    name: 'backup.database',
    summary: 'Copies the embedded database into the backup folder',
    scope: 'service',
    every: hours * HOUR,
    async run({ service, signal }) {
      const { snapshot } = service.context.database;
      if (!snapshot) return;
      const home = join(dir, '_service');
      const [part, kept, before] = [join(home, 'part'), join(home, 'embedded'), join(home, 'before')];
      await mkdir(home, { recursive: true, mode: 0o700 });
      await rm(part, { recursive: true, force: true });
      signal.throwIfAborted();
      await snapshot(part);
      await rm(before, { recursive: true, force: true });
      if (existsSync(kept)) await rename(kept, before);
      await rename(part, kept);
      await rm(before, { recursive: true, force: true });
    },
  };
}

async function backUp(
  { service, organisation, signal }: JobContext,
  dir: string,
  system: string | undefined,
): Promise<void> {
  signal.throwIfAborted();
  const { database, signer, clock } = service.context;
  const ledger = await database.ledger(organisation, system);
  if ((await ledger.ledger.checkpoint()).size === 0) return;
  // Where `custos ledger verify` looks for a ledger.
  const folder = join(dir, organisation, system ?? '_organisation', '.custos');
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const files = await openStore({
    kind: 'files',
    dir: folder,
    signer,
    clock,
    organisation: ledger.organisation,
    origin: ledger.origin,
  });
  try {
    await copyEntries(ledger, files);
  } finally {
    await files.close();
  }
}
