/** `custos pack`: one file with the assessment, all evidence behind it and its proofs, for an auditor who trusts nobody. */
import { copyFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { downloadPack } from '@custos/contract';
import { CustosError, EXIT, systemClock } from '@custos/core';
import { makePack } from '@custos/engine';
import { loadPublicKeys } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { emitStream, say, unwritable } from '../output.ts';
import { openSpecification, resource } from '../resources.ts';
import { asked, namesServer, openServer, type ServerFlags, withServer } from '../server-access.ts';
import { systemOf } from '../server-push.ts';
import { keyDir, openWorkspace, requireLedger, STORE_KINDS, type StoreKind } from '../workspace.ts';
import { oneOf, parseTime } from './assess.ts';

const VERIFIER = 'custos-verify.mjs';

interface PackFlags extends ServerFlags {
  out: string;
  at?: string;
  system?: string;
  sequence?: string;
  store: StoreKind;
  standard?: string;
  verifier: boolean;
}

export function addPack(program: Command, environment: Environment): void {
  withServer(
    program
      .command('pack [dir]')
      .description('write the evidence pack: assessment, evidence, proofs and exports in one signed file'),
  )
    .option('--system <id>', 'with --server: the system there; default the one of custos.yaml')
    .option('--sequence <number>', 'with --server: of a past assessment')
    .requiredOption('--out <file>', 'the pack, a zip file')
    .option('--at <time>', 'as of this time (RFC 3339, UTC)')
    .option('--store <kind>', STORE_KINDS.join(', '), oneOf(STORE_KINDS), 'files')
    .option('--standard <folder>', 'a framework of your own in the form of standard/')
    .option('--no-verifier', `do not put ${VERIFIER} beside the pack`)
    .addHelpText(
      'after',
      '\nIt holds what is recorded; run `custos assess` before it to record how the repository is now.',
    )
    .action(async (dir: string | undefined, flags: PackFlags) => {
      process.exitCode = namesServer(flags, environment)
        ? await fetchPack(dir ?? '.', flags, environment)
        : await runPack(dir ?? '.', flags, environment);
    });
}

async function runPack(dir: string, flags: PackFlags, environment: Environment): Promise<number> {
  const { specification, digest } = await openSpecification(flags.standard);
  const at = flags.at === undefined ? undefined : parseTime(flags.at);
  requireLedger(dir, flags.store);
  const { store, signer, keyring, close } = await openWorkspace(dir, flags.store, environment);
  try {
    const { size, root } = await store.ledger.checkpoint();
    const pack = await makePack({
      ledgers: [{ name: 'system', store, evaluated: size }],
      keyring,
      handovers: loadPublicKeys(keyDir(environment)).handovers,
      signer,
      specification,
      specificationDigest: digest,
      evaluatedAt: at ?? systemClock.now(),
      observedUntil: at,
      ledger: { size, root },
    });
    await emitStream(pack.chunks(), flags.out);
    if (flags.verifier) await putVerifier(dirname(flags.out));
    const { shall } = pack.assessment.counts;
    say(
      `${flags.out}: ${size} ledger entries, ${pack.assessment.provisions.length} provisions (shall: ${shall.pass} pass, ${shall.fail} fail, ${shall.inconclusive} inconclusive duties).`,
    );
    say(`Signed by ${signer.keyId}. Give auditors this fingerprint by another way than the file.`);
    say(`They run: node ${VERIFIER} ${flags.out} --key ${signer.keyId}`);
    return EXIT.conforms;
  } finally {
    await close();
  }
}

/** From a service: as it stands, or a past assessment. @throws CustosError what the service says */
async function fetchPack(dir: string, flags: PackFlags, environment: Environment): Promise<number> {
  if (flags.at !== undefined || flags.standard !== undefined)
    throw new CustosError('USAGE', '--at and --standard are for a directory; a service has --sequence.');
  const access = await openServer(flags, environment);
  const params = { organisation: access.organisation, system: await systemOf(dir, flags) };
  const query = flags.sequence === undefined ? {} : { sequence: wholeNumber(flags.sequence) };
  const response = await asked(access.server, access.client.open(downloadPack, { params, query }));
  if (response.body === null) throw new CustosError('SERVER_ANSWER', `${access.server} sent nothing.`);
  await emitStream(response.body, flags.out);
  if (flags.verifier) await putVerifier(dirname(flags.out));
  say(`${flags.out}: ${params.system} of ${params.organisation}, from ${access.server}.`);
  say(`Verify it: node ${VERIFIER} ${flags.out} --key FINGERPRINT, which you got by another way.`);
  return EXIT.conforms;
}

function wholeNumber(text: string): number {
  if (/^[1-9][0-9]{0,8}$/.test(text)) return Number(text);
  throw new CustosError('USAGE', `--sequence "${text}" is no number of an assessment; the first is 1.`);
}

async function putVerifier(folder: string): Promise<void> {
  const target = join(folder, VERIFIER);
  try {
    await copyFile(resource(VERIFIER), target);
  } catch (cause) {
    throw unwritable(target, cause, 'Choose another --out, or add --no-verifier.');
  }
}
