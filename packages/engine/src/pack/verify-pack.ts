/**
 * Checking an evidence pack with nothing but the file and a public key, or its fingerprint, from elsewhere. Tampering is a
 * result; each problem names the member, and where it can the line, the entry, the row or the duty.
 */
import { assess } from '@custos/conformity';
import {
  type Assessment,
  CustosError,
  type Digest,
  digestFromHex,
  type Evidence,
  type Instant,
  millis,
  Specification,
  worst,
} from '@custos/core';
import type { StoredEntry } from '@custos/store';
import {
  canonicalize,
  digestBytes,
  followHandovers,
  Keyring,
  LedgerEntry,
  leafHash,
  ledgerLeaf,
  openCheckpoint,
  openEnvelope,
  parseVerifier,
  sha256,
  verifyExport,
  verifyInclusion,
} from '@custos/trust';
import { z } from 'zod';
import { openObservation, ProducerRegister } from '../observations/producers.ts';
import { CONFORMITY_PREDICATE, conformityContent } from '../report/conformity-statement.ts';
import type { ReportContext } from '../report/model.ts';
import { PACK_FORMATS, renderPackFormat } from '../report/pack-formats.ts';
import {
  checkpointMember,
  exportMember,
  LedgerName,
  ledgerMember,
  Manifest,
  MEMBER,
  PACK_PREDICATE,
  PackKeys,
  type PackLedgerInfo,
  ProofLine,
  TrailerContent,
} from './format.ts';
import { manifestOf } from './manifest.ts';
import { README } from './readme.ts';
import { looksLikeZip, readZip, type ZipMember, type ZipProblem } from './zip-reader.ts';

export type PackProblemCode =
  /** The zip file itself: cut off, or not as Custos writes it. */
  | ZipProblem['code']
  /** The trailer can't be read. */
  | 'TRAILER'
  /** No key that was given signed the trailer, or its signature does not hold. */
  | 'SIGNATURE'
  | 'MISSING'
  | 'ADDED'
  /** A member stands in another place than the trailer says. */
  | 'REORDERED'
  /** A member can be read by nobody. */
  | 'MALFORMED'
  | 'LEDGER'
  | 'CHECKPOINT'
  | 'PROOF'
  | 'OBSERVATION'
  | 'ROWS'
  | 'COUNTS'
  | 'SPECIFICATION'
  | 'REPLAY'
  | 'EXPORT';

export interface PackProblem {
  code: PackProblemCode;
  message: string;
  member?: string;
}

export interface PackReport {
  ok: boolean;
  system: string;
  evaluatedAt: string;
  standard: string;
  /** Sentences: what was checked and held. */
  checked: string[];
  /** Sentences: what was not checked, or can't be from a file. */
  notChecked: string[];
  problems: PackProblem[];
}

export interface VerifyPackOptions {
  /** Public keys (`name+hash+base64`) or fingerprints (`sha256:…`) that one has from elsewhere. */
  keys: readonly string[];
  /** Signed checkpoints kept from earlier: the ledgers must go on from them. */
  checkpoints?: readonly string[];
  /** Digests of specifications that the verifier knows, with their names. */
  known?: ReadonlyMap<string, string>;
}

const MOST_PROBLEMS = 200;
/** EN 304 223 as Custos reads it. */
const STANDARD = { name: 'ETSI EN 304 223', provisions: 72, duties: 133 };

/**
 * @throws CustosError PACK_INVALID for what is no pack at all, KEY_MISSING, KEY_INVALID
 */
export async function verifyPack(bytes: Buffer, options: VerifyPackOptions): Promise<PackReport> {
  if (options.keys.length === 0)
    throw new CustosError(
      'KEY_MISSING',
      'Give the key, or its fingerprint, that you trust: a pack cannot vouch for itself.',
    );
  if (!looksLikeZip(bytes))
    throw new CustosError('PACK_INVALID', 'This is no evidence pack: it does not begin like a zip file.');
  return new PackVerification(options).run(bytes);
}

/** One observation of a pack with its proof, for sampling. @throws CustosError PACK_INVALID, NOT_FOUND */
export function sampleOf(
  bytes: Buffer,
  id: string,
): { observation: unknown; entry: unknown; proof: unknown } {
  if (!looksLikeZip(bytes)) throw new CustosError('PACK_INVALID', 'This is no evidence pack.');
  const files = new Map(readZip(bytes).members.map((member) => [member.name, member]));
  const line = (name: string, fits: (value: z.infer<typeof AnyLine>) => boolean) =>
    (files.get(name)?.read()?.toString() ?? '')
      .split('\n')
      .filter((text) => text.includes(id))
      .map((text) => AnyLine.parse(JSON.parse(text)))
      .find(fits);
  for (const name of LedgerName.options) {
    const entry = line(ledgerMember(name), (value) => value.leaf?.id === id);
    if (entry?.envelope === undefined) continue;
    const payload = z.object({ payload: z.string() }).parse(entry.envelope).payload;
    const observation: unknown = JSON.parse(Buffer.from(payload, 'base64').toString());
    return {
      observation,
      entry,
      proof: line(MEMBER.proofs, (value) => value.id === id && value.ledger === name),
    };
  }
  throw new CustosError('NOT_FOUND', `The pack holds no observation ${id}.`);
}

const AnyLine = z.looseObject({
  id: z.string().optional(),
  ledger: z.string().optional(),
  leaf: z.looseObject({ id: z.string().optional() }).optional(),
  envelope: z.unknown().optional(),
});

interface ReadLedger {
  info: PackLedgerInfo;
  entries: StoredEntry[];
  note: string;
}

/** What a replay needs, read and complete. */
interface Replayed {
  specification: Specification;
  manifest: Manifest;
  keyring: Keyring;
  evidence: Evidence[];
  /** `assessment.json`. */
  bytes: Buffer;
  ledgers: readonly ReadLedger[];
  trailer: { content: TrailerContent } | undefined;
}

class PackVerification {
  readonly #options: VerifyPackOptions;
  readonly #problems: PackProblem[] = [];
  readonly #checked: string[] = [];
  readonly #notChecked: string[] = [];
  readonly #files = new Map<string, Buffer>();
  #count = 0;

  constructor(options: VerifyPackOptions) {
    this.#options = options;
  }

  async run(bytes: Buffer): Promise<PackReport> {
    const { members, problems } = readZip(bytes);
    this.#read(members);
    for (const problem of problems) this.#add(problem.code, problem.message, problem.member);
    const keys = this.#parsed(MEMBER.keys, PackKeys);
    const trust = keys && this.#trusted(keys);
    const trailer = this.#trailer(members, trust);
    if (trailer) this.#members(members, trailer);
    const manifest = this.#parsed(MEMBER.manifest, Manifest);
    const keyring = keys && new Keyring([...keys.keys, ...(trust ?? [])]);
    const ledgers = manifest && keyring ? await this.#ledgers(manifest, keyring) : [];
    if (manifest && keyring)
      try {
        this.#assessment(manifest, keyring, ledgers, trailer);
      } catch (error) {
        this.#add('REPLAY', `The evidence can't be evaluated: ${oneLine(error)}`, MEMBER.assessment);
      }
    this.#limits(trust, keyring, ledgers);
    return {
      ok: this.#count === 0,
      system: manifest?.system.id ?? 'unknown',
      evaluatedAt: manifest?.evaluatedAt ?? 'unknown',
      standard: manifest ? `${manifest.standard.standard} ${manifest.standard.version}` : 'unknown',
      checked: this.#checked,
      notChecked: this.#notChecked,
      problems: this.#problems,
    };
  }

  #add(code: PackProblemCode, message: string, member?: string): void {
    // What is missing is missed at several places.
    if (code === 'MISSING' && this.#problems.some((known) => known.code === code && known.member === member))
      return;
    this.#count++;
    if (this.#problems.length < MOST_PROBLEMS)
      this.#problems.push({ code, message, ...(member === undefined ? {} : { member }) });
  }

  #read(members: readonly ZipMember[]): void {
    for (const member of members) {
      const content = member.read();
      // Of a name that stands twice the first counts; that it does is a problem already.
      if (content !== undefined && !this.#files.has(member.name)) this.#files.set(member.name, content);
    }
  }

  /** A member by its schema, in RFC 8785 form. */
  #parsed<T>(name: string, schema: z.ZodType<T>): T | undefined {
    const content = this.#files.get(name);
    if (content === undefined) {
      this.#add('MISSING', 'The member is not in the pack.', name);
      return undefined;
    }
    try {
      const value: unknown = JSON.parse(content.toString('utf8'));
      if (canonicalize(value) !== content.toString('utf8')) throw new Error('it is not in RFC 8785 form');
      return schema.parse(value);
    } catch (error) {
      this.#add('MALFORMED', `It can't be read: ${oneLine(error)}`, name);
      return undefined;
    }
  }

  /** The keys that were given, in full: of a fingerprint the key of the pack that has it. */
  #trusted({ keys, handovers }: PackKeys): string[] {
    const there = keys.map(({ publicKey }) => publicKey);
    const given = this.#options.keys.flatMap((key) =>
      key.startsWith('sha256:') ? there.filter((other) => keyIdOf(other) === key) : [key],
    );
    if (given.length === 0) return [];
    try {
      return followHandovers(new Keyring(given), handovers)
        .keys()
        .map((key) => key.publicKey);
    } catch (error) {
      this.#add('SIGNATURE', `The hand-overs of keys do not hold: ${oneLine(error)}`, MEMBER.keys);
      return given;
    }
  }

  #trailer(
    members: readonly ZipMember[],
    trust: readonly string[] | undefined,
  ): { content: TrailerContent; subjects: Map<string, Digest> } | undefined {
    const bytes = this.#files.get(MEMBER.trailer);
    if (bytes === undefined) {
      this.#add(
        'MISSING',
        'The signed trailer is not in the pack: nothing says what the pack should hold.',
        MEMBER.trailer,
      );
      return undefined;
    }
    if (members.at(-1)?.name !== MEMBER.trailer)
      this.#add('REORDERED', 'The trailer is not the last member.', MEMBER.trailer);
    try {
      const envelope: unknown = JSON.parse(bytes.toString());
      if (canonicalize(envelope) !== bytes.toString()) throw new Error('it is not in RFC 8785 form');
      const { statement, authenticity } = openEnvelope(envelope, new Keyring(trust ?? []));
      if (statement.predicateType !== PACK_PREDICATE) throw new Error(`it is a ${statement.predicateType}`);
      const content = TrailerContent.parse(statement.predicate.content);
      if (authenticity.verified)
        this.#checked.push(`The trailer is signed by ${authenticity.keyId}, which you trust.`);
      else
        this.#add(
          'SIGNATURE',
          `No key that you gave signed the trailer. ${authenticity.why}`,
          MEMBER.trailer,
        );
      const subjects = new Map<string, Digest>();
      for (const { name, digest } of statement.subject) {
        if (subjects.has(name)) throw new Error(`it names ${name} twice`);
        subjects.set(name, digestFromHex(digest.sha256 ?? ''));
      }
      return { content, subjects };
    } catch (error) {
      this.#add('TRAILER', `It can't be read: ${oneLine(error)}`, MEMBER.trailer);
      return undefined;
    }
  }

  #members(
    members: readonly ZipMember[],
    { content, subjects }: { content: TrailerContent; subjects: Map<string, Digest> },
  ): void {
    const before = this.#count;
    const there = members.map(({ name }) => name).filter((name) => name !== MEMBER.trailer);
    for (const name of new Set(there))
      if (!subjects.has(name)) this.#add('ADDED', 'The signed trailer does not name it.', name);
    for (const [name, digest] of subjects) {
      const bytes = this.#files.get(name);
      if (bytes === undefined) {
        if (!there.includes(name))
          this.#add('MISSING', 'The signed trailer names it, and it is not in the pack.', name);
      } else if (sha256(bytes) !== digest)
        this.#add('ALTERED', 'Its SHA-256 is not that of the signed trailer.', name);
      else if (bytes.length !== content.sizes[name])
        this.#add(
          'COUNTS',
          `It has ${bytes.length} bytes; the trailer says ${content.sizes[name] ?? 'nothing'}.`,
          name,
        );
    }
    const order = [...subjects.keys()].filter((name) => there.includes(name));
    const stand = [...new Set(there)].filter((name) => subjects.has(name));
    const moved = order.find((name, i) => stand[i] !== name);
    if (moved !== undefined)
      this.#add('REORDERED', 'It does not stand where the signed trailer has it.', moved);
    if (content.members !== subjects.size || Object.keys(content.sizes).length !== subjects.size)
      this.#add('COUNTS', `It says ${content.members} members and names ${subjects.size}.`, MEMBER.trailer);
    if (this.#count === before)
      this.#checked.push(
        `All ${subjects.size} members are there, once, in order, with the signed SHA-256 and size; there is no other.`,
      );
  }

  async #ledgers(manifest: Manifest, keyring: Keyring): Promise<ReadLedger[]> {
    const kept = [...(this.#options.checkpoints ?? [])];
    const read: ReadLedger[] = [];
    const names = new Set<string>();
    for (const info of manifest.ledgers) {
      if (names.has(info.name))
        this.#add('COUNTS', `The manifest has the ledger ${info.name} twice.`, MEMBER.manifest);
      names.add(info.name);
      const known = kept.filter((note) => note.split('\n')[0] === info.origin);
      const ledger = await this.#ledger(info, keyring, known);
      if (ledger) read.push(ledger);
    }
    for (const note of kept)
      if (!manifest.ledgers.some(({ origin }) => note.split('\n')[0] === origin))
        this.#add(
          'CHECKPOINT',
          `The kept checkpoint is of the ledger ${note.split('\n')[0]}, which the pack does not hold.`,
        );
    if (kept.length === 0)
      this.#notChecked.push(
        'Whether the ledgers go on from what you saw earlier: no kept checkpoint was given (--checkpoint). A ledger that was cut back, or written anew, can only be seen so.',
      );
    this.#proofs(manifest, read);
    return read;
  }

  async #ledger(info: PackLedgerInfo, keyring: Keyring, known: string[]): Promise<ReadLedger | undefined> {
    const name = ledgerMember(info.name);
    const bytes = this.#files.get(name);
    if (bytes === undefined) {
      this.#add('MISSING', 'The manifest names this ledger.', name);
      return undefined;
    }
    const before = this.#count;
    try {
      const report = await verifyExport(once(bytes), keyring, { known });
      for (const { code, line, from, message } of report.problems)
        this.#add(
          'LEDGER',
          `${code} at line ${line}${from === undefined ? '' : `, entry ${from}`}: ${message}`,
          name,
        );
      const stated = {
        origin: info.origin,
        size: info.size,
        root: info.root,
        observations: info.observations,
        acts: info.acts,
      };
      const found = {
        origin: report.origin,
        size: report.size,
        root: report.root,
        observations: report.observations,
        acts: report.acts,
      };
      if (canonicalize(stated) !== canonicalize(found))
        this.#add(
          'COUNTS',
          `The manifest says ${canonicalize(stated)}, the ledger is ${canonicalize(found)}.`,
          name,
        );
      if (info.evaluated > report.size)
        this.#add(
          'COUNTS',
          `The assessment rests on ${info.evaluated} entries; there are ${report.size}.`,
          name,
        );
    } catch (error) {
      this.#add('LEDGER', oneLine(error), name);
      return undefined;
    }
    const ledger = this.#entries(info, bytes, name);
    if (ledger) this.#checkpoint(info, ledger.note, keyring);
    if (this.#count === before && ledger)
      this.#checked.push(
        `Ledger ${info.origin}: ${info.size} entries make the signed Merkle root; every one of ${info.observations} observations has the id of its content${known.length > 0 ? `; it goes on from ${known.length} checkpoint(s) that you kept` : ''}.`,
      );
    return ledger;
  }

  #entries(info: PackLedgerInfo, bytes: Buffer, name: string): ReadLedger | undefined {
    const entries: StoredEntry[] = [];
    let note = '';
    try {
      for (const text of bytes.toString().split('\n')) {
        if (text === '') continue;
        const line = ExportLine.parse(JSON.parse(text));
        if (line.end === true) note = line.checkpoint ?? '';
        if (line.leaf === undefined || line.index === undefined) continue;
        const { index, leaf } = line;
        if (leaf.kind === 'act') entries.push({ kind: 'act', index, at: leaf.at, act: leaf.act });
        else if (line.envelope !== undefined)
          entries.push({ kind: 'observation', index, at: leaf.at, id: leaf.id, envelope: line.envelope });
      }
    } catch (error) {
      this.#add('MALFORMED', oneLine(error), name);
      return undefined;
    }
    return { info, entries, note };
  }

  #checkpoint(info: PackLedgerInfo, note: string, keyring: Keyring): void {
    const member = checkpointMember(info.name);
    const alone = this.#files.get(member)?.toString();
    if (alone === undefined) {
      this.#add('MISSING', 'The checkpoint by itself is not in the pack.', member);
    } else if (alone !== note)
      this.#add('CHECKPOINT', 'It is another one than at the end of the ledger.', member);
    try {
      const { signedBy } = openCheckpoint(note, keyring);
      for (const { keyId, name } of signedBy)
        this.#checked.push(
          `The checkpoint of ${info.origin} (${info.size} entries) is signed by ${name} (${keyId}).`,
        );
    } catch (error) {
      this.#add('CHECKPOINT', oneLine(error), member);
    }
  }

  #proofs(manifest: Manifest, ledgers: readonly ReadLedger[]): void {
    const bytes = this.#files.get(MEMBER.proofs);
    if (bytes === undefined) return;
    const wanted = new Map<string, string>();
    for (const { info, entries } of ledgers)
      for (const entry of entries)
        if (entry.kind === 'observation')
          wanted.set(
            `${info.name} ${entry.index} ${entry.id}`,
            ledgerLeaf({ kind: 'observation', at: entry.at, id: entry.id }),
          );
    const before = this.#count;
    let n = 0;
    for (const text of bytes.toString().split('\n')) {
      if (text === '') continue;
      n++;
      try {
        const { id, index, ledger, path } = ProofLine.parse(JSON.parse(text));
        const leaf = wanted.get(`${ledger} ${index} ${id}`);
        const { size, root } = manifest.ledgers.find((info) => info.name === ledger) ?? {
          size: 0,
          root: null,
        };
        if (leaf === undefined || root === null)
          throw new Error(`there is no observation ${id} at ${ledger} ${index}`);
        wanted.delete(`${ledger} ${index} ${id}`);
        verifyInclusion(
          leafHash(leaf),
          index,
          size,
          path.map((hash) => Buffer.from(hash, 'base64')),
          digestBytes(root),
        );
      } catch (error) {
        this.#add('PROOF', `Line ${n}: ${oneLine(error)}`, MEMBER.proofs);
      }
    }
    for (const missing of [...wanted.keys()].slice(0, 5))
      this.#add('PROOF', `There is no proof of ${missing}.`, MEMBER.proofs);
    if (this.#count === before)
      this.#checked.push(`${n} inclusion proofs lead from each observation to the signed root.`);
  }

  #assessment(
    manifest: Manifest,
    keyring: Keyring,
    ledgers: readonly ReadLedger[],
    trailer: { content: TrailerContent } | undefined,
  ): void {
    const specification = this.#parsed(MEMBER.specification, Specification);
    const bytes = this.#files.get(MEMBER.assessment);
    if (bytes === undefined) {
      this.#add('MISSING', 'There is no assessment.', MEMBER.assessment);
      return;
    }
    const assessment = this.#parsed(MEMBER.assessment, AssessmentShape);
    if (!specification || !assessment) return;
    this.#specification(specification, manifest);
    this.#rows(specification, manifest, assessment);
    const complete = ledgers.length === manifest.ledgers.length;
    const evidence = this.#evidence(manifest, keyring, ledgers);
    if (!complete || !evidence) {
      this.#notChecked.push('The replay of the assessment: a ledger is missing or can not be read.');
      return;
    }
    this.#replay({ specification, manifest, keyring, evidence, bytes, ledgers, trailer });
  }

  #specification(specification: Specification, manifest: Manifest): void {
    const digest = sha256(canonicalize(specification));
    if (digest !== manifest.standard.digest) {
      this.#add(
        'SPECIFICATION',
        `Its SHA-256 is ${digest}; the manifest says ${manifest.standard.digest}.`,
        MEMBER.specification,
      );
      return;
    }
    const known = this.#options.known?.get(digest);
    if (known !== undefined)
      this.#checked.push(`The specification is ${known}, as this verifier was built with.`);
    else
      this.#notChecked.push(
        `Whether the specification (${digest}) is the one that Custos publishes: this verifier was built with another. It is the one that the assessment names.`,
      );
  }

  /** All rows are there, say what the assessment says, and each verb is the worst of its applicable duties. */
  #rows(specification: Specification, manifest: Manifest, assessment: AssessmentView): void {
    const before = this.#count;
    const wanted = new Map(
      specification.provisions.map(({ id, duties }) => [id, duties.map((duty) => duty.id).join(' ')]),
    );
    for (const [member, rows] of [
      [MEMBER.manifest, manifest.rows],
      [MEMBER.assessment, assessment.provisions],
    ] as const) {
      const seen = new Set<string>();
      for (const row of rows) {
        const duties = wanted.get(row.id);
        if (duties === undefined) this.#add('ROWS', `Row ${row.id} is of no provision.`, member);
        if (seen.has(row.id)) this.#add('ROWS', `Row ${row.id} stands twice.`, member);
        seen.add(row.id);
        if (duties !== undefined && duties !== row.duties.map((duty) => duty.id).join(' '))
          this.#add('ROWS', `Row ${row.id} has other duties than the provision.`, member);
        for (const norm of ['shall', 'should'] as const) {
          const verdicts = row.duties.filter((duty) => duty.norm === norm).map((duty) => duty.verdict);
          const rolled = verdicts.length === 0 ? null : worst(verdicts);
          if (row[norm] !== rolled)
            this.#add(
              'ROWS',
              `Row ${row.id} says ${norm}: ${row[norm] ?? 'none'}; its duties give ${rolled ?? 'none'}.`,
              member,
            );
        }
      }
      for (const id of wanted.keys()) if (!seen.has(id)) this.#add('ROWS', `Row ${id} is missing.`, member);
    }
    const told = new Map(assessment.provisions.map((row) => [row.id, verdictsOf(row)]));
    for (const row of manifest.rows)
      if (told.has(row.id) && told.get(row.id) !== verdictsOf(row))
        this.#add('ROWS', `Row ${row.id} does not tell the verdicts of the assessment.`, MEMBER.manifest);
    if (specification.standard.startsWith(STANDARD.name)) {
      const duties = specification.provisions.reduce((sum, provision) => sum + provision.duties.length, 0);
      if (wanted.size !== STANDARD.provisions || duties !== STANDARD.duties)
        this.#add(
          'ROWS',
          `${STANDARD.name} has ${STANDARD.provisions} provisions and ${STANDARD.duties} duties; the specification has ${wanted.size} and ${duties}.`,
          MEMBER.specification,
        );
    }
    if (this.#count === before)
      this.#checked.push(
        `All ${wanted.size} provisions have a row with both verdicts, and each is the worst of its applicable duties.`,
      );
  }

  #evidence(manifest: Manifest, keyring: Keyring, ledgers: readonly ReadLedger[]): Evidence[] | undefined {
    const evidence: Evidence[] = [];
    const until = manifest.observedUntil;
    for (const { info, entries } of ledgers) {
      const producers = new ProducerRegister();
      for (const entry of entries) {
        if (entry.index >= info.evaluated) break;
        producers.read(entry);
        if (entry.kind !== 'observation') continue;
        try {
          const opened = openObservation(entry.envelope, keyring, producers, entry.index);
          if (withinTime(opened.statement.predicate.observedAt, until))
            evidence.push({
              id: opened.id,
              statement: opened.statement,
              authenticity: opened.authenticity,
              recordedAt: entry.at,
            });
        } catch (error) {
          this.#add('OBSERVATION', `Entry ${entry.index}: ${oneLine(error)}`, ledgerMember(info.name));
          return undefined;
        }
      }
    }
    return evidence;
  }

  #replay({ specification, manifest, keyring, evidence, bytes, ledgers, trailer }: Replayed): void {
    const stated = AssessmentShape.parse(JSON.parse(bytes.toString()));
    const { ledger } = stated;
    const own = ledgers[0]?.info;
    if (own && ledger.size !== own.evaluated)
      this.#add(
        'COUNTS',
        `The assessment names a ledger of ${ledger.size} entries; the manifest says ${own.evaluated}.`,
        MEMBER.assessment,
      );
    if (own && ledger.root !== null && own.evaluated === own.size && ledger.root !== own.root)
      this.#add(
        'CHECKPOINT',
        'The assessment names another Merkle root than the ledger has.',
        MEMBER.assessment,
      );
    const assessment = assess({
      specification,
      specificationDigest: manifest.standard.digest,
      evidence,
      now: manifest.evaluatedAt,
      ledger,
    });
    const text = canonicalize(assessment);
    if (text === bytes.toString()) {
      const duties = assessment.provisions.reduce((sum, provision) => sum + provision.duties.length, 0);
      this.#checked.push(
        `All ${duties} duties were evaluated again from the evidence as of ${manifest.evaluatedAt}: the same assessment, byte for byte (${sha256(text)}).`,
      );
    } else this.#differs(stated, assessment);
    const made = manifestOf({
      assessment,
      specification,
      evidence,
      ledgers: manifest.ledgers,
      observedUntil: manifest.observedUntil,
    });
    if (canonicalize(made) !== canonicalize(manifest))
      this.#add(
        'COUNTS',
        `The manifest is not what the evidence gives: ${firstDifference(manifest, made)}.`,
        MEMBER.manifest,
      );
    else this.#checked.push('The manifest and all counts are what the evidence gives.');
    if (trailer) {
      const { counts, ledgers: named, assessment: digest, specification: named2 } = trailer.content;
      const signed = canonicalize({ counts, ledgers: named, digest, named2 });
      const ours = canonicalize({
        counts: made.counts,
        ledgers: manifest.ledgers,
        digest: sha256(bytes),
        named2: manifest.standard.digest,
      });
      if (signed !== ours)
        this.#add('COUNTS', 'The signed counts are not what the evidence gives.', MEMBER.trailer);
    }
    const context = { specification, evidence, checkpointNote: ledgers[0]?.note ?? '' };
    this.#exports(assessment, context);
    this.#inToto(assessment, keyring);
    const unverified = evidence.filter(({ authenticity }) => !authenticity.verified).length;
    const signers = new Map<string, number>();
    for (const { authenticity } of evidence)
      if (authenticity.verified) signers.set(authenticity.keyId, (signers.get(authenticity.keyId) ?? 0) + 1);
    this.#checked.push(
      `Signatures of observations: ${evidence.length - unverified} hold (${[...signers].map(([key, n]) => `${n} by ${key}`).join(', ') || 'none'}); ${unverified} do not, and decide nothing.`,
    );
  }

  #differs(stated: AssessmentView, replayed: Assessment): void {
    const now = new Map(
      replayed.provisions.flatMap(({ duties }) => duties.map((duty) => [duty.id, duty.verdict])),
    );
    const other = stated.provisions
      .flatMap(({ duties }) => duties)
      .filter(({ id, verdict }) => now.get(id) !== verdict);
    for (const { id, verdict } of other.slice(0, 20))
      this.#add(
        'REPLAY',
        `Duty ${id}: the pack says ${verdict}, the evidence gives ${now.get(id) ?? 'nothing'}.`,
        MEMBER.assessment,
      );
    if (other.length === 0)
      this.#add(
        'REPLAY',
        `The evidence gives another assessment: ${firstDifference(stated, replayed)}. Was it made by another version of Custos?`,
        MEMBER.assessment,
      );
  }

  #exports(assessment: Assessment, context: ReportContext): void {
    const before = this.#count;
    for (const format of PACK_FORMATS) {
      const member = exportMember(format);
      const stated = this.#files.get(member);
      if (stated === undefined) continue;
      const drawn = renderPackFormat(format, assessment, context);
      if (Buffer.compare(stated, Buffer.from(drawn)) !== 0)
        this.#add('EXPORT', 'It is not what this verifier draws from the same assessment.', member);
    }
    if (this.#files.get(MEMBER.readme)?.toString() !== README)
      this.#add('EXPORT', 'It is not the text that belongs to this format.', MEMBER.readme);
    if (this.#count === before)
      this.#checked.push(
        `The exports (${PACK_FORMATS.join(', ')}) are, byte for byte, what the assessment gives.`,
      );
  }

  #inToto(assessment: Assessment, keyring: Keyring): void {
    const bytes = this.#files.get(MEMBER.inToto);
    if (bytes === undefined) return;
    try {
      const { statement, authenticity } = openEnvelope(JSON.parse(bytes.toString()), keyring);
      const same =
        statement.predicateType === CONFORMITY_PREDICATE &&
        canonicalize(statement.predicate.content) === canonicalize(conformityContent(assessment)) &&
        `sha256:${statement.subject[0]?.digest.sha256 ?? ''}` === sha256(canonicalize(assessment));
      if (!authenticity.verified) this.#add('SIGNATURE', authenticity.why, MEMBER.inToto);
      else if (!same)
        this.#add('EXPORT', 'The in-toto statement says other than the assessment.', MEMBER.inToto);
      else this.#checked.push('The in-toto statement is signed and tells the same verdicts.');
    } catch (error) {
      this.#add('MALFORMED', oneLine(error), MEMBER.inToto);
    }
  }

  /** What no file can show, and what was left open in this run. */
  #limits(
    trust: readonly string[] | undefined,
    keyring: Keyring | undefined,
    ledgers: readonly ReadLedger[],
  ): void {
    const given = new Set((trust ?? []).map(keyIdOf));
    const vouched = (keyring?.keys() ?? []).filter((key) => !given.has(key.keyId));
    if (vouched.length > 0)
      this.#notChecked.push(
        `Whose these keys are; only the signer of the trailer vouches for them: ${vouched.map((key) => `${key.name} (${key.keyId})`).join(', ')}. Give those that you know with --key.`,
      );
    if (!ledgers.some(({ info }) => info.name === 'organisation'))
      this.#notChecked.push('Evidence about the organisation: the pack holds the ledger of the system only.');
    this.#notChecked.push(
      'Whether there are other ledgers, or systems, that the pack does not hold.',
      'Whether statements by people and measurements by tools are true: signatures show who said them, not that they are so.',
      'Whether the times of recording are right: they are the recorder’s clock.',
      'Whether the key that you gave is the organisation’s: that must come from another way than this file.',
      'Files that evidence names by digest (models, data, documents): they are not in the pack.',
    );
  }
}

/** A line of a ledger export, as far as packs need it. */
export const ExportLine = z.looseObject({
  index: z.int().optional(),
  leaf: LedgerEntry.optional(),
  envelope: z
    .strictObject({
      payloadType: z.string(),
      payload: z.string(),
      signatures: z.array(z.strictObject({ keyid: z.string(), sig: z.string() })),
    })
    .optional(),
  checkpoint: z.string().optional(),
  end: z.literal(true).optional(),
});

const VerdictWord = z.enum(['pass', 'fail', 'inconclusive', 'not_applicable']);
/** What is read of a stated assessment; the whole is compared by its bytes. */
const AssessmentShape = z.looseObject({
  ledger: z.strictObject({
    size: z.int().min(0),
    root: z.custom<Digest | null>((value) => value === null || typeof value === 'string'),
  }),
  provisions: z.array(
    z.looseObject({
      id: z.string(),
      shall: VerdictWord.nullable(),
      should: VerdictWord.nullable(),
      duties: z.array(z.looseObject({ id: z.string(), norm: z.string(), verdict: VerdictWord })),
    }),
  ),
});
type AssessmentView = z.infer<typeof AssessmentShape>;

type Row = Pick<AssessmentView['provisions'][number], 'shall' | 'should' | 'duties'>;

function verdictsOf({ shall, should, duties }: Row): string {
  return canonicalize([shall, should, duties.map(({ id, verdict }) => [id, verdict])]);
}

function withinTime(at: Instant, until: Instant | undefined): boolean {
  return until === undefined || millis(at) <= millis(until);
}

async function* once(bytes: Buffer): AsyncGenerator<Buffer> {
  yield bytes;
}

function keyIdOf(publicKey: string): string {
  return parseVerifier(publicKey).keyId;
}

function oneLine(error: unknown): string {
  const text =
    error instanceof z.ZodError
      ? z.prettifyError(error)
      : error instanceof Error
        ? error.message
        : String(error);
  return text.replaceAll(/\s+/g, ' ').slice(0, 500);
}

/** Path of the first place where two values differ. */
function firstDifference(a: unknown, b: unknown, path = ''): string {
  if (typeof a === 'object' && typeof b === 'object' && a !== null && b !== null)
    for (const key of [...new Set([...Object.keys(a), ...Object.keys(b)])].sort()) {
      const [left, right] = [Reflect.get(a, key), Reflect.get(b, key)] as [unknown, unknown];
      if (JSON.stringify(left) !== JSON.stringify(right))
        return firstDifference(left, right, `${path}/${key}`);
    }
  const short = (value: unknown) => (JSON.stringify(value) ?? 'nothing').slice(0, 80);
  return `${path || '/'} is ${short(a)}, not ${short(b)}`;
}
