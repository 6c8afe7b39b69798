/** Reads one file as scanners see it, in bounded memory, and says why when it cannot. */
import { isAscii, isUtf8 } from 'node:buffer';
import { createHash, hash } from 'node:crypto';
import { extensionOf } from './paths.ts';
import type { SourceFile, TreeFile } from './types.ts';

/** Text above this is not read as text. Bytes. */
const MAX_TEXT = 4 * 1024 * 1024;
/** Lock files and notebooks are machine-written and longer. */
const MAX_LONG_TEXT = 32 * 1024 * 1024;
/** A program line longer than this was not written by a person. Characters. */
const MAX_CODE_LINE = 50_000;
/** Larger content is not hashed. Bytes. */
const MAX_HASHED = 2 * 1024 * 1024 * 1024;
/** From this size on, an average line above this is a bundler's. */
const MIN_GENERATED = 20_000;
const MAX_AVERAGE_LINE = 400;
const HEAD = 64 * 1024;
const CHUNK = 4 * 1024 * 1024;

const LONG = /(?:lock\.json|lock\.ya?ml|\.lock|shrinkwrap\.json|\.ipynb)$/;
const CODE = /\.(?:pyi?|pyw|[cm]?[jt]sx?|vue|svelte)$/;

export interface ReadFile {
  readonly source: SourceFile;
  /** Why there is no text although a scanner wanted it. */
  readonly problem?: { readonly code: string; readonly message: string };
}

/** At most `length` bytes of a file from `offset`. */
export type ReadBytes = (file: TreeFile, offset: number, length: number) => Buffer | Promise<Buffer>;

/** @param wantsText whether any scanner reads this file as text */
export async function readSource(read: ReadBytes, file: TreeFile, wantsText: boolean): Promise<ReadFile> {
  const limit = LONG.test(file.path) ? MAX_LONG_TEXT : MAX_TEXT;
  if (!wantsText || file.size > limit) return readLarge(read, file, wantsText);
  const written = await read(file, 0, file.size);
  const digest = `sha256:${hash('sha256', written, 'hex')}` as const;
  const content = plain(written);
  const source = {
    ...NO_TEXT,
    path: file.path,
    size: written.length,
    digest,
    head: written.subarray(0, 4_096),
  };
  if (content === undefined)
    return {
      source,
      problem: problem('invalid-utf16', 'Marked as UTF-16, and not valid as such; not read.'),
    };
  if (content.subarray(0, 8_192).includes(0)) {
    return {
      source,
      problem: problem('binary', 'Binary content under the name of a text file.'),
    };
  }
  if (!isUtf8(content)) {
    return {
      source,
      problem: problem('invalid-utf8', 'Not valid UTF-8; not read.'),
    };
  }
  if (CODE.test(extensionOf(file.path)) && isGenerated(content)) {
    return {
      source,
      problem: problem(
        'minified',
        'Lines are far too long to be written by a person; generated code is not read.',
      ),
    };
  }
  return { source: textFile(file.path, content, digest) };
}

function problem(code: string, message: string): { code: string; message: string } {
  return { code, message };
}

async function readLarge(read: ReadBytes, file: TreeFile, wantsText: boolean): Promise<ReadFile> {
  const head = await read(file, 0, HEAD);
  const source = { ...NO_TEXT, path: file.path, size: file.size, head };
  if (file.size > MAX_HASHED) {
    return {
      source,
      problem: problem('too-large', `${file.size} bytes; only the first ${HEAD} were looked at.`),
    };
  }
  const whole = createHash('sha256');
  if (file.contentName !== undefined) whole.update(await read(file, 0, file.size));
  else
    for (let offset = 0; offset < file.size; offset += CHUNK) {
      const chunk = await read(file, offset, CHUNK);
      if (chunk.length === 0) break;
      whole.update(chunk);
    }
  const digest = `sha256:${whole.digest('hex')}` as const;
  if (!wantsText) return { source: { ...source, digest } };
  return {
    source: { ...source, digest },
    problem: problem('too-large', `${file.size} bytes are too many for a text file; not read.`),
  };
}

/** Text as UTF-8 with lines that end in LF or CR LF; undefined where it cannot be converted. */
function plain(content: Buffer): Buffer | undefined {
  const little = content[0] === 0xff && content[1] === 0xfe && !(content[2] === 0 && content[3] === 0);
  if (little || (content[0] === 0xfe && content[1] === 0xff)) {
    try {
      const text = new TextDecoder(little ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(content);
      return plain(Buffer.from(text));
    } catch {
      return undefined;
    }
  }
  // CR alone ended lines once, and still does for Python and others.
  if (!content.includes(13) || content.includes(10)) return content;
  const lines = Buffer.from(content);
  for (let at = lines.indexOf(13); at >= 0; at = lines.indexOf(13, at + 1)) lines[at] = 10;
  return lines;
}

const NO_TEXT = { text: undefined, content: undefined };

/** A file whose content is valid UTF-8. Half of all files are judged without their text ever being made. */
export function textFile(path: string, content: Buffer, digest: `sha256:${string}`): SourceFile {
  let text: string | undefined;
  return {
    path,
    size: content.length,
    digest,
    head: content.subarray(0, 4_096),
    content,
    get text() {
      text ??= decode(content);
      return text;
    },
  };
}

function decode(content: Buffer): string {
  // Plain ASCII is copied; everything else is converted.
  if (isAscii(content)) return content.toString('latin1');
  const marked = content[0] === 0xef && content[1] === 0xbb && content[2] === 0xbf;
  return content.toString('utf8', marked ? 3 : 0);
}

/** A very long line, or long lines throughout. */
function isGenerated(content: Buffer): boolean {
  if (content.length <= MIN_GENERATED) return false;
  return hasLongLine(content) || hasLongLines(content);
}

function hasLongLine(content: Buffer): boolean {
  for (let start = 0; start + MAX_CODE_LINE < content.length; ) {
    const end = content.lastIndexOf(10, start + MAX_CODE_LINE);
    if (end < start) return true;
    start = end + 1;
  }
  return false;
}

/** Stops counting as soon as there are lines enough. */
function hasLongLines(content: Buffer): boolean {
  let lines = 1;
  for (let at = content.indexOf(10); at >= 0; at = content.indexOf(10, at + 1)) {
    lines += 1;
    if (lines * MAX_AVERAGE_LINE >= content.length) return false;
  }
  return true;
}
