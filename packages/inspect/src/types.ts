/** The words that the reader, the formats and the inspection itself share. */
import type { Digest, Modality } from '@custos/core';

/**
 * Bytes that a format reads: a file, a member of an archive, a slice. Reads are synchronous because inspection runs in a
 * worker thread, where 1 MiB synchronous reads are the fastest way through a file.
 */
export interface ByteSource {
  /** What a person would call it: `model.pt` or `model.pt!archive/data.pkl` for a member. */
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** At most `length` bytes from `offset`; fewer at the end, none beyond it. The buffer may be reused by the next read. */
  read(offset: number, length: number): Uint8Array;
}

export type InspectionVerdict = 'unsafe' | 'suspicious' | 'clean' | 'not_inspected';

/** One thing that was seen in a file. */
export interface InspectionFinding {
  /** Stable, such as `pickle.unsafe-call`, `zip.name-mismatch`, `keras.lambda`. Documented in docs/inspection.md. */
  readonly rule: string;
  readonly severity: 'low' | 'medium' | 'high' | 'critical';
  /** `unsafe`: would do harm when loaded. `suspicious`: a careful person looks at it. `info`: changes no verdict. */
  readonly weight: 'unsafe' | 'suspicious' | 'info';
  /** One sentence for a person: what, and why it matters. */
  readonly message: string;
  /** Member path as in {@link ByteSource.path}, where it lies in a member. */
  readonly member?: string;
  /** Byte offset in that file or member. */
  readonly offset?: number;
  /** The names seen, such as `os.system`. */
  readonly names?: readonly string[];
  /** CVE ids of the loader or format that this could exploit. */
  readonly cve?: readonly string[];
}

/** How much of a file was understood. A part that was not inspected keeps the whole from being clean. */
export interface Coverage {
  /** Bytes that a format understood, and all bytes. */
  readonly bytes: number;
  readonly total: number;
  /** Members (archives, pickles in a row, tensors with code, …) inspected, and all. */
  readonly members: number;
  readonly of: number;
  /** What was not inspected and why, one entry for each part. */
  readonly skipped: readonly { readonly member: string; readonly why: string }[];
}

/** What a model can do as far as headers and configuration tell. All fields are absent when unknown. */
export interface Capability {
  readonly architecture?: string;
  readonly inputs?: readonly Modality[];
  readonly outputs?: readonly Modality[];
  /** The chat template has a place for tools. */
  readonly toolCalling?: boolean;
  /** Tokens. */
  readonly contextLength?: number;
  readonly parameters?: number;
  readonly quantisation?: string;
}

/** What one format says about one source. */
export interface FormatResult {
  /** A kind of the format, which its name then ends with: `pytorch` of `zip/pytorch`. */
  readonly variant?: string;
  readonly findings: readonly InspectionFinding[];
  readonly coverage: Coverage;
  readonly capability?: Capability;
  /** Named values worth keeping, such as `general.license` of GGUF. Strings are cut at 2,000 characters. */
  readonly metadata?: Readonly<Record<string, string | number | boolean>>;
}

export interface FileInspection extends FormatResult {
  readonly path: string;
  /** Name of the format, such as `pickle`, `zip/pytorch`, `gguf`; `unknown` where none recognised it. */
  readonly format: string;
  readonly size: number;
  readonly digest?: Digest;
  readonly verdict: InspectionVerdict;
}

/** What a format may use: limits, and a way to have nested content inspected by whatever format recognises it. */
export interface Inspection {
  /**
   * Inspects nested content (an archive member, a pickle inside a pickle). Its findings, members and skipped parts are
   * added to this source's result, so a format counts and reports only what is its own: of `coverage.bytes` also the
   * bytes that it handed on.
   */
  nested(source: ByteSource): FileInspection;
  /** Throws a `LimitReached` when the file's time or memory is spent; call it in every loop. */
  tick(bytes?: number): void;
  /** How deep this source is nested. 0 for a file on disk. */
  readonly depth: number;
}

/** One family of files: one folder in `formats/`, one line in the registry. */
export interface Format {
  readonly name: string;
  /** For content without magic, where recognition is a guess: asked only when no other format knows the content. */
  readonly lastResort?: boolean;
  /**
   * Whether the content is of this format. `head` is the first 64 KiB.
   * The path is a hint for formats without magic and never decides alone for those with it.
   */
  recognises(head: Uint8Array, source: ByteSource): boolean;
  inspect(source: ByteSource, inspection: Inspection): FormatResult;
}
