/** Where results and messages go: results to stdout or `--out`, messages to stderr. */
import { randomUUID } from 'node:crypto';
import { createWriteStream } from 'node:fs';
import { rename, rm, stat, writeFile } from 'node:fs/promises';
import { pipeline } from 'node:stream/promises';
import { CustosError } from '@custos/core';
import { printable } from '@custos/engine';

/**
 * A file is replaced as a whole or stays as it was; a pipe or device is written to.
 * @throws CustosError OUTPUT
 */
export async function emit(data: string | Uint8Array, out: string | undefined): Promise<void> {
  if (out === undefined) {
    await new Promise<void>((done, failed) =>
      process.stdout.write(data, (error) => (error ? failed(error) : done())),
    );
    return;
  }
  const draft = `${out}.${randomUUID()}.part`;
  try {
    const there = await stat(out).catch(() => undefined);
    if (there !== undefined && !there.isFile() && !there.isDirectory()) return await writeFile(out, data);
    await writeFile(draft, data, { flag: 'wx' });
    await rename(draft, out);
  } catch (cause) {
    await rm(draft, { force: true }).catch(() => undefined);
    throw unwritable(out, cause, 'Choose another --out.');
  }
}

/** A file appears whole or not at all. */
export async function emitStream(
  parts: AsyncIterable<string | Uint8Array>,
  out: string | undefined,
): Promise<void> {
  if (out === undefined) {
    for await (const part of parts) process.stdout.write(part);
    return;
  }
  const draft = `${out}.${process.pid}.part`;
  try {
    await pipeline(parts, createWriteStream(draft, { flush: true }));
    await rename(draft, out);
  } catch (cause) {
    await rm(draft, { force: true });
    if (cause instanceof CustosError) throw cause;
    throw new CustosError('OUTPUT', `${out} can't be written. Choose another file or make room.`, { cause });
  }
}

/** @param next what to do about it, a sentence */
export function unwritable(path: string, cause: unknown, next: string): CustosError {
  const code = cause instanceof Error && 'code' in cause ? ` (${String(cause.code)})` : '';
  return new CustosError('OUTPUT', `${path} can't be written${code}. ${next}`, { cause });
}

/** Messages name what others wrote: nothing in them steers the terminal. */
export function say(message: string): void {
  process.stderr.write(`${printable(message)}\n`);
}

/** A line that replaces itself on a terminal; silent elsewhere. */
export function progressLine(enabled: boolean): { show(text: string): void; end(): void } {
  let shown = false;
  let last = 0;
  return {
    show(text) {
      if (!enabled || performance.now() - last < 80) return;
      last = performance.now();
      shown = true;
      process.stderr.write(`\r\x1b[2K${printable(text).slice(0, (process.stderr.columns ?? 80) - 1)}`);
    },
    end() {
      if (shown) process.stderr.write('\r\x1b[2K');
    },
  };
}
