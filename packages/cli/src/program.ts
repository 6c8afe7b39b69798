/** All verbs, an explicit list. */
import { resolve } from 'node:path';
import { EXIT } from '@custos/core';
import { Command, type CommanderError } from 'commander';
import type { Environment } from './environment.ts';
import { addApi } from './verbs/api.ts';
import { addAssess } from './verbs/assess.ts';
import { addBom } from './verbs/bom.ts';
import { addCatalogue } from './verbs/catalogue.ts';
import { addCompletion } from './verbs/completion.ts';
import { addComponent } from './verbs/component.ts';
import { addDoctor } from './verbs/doctor.ts';
import { addExplain } from './verbs/explain.ts';
import { addInit } from './verbs/init.ts';
import { addInspect } from './verbs/inspect.ts';
import { addKeys } from './verbs/keys.ts';
import { addLedger } from './verbs/ledger.ts';
import { addObserve } from './verbs/observe.ts';
import { addPack } from './verbs/pack.ts';
import { addProvenance } from './verbs/provenance.ts';
import { addPublishHashes } from './verbs/publish-hashes.ts';
import { addReceive } from './verbs/receive.ts';
import { addRequests } from './verbs/requests.ts';
import { addScan } from './verbs/scan.ts';
import { addServer } from './verbs/server.ts';
import { addSign } from './verbs/sign.ts';
import { addTransfer } from './verbs/transfer.ts';
import { addTriage } from './verbs/triage.ts';
import { addUp } from './verbs/up.ts';
import { addVerify } from './verbs/verify.ts';
import { prepareDataDir } from './workspace.ts';

/** Verbs that need no data folder. */
const WITHOUT_DATA: ReadonlySet<string> = new Set(['catalogue', 'completion', 'inspect']);

export function buildProgram(environment: Environment, version: string): Command {
  const program = new Command('custos')
    .description('Computes the conformity of AI systems with ETSI EN 304 223 from evidence.')
    .version(version)
    .showSuggestionAfterError(true)
    // An option after a verb is the verb's, also where a verb and its subcommand have one of the same name.
    .enablePositionalOptions()
    .addHelpText(
      'after',
      '\nExit codes: 0 done and nothing found; 1 a finding (assess: some shall fails); 2 wrong usage, bad input or an error;\n3 undecided (assess: no shall fails, but some is inconclusive).',
    );
  addInit(program);
  addAssess(program, environment);
  addExplain(program, environment);
  addScan(program, environment);
  addTriage(program, environment);
  addInspect(program, environment);
  addSign(program, environment);
  addVerify(program, environment);
  addPublishHashes(program, environment);
  addBom(program, environment);
  addComponent(program, environment);
  addProvenance(program, environment);
  addObserve(program, environment);
  addTransfer(program, environment);
  addLedger(program, environment);
  addPack(program, environment);
  addReceive(program, environment);
  addKeys(program, environment);
  addUp(program, environment);
  addServer(program, environment);
  addRequests(program, environment);
  addApi(program, environment);
  addCatalogue(program);
  addDoctor(program, environment);
  addCompletion(program);
  program.hook('preAction', (_, action) => {
    const verb = action.parent === program ? action.name() : action.parent?.name();
    if (!WITHOUT_DATA.has(verb ?? '')) prepareDataDir(resolve(environment.dataDir));
  });
  return prepare(program);
}

/** Wrong usage ends with exit code 2 and the next step, on every level. */
function prepare(command: Command, path = command.name()): Command {
  for (const child of command.commands) prepare(child, `${path} ${child.name()}`);
  command.showHelpAfterError(`\`${path} --help\` shows what it takes.`);
  command.configureOutput({
    outputError: (text, write) => write(text.replace(/^error: /, 'custos: ')),
  });
  return command.exitOverride((error: CommanderError) => {
    throw error;
  });
}

export function exitCodeOf(error: CommanderError): number {
  return error.exitCode === 0 ? EXIT.conforms : EXIT.usage;
}
