/** `custos observe` and `custos attest`: leave an observation, as a machine's result or in a person's name. */
import {
  CustosError,
  hexOf,
  MANUAL_PRODUCER,
  MEASURED,
  predicateName,
  Role,
  type Statement,
  systemClock,
} from '@custos/core';
import {
  type EvidenceDocument,
  PRODUCT,
  parseEvidence,
  producerOf,
  readEvidenceFile,
  refuseFuture,
  statementOf,
} from '@custos/engine';
import { canonicalize, sha256, wrapThirdParty } from '@custos/trust';
import type { Command } from 'commander';
import type { Environment } from '../environment.ts';
import { readStdin } from '../input.ts';
import { recordAll, requireRole, selfSubject, withWorkspace } from '../recording.ts';
import { openSpecification } from '../resources.ts';
import { namesServer, withServer } from '../server-access.ts';
import { type PushFlags, sayPushed, sendDocuments } from '../server-push.ts';
import { requireLedger, type StoreKind, type Workspace } from '../workspace.ts';
import { oneOf } from './assess.ts';

interface ObserveFlags extends PushFlags {
  dir: string;
  store: StoreKind;
  producer?: string;
  producerKey?: string;
  attestation?: boolean;
}

interface AttestFlags {
  dir: string;
  store: StoreKind;
  role: string;
  by: string;
  statement: string;
  until?: string;
  standard?: string;
}

export function addObserve(program: Command, environment: Environment): void {
  withServer(
    program
      .command('observe <file-or-type> [file]')
      .description(
        'record observations from a JSON or YAML file (- for standard input), or a foreign in-toto attestation',
      ),
  )
    .option('--system <id>', 'with --server: the system there; default the one of custos.yaml')
    .option('--dir <dir>', 'the repository', '.')
    .option(
      '--store <kind>',
      'files, embedded or postgres',
      oneOf(['files', 'embedded', 'postgres']),
      'files',
    )
    .option('--producer <name/version>', 'the tool that measured, when the file does not say')
    .option(
      '--producer-key <file>',
      'sign as the tool that measured, with the key of `custos keys add-producer`',
    )
    .option('--attestation', 'the file is a DSSE envelope by somebody else; record it as it is')
    .action(async (first: string, second: string | undefined, flags: ObserveFlags) => {
      const file = second ?? first;
      if (namesServer(flags, environment)) {
        const documents = flags.attestation
          ? { envelope: await readEnvelopeFile(file) }
          : await readDocuments(file);
        if (second !== undefined && Array.isArray(documents)) requireDocumentType(first, documents, file);
        const producer = flags.producer === undefined ? undefined : parseProducer(flags.producer);
        const sent = await sendDocuments(documents, { file, dir: flags.dir, producer }, flags, environment);
        return sayPushed(sent, 'the system');
      }
      // What can't be recorded is refused before a ledger is made for it.
      const read = flags.attestation ? await foreign(file) : await readDocuments(file);
      if (Array.isArray(read) && read.some((document) => document.subject === undefined))
        requireLedger(flags.dir, flags.store);
      await withWorkspace(flags, environment, async (workspace) => {
        const statements = Array.isArray(read) ? await observed(read, file, flags, workspace) : [read];
        if (second !== undefined) requireType(first, statements, file);
        await recordAll(workspace, statements, flags.producerKey);
      });
    });
  program
    .command('attest <duty>')
    .description('state in your name and role that a duty is met adequately')
    .requiredOption('--role <role>', `one of ${Role.options.join(', ')}`, oneOf(Role.options))
    .requiredOption('--by <person>', 'who states it, as named in custos.yaml under roles')
    .requiredOption('--statement <text>', 'why it is adequate, at least 20 characters')
    .option('--until <time>', 'when the statement ends')
    .option('--standard <folder>', 'the framework of your own that has this duty')
    .option('--dir <dir>', 'the repository', '.')
    .option(
      '--store <kind>',
      'files, embedded or postgres',
      oneOf(['files', 'embedded', 'postgres']),
      'files',
    )
    .action(async (duty: string, flags: AttestFlags) => {
      await attest(duty, flags, environment);
    });
}

/** `custos observe policy FILE` records nothing but policies. */
function requireType(type: string, statements: readonly Statement[], file: string): void {
  const other = statements.find((statement) => predicateName(statement.predicateType) !== type);
  if (!other) return;
  throw new CustosError(
    'USAGE',
    `${file} holds an observation of type ${predicateName(other.predicateType) ?? other.predicateType}, not only ${type}. Leave the type out, or correct the file.`,
  );
}

function requireDocumentType(type: string, documents: readonly EvidenceDocument[], file: string): void {
  const other = documents.find((document) => document.type !== type);
  if (!other) return;
  throw new CustosError(
    'USAGE',
    `${file} holds an observation of type ${other.type}, not only ${type}. Leave the type out, or correct the file.`,
  );
}

async function attest(duty: string, flags: AttestFlags, environment: Environment): Promise<void> {
  const { specification } = await openSpecification(flags.standard);
  const known = specification.provisions
    .flatMap((provision) => provision.duties)
    .find((item) => item.id === duty);
  if (!known)
    throw new CustosError(
      'USAGE',
      `There is no duty ${duty}. \`custos explain ${duty.split('/')[0]}\` lists the duties of a provision.`,
    );
  const role = Role.parse(flags.role);
  await requireRole(flags.dir, { id: flags.by, role });
  requireLedger(flags.dir, flags.store);
  await withWorkspace(flags, environment, async (workspace) => {
    const statement = statementOf({
      type: 'adequacy-attestation',
      content: { duty, statement: flags.statement },
      subject: await selfSubject(workspace, flags.dir),
      producer: { name: MANUAL_PRODUCER, version: PRODUCT.version },
      actor: { id: flags.by, role },
      observedAt: systemClock.now(),
      validUntil: flags.until,
    });
    await recordAll(workspace, [statement]);
  });
}

async function readDocuments(file: string): Promise<EvidenceDocument[]> {
  const documents =
    file === '-' ? parseEvidence(await readStdin(), 'standard input') : await readEvidenceFile(file);
  if (documents.length > 0) return documents;
  throw new CustosError(
    'EVIDENCE_FILE',
    `${file === '-' ? 'Standard input' : file} holds no observation. One needs \`type\` and \`content\`; \`custos catalogue predicates\` lists the types.`,
  );
}

async function observed(
  documents: readonly EvidenceDocument[],
  file: string,
  flags: ObserveFlags,
  workspace: Workspace,
): Promise<Statement[]> {
  const producer =
    flags.producer === undefined
      ? { name: MANUAL_PRODUCER, version: PRODUCT.version }
      : parseProducer(flags.producer);
  const now = systemClock.now();
  const self = documents.some((document) => document.subject === undefined)
    ? await selfSubject(workspace, flags.dir)
    : [];
  return documents.map((document) => fromDocument(document, { producer, now, self, file }));
}

function fromDocument(
  document: EvidenceDocument,
  context: {
    producer: { name: string; version: string };
    now: string;
    self: Statement['subject'];
    file: string;
  },
): Statement {
  const statement = statementOf({
    type: document.type,
    content: document.content,
    subject: document.subject ?? context.self,
    producer: producerOf(document, context.file, context.producer),
    actor: document.actor,
    observedAt: document.observedAt ?? context.now,
    validUntil: document.validUntil,
    source: context.file,
  });
  refuseFuture(statement, context.now, context.file);
  const name = predicateName(statement.predicateType);
  if (name && MEASURED.has(name) && statement.predicate.producer.name === MANUAL_PRODUCER)
    throw new CustosError(
      'EVIDENCE_UNMEASURED',
      `${name} must name the tool that measured it: give --producer NAME/VERSION or \`producer\` in the file.`,
    );
  return statement;
}

async function readEnvelopeFile(file: string): Promise<unknown> {
  const text =
    file === '-' ? await readStdin() : await (await import('node:fs/promises')).readFile(file, 'utf8');
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw new CustosError('EVIDENCE_FILE', `${file} is no JSON; a DSSE envelope is expected.`, { cause });
  }
}

async function foreign(file: string): Promise<Statement> {
  const envelope = await readEnvelopeFile(file);
  const { content, subjects } = wrapThirdParty(envelope);
  return statementOf({
    type: 'third-party-attestation',
    content,
    subject:
      subjects.length > 0
        ? subjects
        : [{ name: 'attestation', digest: { sha256: hexOf(sha256(canonicalize(envelope))) } }],
    producer: PRODUCT,
    observedAt: systemClock.now(),
    source: file,
  });
}

function parseProducer(text: string): { name: string; version: string } {
  const slash = text.lastIndexOf('/');
  if (slash <= 0 || slash === text.length - 1)
    throw new CustosError('USAGE', `--producer "${text}" must be NAME/VERSION, for example pytest/8.2.`);
  return { name: text.slice(0, slash), version: text.slice(slash + 1) };
}
