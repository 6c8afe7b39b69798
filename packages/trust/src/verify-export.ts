/**
 * Offline verification of a ledger export: from the file and one public key to "whole and unaltered", or to where it is not.
 * Streams, so a million records need no memory of a million records.
 */
import { hash } from 'node:crypto';
import { CustosError, type Digest, type Envelope } from '@custos/core';
import { openCheckpoint } from './checkpoint.ts';
import { digestOf } from './digest.ts';
import { openEnvelope } from './envelope.ts';
import type { HeaderLine } from './export-format.ts';
import { followHandovers } from './handover.ts';
import { IndexOrder } from './index-order.ts';
import { Keyring } from './keyring.ts';
import { CompactTree } from './merkle/compact-tree.ts';
import { leafHash } from './merkle/hash.ts';
import { envelopeOf, type ParsedEntry, parseHeader, parseLine } from './parse-line.ts';
import { type ByteSource, readLines } from './read-lines.ts';

export type ProblemCode =
  /** An entry does not fit its own hash, or a statement not its id. */
  | 'EDITED'
  | 'DELETED'
  | 'REORDERED'
  | 'DUPLICATED'
  /** Entries or the last line are missing at the end. */
  | 'TRUNCATED'
  /** A line that cannot be read. */
  | 'MALFORMED'
  /** Somewhere in the range something was altered together with its hash. */
  | 'ROOT_MISMATCH'
  /** A checkpoint that no trusted key signed, or of another log. */
  | 'CHECKPOINT'
  /** An envelope whose signature does not hold; only with `signatures: true`. */
  | 'SIGNATURE';

export interface LedgerProblem {
  code: ProblemCode;
  message: string;
  /** Line of the export, from 1. */
  line: number;
  /** First and last ledger index concerned, from 0. */
  from?: number;
  to?: number;
}

export interface LedgerReport {
  /** Nothing was found, and everything the signed checkpoint covers is there. */
  ok: boolean;
  origin: string;
  /** Entries read. */
  size: number;
  observations: number;
  acts: number;
  /** Root over the entries as the export states them; null when there are none. */
  root: Digest | null;
  /** The last line's checkpoint, when a trusted key signed it. */
  checkpoint: { size: number; root: Digest; signedBy: { keyId: Digest; name: string }[] } | null;
  /** Whether the signature of every envelope was checked, beyond those of the checkpoints. */
  signatures: { checked: false } | { checked: true; verified: number; failed: number };
  /** At most 100, in the order found. */
  problems: LedgerProblem[];
  /** All, also those beyond the 100. */
  problemCount: number;
}

export interface VerifyExportOptions {
  /** Check the signature of every envelope too (some 0.1 ms each). */
  signatures?: boolean;
  /** Signed checkpoints kept from earlier: the export must go on from each. Shows a log that was rolled back. */
  known?: readonly string[];
}

const MOST_PROBLEMS = 100;

/**
 * Verifies an export (format: `export-format.ts`).
 * @param source path, or stream of pieces
 * @param publicKeys keys one trusts from elsewhere; keys in the export count only as far as signed hand-overs lead to them
 * @throws CustosError EXPORT_INVALID when it is no export at all, KEY_INVALID, FILE_UNREADABLE. Tampering is a result.
 */
export async function verifyExport(
  source: ByteSource,
  publicKeys: Keyring | readonly string[],
  options: VerifyExportOptions = {},
): Promise<LedgerReport> {
  const trusted = publicKeys instanceof Keyring ? publicKeys : new Keyring(publicKeys);
  if (trusted.keys().length === 0) {
    throw new CustosError(
      'KEY_MISSING',
      'Verification needs a public key that you trust; an export cannot vouch for itself.',
    );
  }
  const verification = new Verification(trusted, options);
  await readLines(source, (line, complete) => verification.line(line, complete));
  return verification.report();
}

class Verification {
  readonly #options: VerifyExportOptions;
  readonly #problems: LedgerProblem[] = [];
  readonly #tree = new CompactTree();
  readonly #order = new IndexOrder();
  readonly #known = new Map<number, Digest[]>();
  #keyring: Keyring;
  #header: HeaderLine | undefined;
  #checkpoint: LedgerReport['checkpoint'] = null;
  #problemCount = 0;
  #lineNumber = 0;
  #ended = false;
  /** Size up to which a signed checkpoint confirmed the entries. */
  #confirmed = 0;
  #observations = 0;
  #acts = 0;
  #verified = 0;
  #failed = 0;

  constructor(trusted: Keyring, options: VerifyExportOptions) {
    this.#keyring = trusted;
    this.#options = options;
  }

  line(line: Buffer, complete: boolean): void {
    this.#lineNumber++;
    if (this.#header === undefined) this.#readHeader(line);
    else if (this.#ended) this.#add('MALFORMED', 'There is something after the last line.');
    else if (complete) this.#readOrReport(line);
    else this.#add('TRUNCATED', 'The line is cut off.', this.#order.next);
  }

  #readOrReport(line: Buffer): void {
    try {
      this.#readLine(line);
    } catch (error) {
      if (!(error instanceof CustosError) || error.code === 'EXPORT_INVALID') throw error;
      this.#add('MALFORMED', `The line cannot be read: ${error.message}`, this.#order.next);
      this.#order.unreadable();
    }
  }

  report(): LedgerReport {
    if (this.#header === undefined)
      throw new CustosError('EXPORT_INVALID', 'The file is empty: this is no ledger export.');
    if (!this.#ended)
      this.#add('TRUNCATED', 'The last line with the signed checkpoint is missing.', this.#order.next);
    this.#closeOrder();
    for (const size of this.#known.keys()) {
      this.#add(
        'TRUNCATED',
        `A checkpoint kept from earlier covers ${size} entries; this export ends before.`,
        this.#tree.size,
        size - 1,
      );
    }
    return {
      ok: this.#problemCount === 0 && this.#checkpoint !== null,
      origin: this.#header.origin,
      size: this.#tree.size,
      observations: this.#observations,
      acts: this.#acts,
      root: this.#tree.size === 0 ? null : digestOf(this.#tree.root()),
      checkpoint: this.#checkpoint,
      signatures:
        this.#options.signatures === true
          ? { checked: true, verified: this.#verified, failed: this.#failed }
          : { checked: false },
      problems: this.#problems,
      problemCount: this.#problemCount,
    };
  }

  #readHeader(line: Buffer): void {
    try {
      this.#header = parseHeader(line);
      this.#keyring = followHandovers(this.#keyring, this.#header.handovers);
    } catch (cause) {
      throw new CustosError(
        'EXPORT_INVALID',
        `Line 1 is no header of a ledger export: ${messageOf(cause)}.`,
        { cause },
      );
    }
    for (const note of this.#options.known ?? []) {
      const { origin, size, root } = openCheckpoint(note, this.#keyring);
      if (origin !== this.#header.origin) {
        throw new CustosError(
          'EXPORT_INVALID',
          `The kept checkpoint is of ${origin}, the export of ${this.#header.origin}.`,
        );
      }
      if (size > 0) this.#known.set(size, [...(this.#known.get(size) ?? []), root]);
    }
  }

  #readLine(line: Buffer): void {
    const parsed = parseLine(line);
    if (parsed.type === 'entry') {
      this.#entry(parsed);
      if (this.#options.signatures === true && parsed.kind === 'observation')
        this.#signature(envelopeOf(line), parsed.index);
    } else {
      const checkpoint = this.#readCheckpoint(parsed.note);
      if (parsed.type === 'trailer') this.#trailer(checkpoint, parsed.size);
    }
  }

  #entry(entry: ParsedEntry): void {
    this.#order.saw(entry.index, this.#lineNumber);
    const computed = leafHash(entry.leaf);
    const stated = Buffer.from(entry.hash, 'base64');
    if (Buffer.compare(computed, stated) !== 0 || stated.toString('base64') !== entry.hash)
      this.#add('EDITED', 'The entry does not fit its hash.', entry.index);
    this.#tree.append(stated.length === computed.length ? stated : computed);
    if (entry.kind === 'act') this.#acts++;
    else this.#checkPayload(entry);
    if (this.#known.size > 0) this.#checkKnown();
  }

  #checkPayload({ id, payload, index }: ParsedEntry): void {
    this.#observations++;
    if (payload === undefined) {
      this.#add('EDITED', 'The envelope of the observation is missing.', index);
      return;
    }
    const computed = hash('sha256', Buffer.from(payload, 'base64'), 'hex');
    if (id !== `sha256:${computed}`) this.#add('EDITED', 'The statement does not fit its id.', index);
  }

  #checkKnown(): void {
    const roots = this.#known.get(this.#tree.size);
    if (roots === undefined) return;
    this.#known.delete(this.#tree.size);
    const root = digestOf(this.#tree.root());
    if (roots.every((known) => known === root)) return;
    this.#add(
      'ROOT_MISMATCH',
      'The entries do not fit a checkpoint kept from earlier.',
      this.#confirmed,
      this.#tree.size - 1,
    );
  }

  #signature(envelope: Envelope | undefined, index: number): void {
    const why = envelope === undefined ? 'It has no envelope.' : this.#whyUnsigned(envelope);
    if (why === undefined) {
      this.#verified++;
    } else {
      this.#failed++;
      this.#add('SIGNATURE', why, index);
    }
  }

  #whyUnsigned(envelope: Envelope): string | undefined {
    try {
      const { authenticity } = openEnvelope(envelope, this.#keyring);
      return authenticity.verified ? undefined : authenticity.why;
    } catch (error) {
      return messageOf(error);
    }
  }

  #readCheckpoint(note: string): LedgerReport['checkpoint'] {
    try {
      const { origin, size, root, signedBy } = openCheckpoint(note, this.#keyring);
      if (origin === this.#header?.origin) {
        this.#compare(size, root);
        return { size, root, signedBy };
      }
      this.#add(
        'CHECKPOINT',
        `The checkpoint is of the log ${origin}, the export of ${this.#header?.origin ?? 'none'}.`,
      );
    } catch (error) {
      this.#add('CHECKPOINT', messageOf(error));
    }
    return null;
  }

  /** Where entries are missing or moved, roots must differ; what is there to say is said by their order. */
  #compare(size: number, root: Digest): void {
    if (size !== this.#tree.size) {
      const missing = size > this.#tree.size;
      if (missing && this.#order.next < size)
        this.#add('TRUNCATED', `The checkpoint covers ${size} entries.`, this.#order.next, size - 1);
      else if (this.#order.inOrder)
        this.#add('CHECKPOINT', `The checkpoint covers ${size} entries, before it stand ${this.#tree.size}.`);
    } else if (digestOf(this.#tree.root()) === root) {
      this.#confirmed = size;
    } else if (this.#order.inOrder) {
      const from = this.#confirmed;
      this.#add(
        'ROOT_MISMATCH',
        'The entries do not make the signed root: something in this range was altered.',
        from,
        size - 1,
      );
      this.#confirmed = size;
    }
  }

  #trailer(checkpoint: LedgerReport['checkpoint'], size: number): void {
    this.#ended = true;
    this.#checkpoint = checkpoint;
    if (checkpoint !== null && checkpoint.size !== size) {
      this.#add('EDITED', `The last line says ${size} entries, its checkpoint ${checkpoint.size}.`);
    }
  }

  #closeOrder(): void {
    const { deleted, moved, repeated } = this.#order.findings();
    for (const { from, to, line } of deleted)
      this.#addAt(line, 'DELETED', 'Entries are missing before this line.', from, to);
    for (const { index, line } of moved)
      this.#addAt(line, 'REORDERED', 'The entry stands out of its place.', index);
    for (const { index, line } of repeated)
      this.#addAt(line, 'DUPLICATED', 'The index stands here a second time.', index);
    const located = deleted.length + moved.length + repeated.length > 0;
    if (!located && !this.#order.inOrder && this.#problemCount === 0)
      this.#add('MALFORMED', 'The order of the entries cannot be told.');
  }

  #add(code: ProblemCode, message: string, from?: number, to: number | undefined = from): void {
    this.#addAt(this.#lineNumber, code, message, from, to);
  }

  #addAt(
    line: number,
    code: ProblemCode,
    message: string,
    from?: number,
    to: number | undefined = from,
  ): void {
    this.#problemCount++;
    if (this.#problems.length >= MOST_PROBLEMS) return;
    this.#problems.push({
      code,
      message,
      line,
      ...(from === undefined ? {} : { from }),
      ...(to === undefined ? {} : { to }),
    });
  }
}

function messageOf(error: unknown): string {
  return error instanceof Error ? error.message : String(error);
}
