/** `custos receive`: a supplier's evidence pack becomes evidence of one's own system, as theirs. */
import { readFile } from 'node:fs/promises';
import {
  CustosError,
  EXIT,
  isDigest,
  parseContent,
  predicateType,
  Statement,
  systemClock,
} from '@custos/core';
import { packRefused, receivePack } from '@custos/engine';
import type { EvidenceStore } from '@custos/store';
import { type Command, InvalidArgumentError } from 'commander';
import type { Environment } from '../environment.ts';
import { say } from '../output.ts';
import { recordAll, withWorkspace } from '../recording.ts';
import { openSpecification } from '../resources.ts';
import { requireLedger, type StoreKind } from '../workspace.ts';
import { oneOf } from './assess.ts';

interface ReceiveFlags {
  key: string[];
  dir: string;
  store: StoreKind;
  specification: string[];
  notRecomputed?: true;
}

const KINDS: readonly StoreKind[] = ['files', 'embedded', 'postgres'];
const ATTESTATION = predicateType('third-party-attestation');

export function addReceive(program: Command, environment: Environment): void {
  program
    .command('receive <pack>')
    .description("verify a supplier's evidence pack and record what they signed, as theirs")
    .requiredOption(
      '--key <key...>',
      "the supplier's public key or its fingerprint (sha256:…), from elsewhere",
    )
    .option('--dir <dir>', 'the repository of the system that uses what they supply', '.')
    .option('--store <kind>', KINDS.join(', '), oneOf(KINDS), 'files')
    .option(
      '--specification <digest>',
      'of a specification beside EN 304 223 by which its verdicts may be computed, from elsewhere; may be repeated',
      digests,
      [],
    )
    .option(
      '--not-recomputed',
      'take a pack of another version or specification, whose verdicts stand as signed only',
    )
    .action(async (pack: string, flags: ReceiveFlags) => {
      process.exitCode = await receive(pack, flags, environment);
    });
}

function digests(given: string, before: string[]): string[] {
  if (isDigest(given)) return [...before, given];
  throw new InvalidArgumentError('It takes sha256: and 64 hexadecimal digits.');
}

async function receive(path: string, flags: ReceiveFlags, environment: Environment): Promise<number> {
  requireLedger(flags.dir, flags.store);
  const bytes = await readFile(path).catch((cause: unknown) => {
    throw new CustosError('INPUT_PATH', `${path} can't be read. Give the supplier's pack.`, { cause });
  });
  return withWorkspace(flags, environment, async (workspace) => {
    const known = await attestationsIn(workspace.store);
    const { specification, digest } = await openSpecification(undefined);
    const { report, statements, assessment } = await receivePack(bytes, {
      keys: flags.key,
      now: systemClock.now(),
      known,
      specifications: new Map([
        [digest, `${specification.standard} ${specification.version}`],
        ...flags.specification.map((given) => [given, given] as const),
      ]),
      notRecomputed: flags.notRecomputed ?? false,
    });
    if (!report.ok && !(flags.notRecomputed && report.outcome === 'not_recomputed')) {
      say(packRefused(report).message);
      return EXIT.fails;
    }
    await recordAll(workspace, statements);
    say(
      `From the pack of ${report.system}, evaluated at ${report.evaluatedAt}; its assessment is ${assessment}.`,
    );
    for (const left of report.notChecked) say(`Not checked: ${left}`);
    say(
      'Next: name that digest as `adherenceEvidence` of your own provider-assessment (5.1.2-7/b). By itself it decides no duty.',
    );
    return EXIT.conforms;
  });
}

/** Payloads of the attestations that are recorded. */
async function attestationsIn(store: EvidenceStore): Promise<Set<string>> {
  const payloads = new Set<string>();
  for await (const entry of store.query({ types: [ATTESTATION] })) {
    if (entry.kind !== 'observation') continue;
    const text = Buffer.from(entry.envelope.payload, 'base64').toString();
    const { predicate } = Statement.parse(JSON.parse(text));
    payloads.add(parseContent('third-party-attestation', predicate.content).envelope.payload);
  }
  return payloads;
}
