/**
 * Checking an evidence pack with nothing but the file and a public key, or its fingerprint, from elsewhere. Tampering is a
 * result; each problem names the member, and where it can the line, the entry, the row or the duty.
 */
import { assess } from '@custos/conformity';
import {
  type Assessment,
  CustosError,
  type Digest,
  DigestSchema,
  digestFromHex,
  type Evidence,
  type Instant,
  millis,
  Norm,
  Specification,
  type Statement,
  type Verdict,
  worst,
} from '@custos/core';
import type { StoredEntry } from '@custos/store';
import {
  CompactTree,
  canonicalize,
  digestBytes,
  digestOf,
  followHandovers,
  type KeyEntry,
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
import { PRODUCT } from '../observations/new-observation.ts';
import { openObservation, ProducerRegister } from '../observations/producers.ts';
import { CONFORMITY_PREDICATE, conformityContent } from '../report/conformity-statement.ts';
import type { ReportContext } from '../report/model.ts';
import { PACK_FORMATS, renderPackFormat } from '../report/pack-formats.ts';
import { evidenceThatCounts } from '../service/evidence-kinds.ts';
import {
  BothCounts,
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
import { manifestOf, zero } from './manifest.ts';
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
  /**
   * `verified`: whole, signed, and the evidence gives its verdicts. `not_recomputed`: whole and signed, but another version
   * of Custos or of the specification made it, and this one does not come to the same, or its specification is none that
   * the verifier knows: the verdicts stand on the word of the signer alone. `refused`: something is wrong.
   */
  outcome: 'verified' | 'not_recomputed' | 'refused';
  /** `outcome` is `verified`. */
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
  /** Digests of specifications that its user has from elsewhere. With none here and none known, any specification will do. */
  specifications?: readonly string[];
}

const MOST_PROBLEMS = 200;
/** What was recorded so long before the evaluation was there to be looked at, whichever clock was ahead. */
const CLOCK_SLACK = 15 * 60_000;
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

interface Trailer {
  content: TrailerContent;
  subjects: Map<string, Digest>;
  predicate: Statement['predicate'];
}

/** What a replay needs, read and complete. */
interface Replayed {
  specification: Specification;
  manifest: Manifest;
  /** All evidence that was evaluated, by ledger. */
  opened: Evidence[][];
  /** `assessment.json`. */
  bytes: Buffer;
  ledgers: readonly ReadLedger[];
}

class PackVerification {
  readonly #options: VerifyPackOptions;
  readonly #problems: PackProblem[] = [];
  readonly #checked: string[] = [];
  readonly #notChecked: string[] = [];
  readonly #files = new Map<string, Buffer>();
  #count = 0;
  /** The evidence was evaluated again, and gave the assessment. */
  #recomputed = false;
  /** The specification is one that the verifier, or its user, knows; or there is none to compare it with. */
  #specificationKnown = true;
  /** Why this verifier need not come to the same, when it does not. */
  #otherVersion: string | undefined;

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
    if (manifest) this.#otherVersion = this.#whyOther(manifest);
    if (manifest && trailer) this.#agreement(manifest, trailer);
    const keyring = keys && new Keyring(joinedTimes(keys.keys, trust ?? []));
    const ledgers = manifest && keyring ? await this.#ledgers(manifest, keyring) : [];
    if (manifest && keyring)
      try {
        this.#assessment(manifest, keyring, ledgers);
      } catch (error) {
        this.#add('REPLAY', `The evidence can't be evaluated: ${oneLine(error)}`, MEMBER.assessment);
      }
    this.#limits(trust, keyring, ledgers);
    const verified = this.#recomputed && this.#specificationKnown;
    const outcome = this.#count > 0 ? 'refused' : verified ? 'verified' : 'not_recomputed';
    return {
      outcome,
      ok: outcome === 'verified',
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
      if (!Buffer.from(canonicalize(value)).equals(content)) throw new Error('it is not in RFC 8785 form');
      return schema.parse(value);
    } catch (error) {
      this.#add('MALFORMED', `It can't be read: ${oneLine(error)}`, name);
      return undefined;
    }
  }

  /**
   * The keys that were given, in full: of a fingerprint the key of the pack that has it; and those to which hand-overs lead
   * from them, each with the time at which it ended.
   */
  #trusted({ keys, handovers }: PackKeys): KeyEntry[] {
    const there = keys.map(({ publicKey }) => publicKey);
    const given = this.#options.keys.flatMap((key) =>
      key.startsWith('sha256:') ? there.filter((other) => keyIdOf(other) === key) : [key],
    );
    if (given.length === 0) return [];
    try {
      return followHandovers(new Keyring(given), handovers).entries();
    } catch (error) {
      this.#add('SIGNATURE', `The hand-overs of keys do not hold: ${oneLine(error)}`, MEMBER.keys);
      return given.map((publicKey) => ({ publicKey }));
    }
  }

  #trailer(members: readonly ZipMember[], trust: readonly KeyEntry[] | undefined): Trailer | undefined {
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
      if (!Buffer.from(canonicalize(envelope)).equals(bytes)) throw new Error('it is not in RFC 8785 form');
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
      return { content, subjects, predicate: statement.predicate };
    } catch (error) {
      this.#add('TRAILER', `It can't be read: ${oneLine(error)}`, MEMBER.trailer);
      return undefined;
    }
  }

  #members(members: readonly ZipMember[], { content, subjects }: Trailer): void {
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

  /** Why the replay of this verifier may differ without anything being wrong. */
  #whyOther({ producer, standard }: Manifest): string | undefined {
    if (producer.version !== PRODUCT.version)
      return `The pack was made by ${producer.name} ${producer.version}, this verifier is of ${PRODUCT.version}`;
    const { known = new Map<string, string>() } = this.#options;
    const sameStandard = [...known.values()].some((name) => name.startsWith(standard.standard));
    return known.has(standard.digest) || !sameStandard
      ? undefined
      : `The pack was made under another specification (${standard.digest}) than this verifier comes with`;
  }

  /** Trailer and manifest are of one pack, and it holds what a pack holds: its maker can leave nothing out, nor put anything in. */
  #agreement(manifest: Manifest, { content, subjects, predicate }: Trailer): void {
    const before = this.#count;
    const base = [
      MEMBER.readme,
      ...manifest.ledgers.flatMap(({ name }) => [ledgerMember(name), checkpointMember(name)]),
      MEMBER.proofs,
      MEMBER.keys,
      MEMBER.specification,
      MEMBER.assessment,
    ];
    const wanted: string[] = [...base, ...PACK_FORMATS.map(exportMember), MEMBER.inToto, MEMBER.manifest];
    // Which formats there are is a matter of the version: the replay looks at them.
    const mayDiffer = (name: string) =>
      this.#otherVersion !== undefined && name.startsWith('exports/') && name !== MEMBER.inToto;
    for (const name of wanted)
      if (!subjects.has(name) && !mayDiffer(name))
        this.#add('MISSING', 'Every pack has it; the signed trailer does not name it.', name);
    for (const name of subjects.keys())
      if (!wanted.includes(name) && !mayDiffer(name))
        this.#add('ADDED', 'No pack has such a member; it says what nobody checked.', name);
    const order = wanted.filter((name) => subjects.has(name));
    const named = [...subjects.keys()].filter((name) => wanted.includes(name));
    const moved = order.find((name, i) => named[i] !== name);
    if (moved !== undefined)
      this.#add('REORDERED', 'The signed trailer has it in another place than packs do.', moved);
    if (manifest.ledgers[0]?.name !== 'system')
      this.#add('MISSING', "The system's own ledger comes first in every pack.", ledgerMember('system'));
    const [system, organisation] = manifest.ledgers;
    if (system && organisation && !system.origin.startsWith(`${organisation.origin}/`))
      this.#add(
        'LEDGER',
        `The ledger ${system.origin} is of no system of the organisation whose ledger is ${organisation.origin}.`,
        ledgerMember(organisation.name),
      );
    if (predicate.observedAt !== manifest.evaluatedAt)
      this.#add(
        'TRAILER',
        `It is dated ${predicate.observedAt}; the assessment was evaluated at ${manifest.evaluatedAt}.`,
        MEMBER.trailer,
      );
    const signed = canonicalize({
      counts: content.counts,
      ledgers: content.ledgers,
      assessment: content.assessment,
      specification: content.specification,
    });
    const stated = canonicalize({
      counts: manifest.counts,
      ledgers: manifest.ledgers,
      assessment: manifest.assessment,
      specification: manifest.standard.digest,
    });
    if (signed !== stated)
      this.#add('COUNTS', 'What is signed is not what the manifest says.', MEMBER.trailer);
    if (this.#count === before)
      this.#checked.push(
        'It has every member that a pack has, and no other; the trailer says what the manifest says.',
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

  #assessment(manifest: Manifest, keyring: Keyring, ledgers: readonly ReadLedger[]): void {
    const specification = this.#parsed(MEMBER.specification, SpecificationShape);
    const bytes = this.#files.get(MEMBER.assessment);
    if (bytes === undefined) {
      this.#add('MISSING', 'There is no assessment.', MEMBER.assessment);
      return;
    }
    const assessment = this.#parsed(MEMBER.assessment, AssessmentShape);
    if (!specification || !assessment) return;
    this.#specification(manifest);
    this.#rows(specification, manifest, assessment);
    this.#counts(manifest, assessment, bytes, ledgers);
    this.#basis(manifest, assessment, ledgers);
    this.#inToto(assessment, manifest, keyring);
    const opened = this.#evidence(manifest, keyring, ledgers);
    if (ledgers.length !== manifest.ledgers.length || !opened) {
      this.#notChecked.push('The replay of the assessment: a ledger is missing or can not be read.');
      return;
    }
    this.#tryReplay({ manifest, opened, bytes, ledgers });
    this.#signatures(opened.flat());
  }

  /** What the replay finds is a problem, unless the pack is of another version: then it is told as not recomputed. */
  #tryReplay(input: Omit<Replayed, 'specification'>): void {
    const before = { count: this.#count, problems: this.#problems.length, checked: this.#checked.length };
    try {
      const specification = Specification.parse(
        JSON.parse(this.#files.get(MEMBER.specification)?.toString() ?? ''),
      );
      this.#replay({ ...input, specification });
    } catch (error) {
      this.#add('REPLAY', `The evidence can't be evaluated: ${oneLine(error)}`, MEMBER.assessment);
    }
    if (this.#count === before.count) {
      this.#recomputed = true;
      return;
    }
    if (this.#otherVersion === undefined) return;
    this.#count = before.count;
    const [first] = this.#problems.splice(before.problems);
    this.#checked.splice(before.checked);
    this.#notChecked.unshift(
      `WHETHER THE EVIDENCE GIVES THE VERDICTS. ${this.#otherVersion}, and does not come to the same (${first?.message ?? ''}). The verdicts and the exports are what the signer says, and nothing more. Take custos-verify.mjs of Custos ${input.manifest.producer.version}, or have the pack made anew.`,
    );
  }

  #specification(manifest: Manifest): void {
    const digest = sha256(this.#files.get(MEMBER.specification) ?? '');
    if (digest !== manifest.standard.digest) {
      this.#add(
        'SPECIFICATION',
        `Its SHA-256 is ${digest}; the manifest says ${manifest.standard.digest}.`,
        MEMBER.specification,
      );
      return;
    }
    const { known = new Map<string, string>(), specifications = [] } = this.#options;
    const name = known.get(digest);
    if (name !== undefined) {
      this.#checked.push(`The specification is ${name}, as this verifier was built with.`);
      return;
    }
    if (specifications.includes(digest)) {
      this.#checked.push(`The specification is one whose digest you gave (${digest}).`);
      return;
    }
    if (known.size === 0 && specifications.length === 0) {
      this.#notChecked.push(
        `Whether the specification (${digest}) is the one that you expect: there was none to compare it with.`,
      );
      return;
    }
    this.#specificationKnown = false;
    this.#notChecked.unshift(
      `WHETHER THE DUTIES AND LIMITS ARE THOSE THAT YOU EXPECT. The pack was assessed by a specification (${digest}) that this verifier does not know, whatever its name: whoever signed it may have moved a limit or left out a duty. Its verdicts are what that specification gives, and nothing more. Get the digest of the right one from whoever publishes it, never from the pack, and compare.`,
    );
  }

  /** All rows are there, say what the assessment says, and each verb is the worst of its applicable duties. */
  #rows(specification: SpecificationView, manifest: Manifest, assessment: AssessmentView): void {
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

  /** The numbers in the manifest, by counting, and what verdicts rest on, by looking it up: true of every version. */
  #counts(
    manifest: Manifest,
    assessment: AssessmentView,
    bytes: Buffer,
    ledgers: readonly ReadLedger[],
  ): void {
    const before = this.#count;
    const { counts, rows } = manifest;
    const duties = assessment.provisions.flatMap((row) => row.duties);
    const verdicts = { shall: zero(), should: zero() };
    for (const { norm, verdict, waived } of duties) {
      verdicts[norm][verdict]++;
      if (waived) verdicts[norm].waived++;
    }
    const used = new Set(duties.flatMap(({ observations }) => observations));
    const counted = {
      provisions: rows.length,
      duties: rows.reduce((sum, row) => sum + row.duties.length, 0),
      verdicts,
      observationsUsed: used.size,
      entries: manifest.ledgers.reduce((sum, { size }) => sum + size, 0),
      proofs: manifest.ledgers.reduce((sum, { observations }) => sum + observations, 0),
      assets: assessment.inventory.assets.length,
      findings: assessment.findings.length,
      unknowns: assessment.unknowns.length,
    };
    const { observations: _, ...stated } = counts;
    if (canonicalize(stated) !== canonicalize(counted))
      this.#add('COUNTS', `The numbers do not add up: ${firstDifference(stated, counted)}.`, MEMBER.manifest);
    if (canonicalize(assessment.counts) !== canonicalize(verdicts))
      this.#add('COUNTS', 'Its counts are not those of its duties.', MEMBER.assessment);
    const digest = sha256(bytes);
    if (manifest.assessment !== digest)
      this.#add('COUNTS', 'The manifest names another assessment.', MEMBER.manifest);
    const named = {
      system: manifest.system,
      specification: manifest.standard,
      evaluatedAt: manifest.evaluatedAt,
      fingerprint: manifest.fingerprint,
    };
    const { system, specification, evaluatedAt, fingerprint } = assessment;
    const assessed = { system, specification, evaluatedAt, fingerprint };
    if (canonicalize(named) !== canonicalize(assessed))
      this.#add(
        'COUNTS',
        `It is not about what was assessed: ${firstDifference(named, assessed)}.`,
        MEMBER.manifest,
      );
    const there = new Set(
      ledgers.flatMap(({ entries, info }) =>
        entries.flatMap((entry) =>
          entry.kind === 'observation' && entry.index < info.evaluated ? [entry.id] : [],
        ),
      ),
    );
    const missing = duties.filter(({ observations }) => observations.some((id) => !there.has(id)));
    if (ledgers.length === manifest.ledgers.length)
      for (const { id } of missing.slice(0, 20))
        this.#add(
          'OBSERVATION',
          `Duty ${id} rests on an observation that no ledger holds.`,
          MEMBER.assessment,
        );
    if (this.#count === before)
      this.#checked.push('The numbers add up, and every observation that a verdict names is in a ledger.');
  }

  /** From how much of the ledgers the assessment was computed: evidence is not left out unseen. */
  #basis(manifest: Manifest, assessment: AssessmentView, ledgers: readonly ReadLedger[]): void {
    const evaluated = millis(manifest.evaluatedAt);
    const { observedUntil } = manifest;
    if (observedUntil !== undefined) {
      if (millis(observedUntil) < evaluated)
        this.#add(
          'COUNTS',
          `It leaves out evidence observed after ${observedUntil}, and says how the system stood at ${manifest.evaluatedAt}.`,
          MEMBER.manifest,
        );
      this.#notChecked.push(`Evidence that was observed after ${observedUntil}: it was left out.`);
    }
    const [own] = ledgers;
    if (own && assessment.ledger.size !== own.info.evaluated)
      this.#add(
        'COUNTS',
        `The assessment names a ledger of ${assessment.ledger.size} entries; the manifest says ${own.info.evaluated}.`,
        MEMBER.assessment,
      );
    if (own && assessment.ledger.root !== null && assessment.ledger.root !== rootAt(own, own.info.evaluated))
      this.#add(
        'CHECKPOINT',
        'The assessment names another Merkle root than the ledger has.',
        MEMBER.assessment,
      );
    for (const { info, entries } of ledgers) {
      const later = entries.filter(({ kind, index }) => kind === 'observation' && index >= info.evaluated);
      if (later.length === 0) continue;
      const hidden = later.filter(({ at }) => millis(at) < evaluated - CLOCK_SLACK).length;
      if (hidden > 0)
        this.#add(
          'COUNTS',
          `The assessment of ${manifest.evaluatedAt} rests on the first ${info.evaluated} entries of ${info.origin} and leaves out ${hidden} observations that were recorded before it.`,
          ledgerMember(info.name),
        );
      this.#notChecked.push(
        `${later.length} observations in ${info.origin} that were recorded after its first ${info.evaluated} entries: the assessment does not rest on them. The pack of a newer assessment does.`,
      );
    }
  }

  /** All that was evaluated, ledger by ledger. */
  #evidence(manifest: Manifest, keyring: Keyring, ledgers: readonly ReadLedger[]): Evidence[][] | undefined {
    const evidence: Evidence[][] = [];
    const until = manifest.observedUntil;
    for (const { info, entries } of ledgers) {
      const own: Evidence[] = [];
      evidence.push(own);
      const producers = new ProducerRegister();
      for (const entry of entries) {
        if (entry.index >= info.evaluated) break;
        producers.read(entry);
        if (entry.kind !== 'observation') continue;
        try {
          const { id, statement, authenticity } = openObservation(
            entry.envelope,
            keyring,
            producers,
            entry.index,
          );
          if (withinTime(statement.predicate.observedAt, until))
            own.push({ id, statement, authenticity, recordedAt: entry.at });
        } catch (error) {
          this.#add('OBSERVATION', `Entry ${entry.index}: ${oneLine(error)}`, ledgerMember(info.name));
          return undefined;
        }
      }
    }
    return evidence;
  }

  #replay({ specification, manifest, opened, bytes, ledgers }: Replayed): void {
    const stated = AssessmentShape.parse(JSON.parse(bytes.toString()));
    const evidence = evidenceThatCounts(opened);
    const assessment = assess({
      specification,
      specificationDigest: manifest.standard.digest,
      evidence,
      now: manifest.evaluatedAt,
      ledger: stated.ledger,
    });
    const text = canonicalize(assessment);
    if (Buffer.from(text).equals(bytes)) {
      const duties = assessment.provisions.reduce((sum, provision) => sum + provision.duties.length, 0);
      this.#checked.push(
        `All ${duties} duties were evaluated again from the evidence as of ${manifest.evaluatedAt}: the same assessment, byte for byte (${sha256(text)}).`,
      );
    } else this.#differs(stated, assessment);
    const made = manifestOf({
      assessment,
      specification,
      evidence: opened.flat(),
      ledgers: manifest.ledgers,
      observedUntil: manifest.observedUntil,
      engine: manifest.engine,
      producer: manifest.producer,
    });
    if (canonicalize(made) !== canonicalize(manifest))
      this.#add(
        'COUNTS',
        `The manifest is not what the evidence gives: ${firstDifference(manifest, made)}.`,
        MEMBER.manifest,
      );
    else this.#checked.push('The manifest and all counts are what the evidence gives.');
    this.#exports(assessment, { specification, evidence, checkpointNote: ledgers[0]?.note ?? '' });
  }

  #signatures(evidence: readonly Evidence[]): void {
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
    const drawn = new Map<string, Buffer>(
      PACK_FORMATS.map((format) => [
        exportMember(format),
        Buffer.from(renderPackFormat(format, assessment, context)),
      ]),
    );
    for (const [member, content] of drawn)
      if (this.#files.get(member)?.equals(content) !== true)
        this.#add('EXPORT', 'It is not what this verifier draws from the same assessment.', member);
    for (const member of this.#files.keys())
      if (member.startsWith('exports/') && !drawn.has(member) && member !== MEMBER.inToto)
        this.#add('EXPORT', 'This verifier does not know the format.', member);
    if (this.#files.get(MEMBER.readme)?.toString() !== README)
      this.#add('EXPORT', 'It is not the text that belongs to this format.', MEMBER.readme);
    if (this.#count === before)
      this.#checked.push(
        `The exports (${PACK_FORMATS.join(', ')}) are, byte for byte, what the assessment gives.`,
      );
  }

  /** The signed statement says of each duty what the assessment says. */
  #inToto(assessment: AssessmentView, { assessment: digest, evaluatedAt }: Manifest, keyring: Keyring): void {
    const bytes = this.#files.get(MEMBER.inToto);
    if (bytes === undefined) return;
    try {
      const { statement, authenticity } = openEnvelope(JSON.parse(bytes.toString()), keyring);
      const same =
        statement.predicateType === CONFORMITY_PREDICATE &&
        canonicalize(statement.predicate.content) === canonicalize(conformityContent(assessment)) &&
        statement.predicate.observedAt === evaluatedAt &&
        `sha256:${statement.subject[0]?.digest.sha256 ?? ''}` === digest;
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
    trust: readonly KeyEntry[] | undefined,
    keyring: Keyring | undefined,
    ledgers: readonly ReadLedger[],
  ): void {
    const given = new Set((trust ?? []).map(({ publicKey }) => keyIdOf(publicKey)));
    const vouched = (keyring?.keys() ?? []).filter((key) => !given.has(key.keyId));
    if (vouched.length > 0)
      this.#notChecked.push(
        `Whose these keys are; only the signer of the trailer vouches for them: ${vouched.map((key) => `${key.name} (${key.keyId})`).join(', ')}. Give those that you know with --key.`,
      );
    if (!ledgers.some(({ info }) => info.name === 'organisation'))
      this.#notChecked.push(
        'Evidence about the organisation (people, training, policies, threats): the pack holds the ledger of the system only. One from a service holds both.',
      );
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
  specification: z.strictObject({ standard: z.string(), version: z.string(), digest: DigestSchema }),
  system: z.strictObject({ id: z.string(), name: z.string(), declared: z.boolean() }),
  evaluatedAt: z.string(),
  fingerprint: DigestSchema.nullable(),
  counts: BothCounts,
  inventory: z.looseObject({ assets: z.array(z.unknown()) }),
  findings: z.array(z.unknown()),
  unknowns: z.array(z.unknown()),
  ledger: z.strictObject({ size: z.int().min(0), root: DigestSchema.nullable() }),
  provisions: z.array(
    z.looseObject({
      id: z.string(),
      shall: VerdictWord.nullable(),
      should: VerdictWord.nullable(),
      duties: z.array(
        z.looseObject({
          id: z.string(),
          norm: Norm,
          verdict: VerdictWord,
          waived: z.boolean(),
          observations: z.array(DigestSchema),
        }),
      ),
    }),
  ),
});
type AssessmentView = z.infer<typeof AssessmentShape>;

/** What is read of a specification before it is evaluated by: that of another version may have more. */
const SpecificationShape = z.looseObject({
  standard: z.string(),
  provisions: z.array(z.looseObject({ id: z.string(), duties: z.array(z.looseObject({ id: z.string() })) })),
});
type SpecificationView = z.infer<typeof SpecificationShape>;

type Row = Pick<AssessmentView['provisions'][number], 'shall' | 'should'> & {
  duties: readonly { id: string; verdict: Verdict }[];
};

/** The keys of the pack, each with the end that the pack or a hand-over gives it. */
function joinedTimes(keys: readonly KeyEntry[], trusted: readonly KeyEntry[]): KeyEntry[] {
  const times = new Map(trusted.map((entry) => [keyIdOf(entry.publicKey), entry]));
  const own = keys.map((entry) => ({ ...times.get(keyIdOf(entry.publicKey)), ...entry }));
  return [...trusted, ...own];
}

/** Root over the first entries of a ledger. */
function rootAt({ entries }: ReadLedger, size: number): Digest | null {
  const tree = new CompactTree();
  for (const entry of entries.slice(0, size))
    tree.append(
      leafHash(
        ledgerLeaf(
          entry.kind === 'act'
            ? { kind: 'act', at: entry.at, act: entry.act }
            : { kind: 'observation', at: entry.at, id: entry.id },
        ),
      ),
    );
  return tree.size === 0 ? null : digestOf(tree.root());
}

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
