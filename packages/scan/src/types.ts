/** The words that resolvers, scanners and the scan itself share. */
import type { Asset, Edge, Finding, Unknown } from '@custos/core';
import type { Words } from './words.ts';

/** One regular file of the tree. `path` is relative to the root, with `/`. */
export interface TreeFile {
  readonly path: string;
  /** Bytes. */
  readonly size: number;
  /** Milliseconds since the epoch; 0 where the tree has no times (git). */
  readonly mtimeMs: number;
  /** When name, rights or content last changed, which no program can set back; milliseconds, or 0. */
  readonly ctimeMs: number;
  /** Inode number, or 0. */
  readonly inode: number;
  /** A name of the content that the tree itself knows (git blob id), which saves reading it. */
  readonly contentName?: string;
}

export type TreeEntry = { readonly file: TreeFile } | { readonly unknown: Unknown };

/**
 * A tree of files that scanners may see. Only a resolver touches disk or git; it honours `.gitignore` and
 * `.custosignore`, never leaves the tree, and reports what it could not read as unknowns.
 */
export interface Resolver {
  /** Names the tree for the cache: the same root or repository gives the same text. */
  readonly identity: string;
  /** Set where every file lies on disk at `<directory>/<path>`: threads then read the files themselves. */
  readonly directory?: string;
  /** Every file once, in a stable order. Errors with `SCAN_ROOT_*` when the root itself cannot be read. */
  entries(signal?: AbortSignal): AsyncIterable<TreeEntry>;
  /** At most `length` bytes from `offset`. Rejects when the file vanished or is not a regular file any more. */
  read(file: TreeFile, offset: number, length: number): Promise<Buffer>;
  close(): Promise<void>;
}

/** What a scanner is shown of one file. */
export interface SourceFile {
  readonly path: string;
  readonly size: number;
  /** `sha256:…` of the whole content, absent where the file is too large to hash. */
  readonly digest?: `sha256:${string}`;
  /** The first bytes, always present (up to 64 KiB). */
  readonly head: Buffer;
  /** The text where the file is valid UTF-8 text of bearable size; undefined otherwise. Decoded when it is asked for. */
  readonly text: string | undefined;
  /** The bytes of that text. */
  readonly content: Buffer | undefined;
}

/** What one scanner says about one file. Edges from `OWN` start at the component that the file belongs to. */
export interface FileResult {
  assets: Asset[];
  edges: Edge[];
  findings: Finding[];
  unknowns: Unknown[];
}

/** Placeholder in `Edge.from` for "the component this file belongs to"; replaced when the results are joined. */
export const OWN = 'component:own';

export interface Scanner {
  readonly name: string;
  /** A cheap look at the path alone. */
  wants(path: string): boolean;
  /** `head` for scanners that need only the first bytes and the digest; default: text. */
  readonly reads?: 'head';
  /** A cheaper look at which words occur at all, without the text: false when none does that the scanner could react to. */
  glance?(words: Words, path: string): boolean;
  /** A cheap look at the text: false when no literal that the scanner could react to occurs. */
  prefilter?(text: string, path: string, words: Words): boolean;
  scan(file: SourceFile): FileResult | Promise<FileResult>;
}

export function emptyResult(): FileResult {
  return { assets: [], edges: [], findings: [], unknowns: [] };
}
