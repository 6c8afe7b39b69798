/** A tar, tar.gz or zip archive as a tree of files. Nothing is written under a member's own name. */

import { statSync } from 'node:fs';
import { resolve } from 'node:path';
import { CustosError, type Unknown } from '@custos/core';
import type { Resolver, TreeEntry, TreeFile } from '../types.ts';
import { isSkippedPath, memberPath, shown } from './member-path.ts';
import { type Bytes, DEFAULT_LIMITS, fileBytes, Scratch, type UnpackLimits } from './scratch.ts';
import { isTar, TarDamaged, type TarMember, tarMembers } from './tar.ts';
import { ZipMembers } from './zip.ts';

/**
 * Opens an archive for scanning. Archives inside it are files like others.
 * @param limits past which the rest of the archive is an unknown (`too-large`, `archive-bomb`)
 * @throws CustosError `SCAN_ARCHIVE_FORMAT` from `entries` when it is no tar, tar.gz or zip
 * @example scan(archiveResolver('release.tar.gz'))
 */
export function archiveResolver(path: string, limits: Partial<UnpackLimits> = {}): Resolver {
  return new ArchiveResolver(resolve(path), { ...DEFAULT_LIMITS, ...limits });
}

export function unknownEntry(code: string, path: string, message: string): { unknown: Unknown } {
  return { unknown: { scanner: 'resolver', code, message, location: { path } } };
}

/** Opens a regular file, or says what to do instead. */
export function openArchive(path: string, scratch: Scratch): Bytes & { readonly handle: number } {
  try {
    const info = statSync(path);
    if (!info.isFile()) throw new CustosError('SCAN_ROOT_MISSING', `${path} is no file; name an archive.`);
    const handle = scratch.open(path);
    return { ...fileBytes(handle, 0, info.size), handle };
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error';
    throw new CustosError(
      'SCAN_ROOT_MISSING',
      `${path} cannot be opened (${code}); name an archive that exists.`,
      { cause },
    );
  }
}

const SIGNATURES: readonly (readonly [string, string])[] = [
  ['28b52ffd', 'zstd'],
  ['fd377a585a00', 'xz'],
  ['425a68', 'bzip2'],
  ['377abcaf271c', '7z'],
  ['52617221', 'rar'],
  ['04224d18', 'lz4'],
];

/** Compression by its signature; undefined where there is none that we know. */
export function compressionOf(bytes: Bytes): string | undefined {
  const head = bytes.read(0, 8).toString('hex');
  if (head.startsWith('1f8b')) return 'gzip';
  return SIGNATURES.find(([signature]) => head.startsWith(signature))?.[1];
}

class ArchiveResolver implements Resolver {
  readonly identity: string;
  private readonly path: string;
  private readonly limits: UnpackLimits;
  private readonly scratch = new Scratch();
  private content: Bytes | undefined;
  private zip: ZipMembers | undefined;
  private readonly members = new Map<string, TarMember>();

  constructor(path: string, limits: UnpackLimits) {
    this.path = path;
    this.limits = limits;
    this.identity = `archive ${path}`;
  }

  async *entries(signal?: AbortSignal): AsyncGenerator<TreeEntry> {
    const file = openArchive(this.path, this.scratch);
    if (file.read(0, 4).toString('latin1').startsWith('PK')) {
      this.zip = new ZipMembers(file, this.limits);
      yield* this.zip.entries(signal);
      return;
    }
    const compression = compressionOf(file);
    let content: Bytes = file;
    let stopped = false;
    if (compression === 'gzip') {
      const unpacked = await this.scratch.gunzip(file, this.limits);
      if (unpacked.problem !== undefined)
        yield unknownEntry(unpacked.problem.code, '.', unpacked.problem.message);
      content = unpacked;
      stopped = unpacked.problem !== undefined;
    }
    if (stopped && !isTar(content)) return;
    if ((compression !== undefined && compression !== 'gzip') || !isTar(content)) {
      throw new CustosError(
        'SCAN_ARCHIVE_FORMAT',
        `${this.path} is ${compression === undefined || compression === 'gzip' ? 'no archive that is read' : `compressed with ${compression}`}; unpack it, or give a tar, tar.gz or zip.`,
      );
    }
    this.content = content;
    yield* this.tarEntries(content, signal);
  }

  private *tarEntries(content: Bytes, signal: AbortSignal | undefined): Generator<TreeEntry> {
    let count = 0;
    try {
      for (const member of tarMembers(content)) {
        if (count % 1_000 === 0) signal?.throwIfAborted();
        count += 1;
        if (count > this.limits.maxEntries) {
          yield unknownEntry(
            'too-large',
            '.',
            `More than ${this.limits.maxEntries} members; the rest was not looked into.`,
          );
          break;
        }
        const place = memberPath(member.path);
        if ('problem' in place) {
          if (member.type !== 'directory')
            yield unknownEntry(
              'path-traversal',
              shown(member.path),
              `Name of a member that ${place.problem}; not read.`,
            );
        } else if (member.type === 'other')
          yield unknownEntry('special-file', place.path, 'Device, FIFO or sparse member; not read.');
        // As on extraction, the last of a name is what remains.
        else if (member.type === 'file') this.members.set(place.path, member);
        else if (member.type !== 'directory') this.members.delete(place.path);
      }
    } catch (error) {
      if (!(error instanceof TarDamaged)) throw error;
      yield unknownEntry(
        'malformed',
        '.',
        `The archive is damaged: ${error.message} What follows was not read.`,
      );
    }
    for (const path of [...this.members.keys()].sort()) {
      const member = this.members.get(path);
      if (member !== undefined && !isSkippedPath(path))
        yield { file: { path, size: member.size, mtimeMs: 0, ctimeMs: 0, inode: 0 } };
    }
  }

  async read(file: TreeFile, offset: number, length: number): Promise<Buffer> {
    if (this.zip !== undefined) return this.zip.read(file.path, offset, length);
    const member = this.members.get(file.path);
    if (member === undefined || this.content === undefined)
      throw new CustosError('SCAN_NOT_A_FILE', `${file.path} is no member of the archive.`);
    return this.content.read(member.offset + offset, Math.max(0, Math.min(length, member.size - offset)));
  }

  async close(): Promise<void> {
    this.scratch.close();
  }
}
