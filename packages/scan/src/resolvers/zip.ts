/** Members of a zip archive (PKWARE APPNOTE 6.3), listed by the central directory and unpacked one at a time. */
import type { Readable } from 'node:stream';
import { CustosError } from '@custos/core';
import { type Entry, fromFd, type ZipFile } from 'yauzl';
import type { TreeEntry } from '../types.ts';
import { isSkippedPath, memberPath, shown } from './member-path.ts';
import { type Bytes, isBomb, type UnpackLimits } from './scratch.ts';

/** A member larger than this is not unpacked: it would have to be held whole. Bytes. */
const MAX_MEMBER = 512 * 1024 * 1024;

export class ZipMembers {
  private readonly file: Bytes & { readonly handle: number };
  private readonly limits: UnpackLimits;
  private readonly members = new Map<string, Entry>();
  /** Members that may be read, by their plain path. */
  private readonly ready = new Map<string, Entry>();
  private zip: ZipFile | undefined;
  private last: { readonly path: string; readonly content: Promise<Buffer> } | undefined;

  constructor(file: Bytes & { readonly handle: number }, limits: UnpackLimits) {
    this.file = file;
    this.limits = limits;
  }

  async *entries(signal: AbortSignal | undefined): AsyncGenerator<TreeEntry> {
    const problem = await this.index(signal);
    if (problem !== undefined)
      yield unknown('malformed', '.', `The archive is damaged: ${problem}. What follows was not read.`);
    let total = 0;
    let count = 0;
    for (const path of [...this.members.keys()].sort()) {
      const entry = this.members.get(path);
      if (entry === undefined) continue;
      const place = memberPath(path);
      count += 1;
      total += entry.uncompressedSize;
      if (count > this.limits.maxEntries || total > this.limits.maxBytes || isBomb(total, this.file.size)) {
        const bomb = isBomb(total, this.file.size);
        yield unknown(
          bomb ? 'archive-bomb' : 'too-large',
          '.',
          bomb
            ? 'Members claim far more than was packed; the rest was not unpacked.'
            : 'More members or bytes than are unpacked; the rest was not looked into.',
        );
        return;
      }
      if ('problem' in place)
        yield unknown('path-traversal', shown(path), `Name of a member that ${place.problem}; not read.`);
      else if (isSkippedPath(place.path)) continue;
      else if (entry.isEncrypted()) yield unknown('encrypted', place.path, 'Encrypted member; not read.');
      else if (isLink(entry)) continue;
      else if (entry.compressionMethod !== 0 && entry.compressionMethod !== 8)
        yield unknown(
          'unsupported-compression',
          place.path,
          `Compressed by method ${entry.compressionMethod}; only stored and deflated members are read.`,
        );
      else if (entry.uncompressedSize > MAX_MEMBER)
        yield unknown(
          'too-large',
          place.path,
          `${entry.uncompressedSize} bytes in an archive; not unpacked.`,
        );
      else if (!this.ready.has(place.path)) {
        this.ready.set(place.path, entry);
        yield { file: { path: place.path, size: entry.uncompressedSize, mtimeMs: 0, ctimeMs: 0, inode: 0 } };
      }
    }
  }

  async read(path: string, offset: number, length: number): Promise<Buffer> {
    if (this.last?.path !== path) this.last = { path, content: this.unpack(path) };
    return (await this.last.content).subarray(offset, offset + length);
  }

  /** Reads the central directory; gives why it ended early. */
  private async index(signal: AbortSignal | undefined): Promise<string | undefined> {
    try {
      this.zip = await new Promise<ZipFile>((done, fail) => {
        fromFd(
          this.file.handle,
          { lazyEntries: true, autoClose: false, decodeStrings: false, validateEntrySizes: true },
          (error, zip) => (error === null ? done(zip) : fail(error)),
        );
      });
    } catch (error) {
      return why(error);
    }
    const { zip } = this;
    return new Promise<string | undefined>((done, fail) => {
      zip.on('error', (error: unknown) => done(why(error)));
      zip.on('end', () => done(undefined));
      zip.on('entry', (entry: Entry) => {
        if (signal?.aborted === true) return fail(signal.reason);
        // Names come as bytes: judged by us, not by the library, so that one bad name does not hide the others.
        const name = Buffer.from(entry.fileName).toString('utf8').replaceAll('\\', '/');
        if (!name.endsWith('/')) this.members.set(name.replace(/^(?:\.\/)+/, ''), entry);
        if (this.members.size > this.limits.maxEntries) done(undefined);
        else zip.readEntry();
      });
      zip.readEntry();
    });
  }

  private async unpack(path: string): Promise<Buffer> {
    const entry = this.ready.get(path);
    const { zip } = this;
    if (entry === undefined || zip === undefined)
      throw new CustosError('SCAN_NOT_A_FILE', `${path} is no member of the archive.`);
    const stream = await new Promise<Readable>((done, fail) => {
      zip.openReadStream(entry, (error, opened) => (error === null ? done(opened) : fail(error)));
    });
    const chunks: Buffer[] = [];
    for await (const chunk of stream) chunks.push(chunk as Buffer);
    return Buffer.concat(chunks);
  }
}

function unknown(code: string, path: string, message: string): TreeEntry {
  return { unknown: { scanner: 'resolver', code, message, location: { path } } };
}

function why(error: unknown): string {
  return error instanceof Error ? error.message.replace(/\.$/, '') : 'unreadable';
}

/** Unix symbolic links hold a path; it is not followed. */
function isLink(entry: Entry): boolean {
  return entry.versionMadeBy >>> 8 === 3 && ((entry.externalFileAttributes >>> 16) & 0o170000) === 0o120000;
}
