/** Making an evidence pack. The assessment is computed anew from the ledgers that go into it, so a pack always replays. */
import { createHash } from 'node:crypto';
import { assess } from '@custos/conformity';
import {
  type Assessment,
  CustosError,
  type Digest,
  digestFromHex,
  type Envelope,
  type Evidence,
  hexOf,
  type Instant,
  type Specification,
  STATEMENT_TYPE,
} from '@custos/core';
import type { EvidenceStore } from '@custos/store';
import {
  CompactTree,
  canonicalize,
  digestOf,
  inclusionProof,
  type Keyring,
  type Signer,
  sha256,
  signStatement,
} from '@custos/trust';
import { z } from 'zod';
import { loadEvidence } from '../observations/ledger-evidence.ts';
import { PRODUCT } from '../observations/new-observation.ts';
import { renderInToto } from '../report/conformity-statement.ts';
import type { ReportContext } from '../report/model.ts';
import { PACK_FORMATS, renderPackFormat } from '../report/pack-formats.ts';
import { evidenceThatCounts } from '../service/evidence-kinds.ts';
import {
  checkpointMember,
  exportMember,
  type LedgerName,
  ledgerMember,
  MEMBER,
  PACK_FORMAT,
  PACK_PREDICATE,
  type PackKeys,
  type PackLedgerInfo,
  type ProofLine,
  type TrailerContent,
} from './format.ts';
import { manifestOf } from './manifest.ts';
import { README } from './readme.ts';
import { ZipWriter } from './zip-writer.ts';

export interface PackLedger {
  readonly name: LedgerName;
  readonly store: EvidenceStore;
  /** The assessment rests on the first so many entries. */
  readonly evaluated: number;
}

export interface PackInput {
  readonly ledgers: readonly PackLedger[];
  readonly keyring: Keyring;
  readonly handovers: readonly Envelope[];
  /** Signs the trailer. */
  readonly signer: Signer;
  readonly specification: Specification;
  readonly specificationDigest: Digest;
  readonly evaluatedAt: Instant;
  /** Leaves out evidence that says it was observed later. */
  readonly observedUntil?: Instant | undefined;
  /** What the assessment says of the ledger. */
  readonly ledger: Assessment['ledger'];
  /** The assessment that was recorded: its digest, which must come out again, and the version of Custos that made it. */
  readonly recorded?: { readonly digest: Digest; readonly engine: string };
}

export interface Pack {
  readonly assessment: Assessment;
  /** The bytes of the zip file, made as they are read. */
  chunks(): AsyncGenerator<Uint8Array>;
}

/**
 * Assesses and, when all is well, gives the pack.
 * @throws CustosError EVIDENCE_DAMAGED, PACK_REPLAY when the ledgers no longer give the assessment that was shown
 */
export async function makePack(input: PackInput): Promise<Pack> {
  const opened: Evidence[][] = [];
  for (const { store, evaluated } of input.ledgers) {
    const loaded = await loadEvidence(store, input.keyring, input.observedUntil, evaluated);
    const damaged = loaded.damaged[0];
    if (damaged)
      throw new CustosError(
        'EVIDENCE_DAMAGED',
        `Entry ${damaged.index} of the ledger ${store.origin} can't be read: ${damaged.why} Verify the ledger and restore a backup.`,
      );
    opened.push(loaded.evidence);
  }
  const evidence = evidenceThatCounts(opened);
  const assessment = assess({
    specification: input.specification,
    specificationDigest: input.specificationDigest,
    evidence,
    now: input.evaluatedAt,
    ledger: input.ledger,
  });
  const digest = sha256(canonicalize(assessment));
  if (input.recorded !== undefined && input.recorded.digest !== digest)
    throw notReplayed(input.recorded, digest);
  return {
    assessment,
    chunks: () => new PackMaker(input, assessment, { all: opened.flat(), evidence }).chunks(),
  };
}

function notReplayed(recorded: { digest: Digest; engine: string }, digest: Digest): CustosError {
  const next =
    recorded.engine === PRODUCT.version
      ? 'Verify the ledgers.'
      : `It was made by Custos ${recorded.engine || 'of a version that was not kept'}, and ${PRODUCT.version} may judge otherwise: take the pack of a newer assessment.`;
  return new CustosError(
    'PACK_REPLAY',
    `The ledgers give the assessment ${digest}, not ${recorded.digest}, which was recorded. ${next}`,
  );
}

interface PackEvidence {
  /** All that was evaluated. */
  readonly all: readonly Evidence[];
  /** What counts of it. */
  readonly evidence: readonly Evidence[];
}

class PackMaker {
  readonly #input: PackInput;
  readonly #assessment: Assessment;
  readonly #evidence: PackEvidence;
  readonly #zip = new ZipWriter();
  readonly #members: { name: string; digest: Digest; size: number }[] = [];

  constructor(input: PackInput, assessment: Assessment, evidence: PackEvidence) {
    this.#input = input;
    this.#assessment = assessment;
    this.#evidence = evidence;
  }

  async *chunks(): AsyncGenerator<Uint8Array> {
    const { specification, signer } = this.#input;
    yield* this.#add(MEMBER.readme, [README]);
    const exported: ExportedLedger[] = [];
    for (const ledger of this.#input.ledgers) {
      const reader = new ExportedLedger(ledger);
      exported.push(reader);
      yield* this.#add(ledgerMember(ledger.name), reader.lines(this.#keys()));
      yield* this.#add(checkpointMember(ledger.name), [reader.note]);
    }
    yield* this.#add(MEMBER.proofs, proofLines(exported));
    yield* this.#add(MEMBER.keys, [canonicalize(this.#keys())]);
    yield* this.#add(MEMBER.specification, [canonicalize(specification)]);
    yield* this.#add(MEMBER.assessment, [canonicalize(this.#assessment)]);
    const context: ReportContext = {
      specification,
      evidence: [...this.#evidence.evidence],
      checkpointNote: exported[0]?.note ?? '',
    };
    for (const format of PACK_FORMATS)
      yield* this.#add(exportMember(format), [renderPackFormat(format, this.#assessment, context)]);
    yield* this.#add(MEMBER.inToto, [await renderInToto(this.#assessment, signer)]);
    const ledgers = exported.map((ledger) => ledger.info());
    const manifest = manifestOf({
      assessment: this.#assessment,
      specification,
      evidence: this.#evidence.all,
      ledgers,
      observedUntil: this.#input.observedUntil,
      engine: this.#input.recorded?.engine ?? PRODUCT.version,
    });
    yield* this.#add(MEMBER.manifest, [canonicalize(manifest)]);
    yield* this.#add(MEMBER.trailer, [await this.#trailer(ledgers, manifest.counts)]);
    yield* this.#zip.end();
  }

  async *#add(
    name: string,
    content: AsyncIterable<string> | Iterable<string | Uint8Array>,
  ): AsyncGenerator<Uint8Array> {
    const hash = createHash('sha256');
    let size = 0;
    const measured = async function* () {
      for await (const piece of content) {
        const bytes = typeof piece === 'string' ? Buffer.from(piece) : piece;
        hash.update(bytes);
        size += bytes.length;
        yield bytes;
      }
    };
    yield* this.#zip.add(name, measured());
    this.#members.push({ name, digest: digestFromHex(hash.digest('hex')), size });
  }

  #keys(): PackKeys {
    const { keyring, handovers, signer } = this.#input;
    const own = keyring.find(signer.keyId) === undefined ? [{ publicKey: signer.publicKey }] : [];
    return { keys: [...keyring.entries(), ...own], handovers: [...handovers], signer: signer.publicKey };
  }

  async #trailer(ledgers: PackLedgerInfo[], counts: TrailerContent['counts']): Promise<string> {
    const { evaluatedAt, specificationDigest } = this.#input;
    const content: TrailerContent = {
      format: PACK_FORMAT,
      members: this.#members.length,
      sizes: Object.fromEntries(this.#members.map(({ name, size }) => [name, size])),
      assessment: sha256(canonicalize(this.#assessment)),
      specification: specificationDigest,
      ledgers,
      counts,
    };
    const envelope = await signStatement(
      {
        _type: STATEMENT_TYPE,
        subject: this.#members.map(({ name, digest }) => ({ name, digest: { sha256: hexOf(digest) } })),
        predicateType: PACK_PREDICATE,
        predicate: { producer: PRODUCT, observedAt: evaluatedAt, validFrom: evaluatedAt, content },
      },
      this.#input.signer,
    );
    return canonicalize(envelope);
  }
}

const Line = z.looseObject({
  hash: z.string().optional(),
  leaf: z.looseObject({ kind: z.enum(['observation', 'act']), id: z.string().optional() }).optional(),
  checkpoint: z.string().optional(),
});

/** A ledger as it goes by into its export: its tree, from which the proofs are made, and what it holds. */
class ExportedLedger {
  readonly #ledger: PackLedger;
  readonly #nodes = new Map<string, Uint8Array>();
  readonly #tree = new CompactTree((level, index, hash) => this.#nodes.set(`${level}/${index}`, hash));
  readonly #ids: (string | undefined)[] = [];
  note = '';

  constructor(ledger: PackLedger) {
    this.#ledger = ledger;
  }

  async *lines({ keys, handovers }: PackKeys): AsyncGenerator<string> {
    for await (const line of this.#ledger.store.export({ keys, handovers })) {
      const { hash, leaf, checkpoint } = Line.parse(JSON.parse(line));
      if (hash !== undefined && leaf !== undefined) {
        this.#tree.append(Buffer.from(hash, 'base64'));
        this.#ids.push(leaf.id);
      }
      if (checkpoint !== undefined) this.note = checkpoint;
      yield line;
    }
  }

  async *proofs(): AsyncGenerator<string> {
    const reader = {
      node: (level: number, index: number) => this.#nodes.get(`${level}/${index}`) ?? new Uint8Array(),
    };
    for (const [index, id] of this.#ids.entries()) {
      if (id === undefined) continue;
      const path = await inclusionProof(reader, index, this.#tree.size);
      const line: Omit<ProofLine, 'id'> & { id: string } = {
        id,
        index,
        ledger: this.#ledger.name,
        path: path.map((hash) => Buffer.from(hash).toString('base64')),
      };
      yield `${canonicalize(line)}\n`;
    }
  }

  info(): PackLedgerInfo {
    const observations = this.#ids.filter((id) => id !== undefined).length;
    return {
      name: this.#ledger.name,
      origin: this.#ledger.store.origin,
      size: this.#tree.size,
      root: this.#tree.size === 0 ? null : digestOf(this.#tree.root()),
      observations,
      acts: this.#tree.size - observations,
      evaluated: this.#ledger.evaluated,
    };
  }
}

async function* proofLines(ledgers: readonly ExportedLedger[]): AsyncGenerator<string> {
  for (const ledger of ledgers) yield* ledger.proofs();
}
