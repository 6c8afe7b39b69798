/** Lines of a file of any size, gzip or plain, in bounded memory: of a line that is too long only the fact is given. */
import { once } from 'node:events';
import { createReadStream } from 'node:fs';
import { open } from 'node:fs/promises';
import type { Readable } from 'node:stream';
import { createGunzip } from 'node:zlib';
import { CustosError } from '@custos/core';

/** Longer lines are no log lines. Bytes. */
export const MAX_LINE = 64 * 1024;

/**
 * Lines without their ends; undefined for one that is too long.
 * @throws CustosError `SCAN_LOG` when the file cannot be read or its compression is damaged
 */
export async function* linesOf(path: string, signal?: AbortSignal): AsyncGenerator<(string | undefined)[]> {
  const stream = await openLog(path);
  try {
    let rest: Buffer = Buffer.alloc(0);
    let skipping = false;
    for await (const chunk of stream) {
      signal?.throwIfAborted();
      const data = rest.length === 0 ? (chunk as Buffer) : Buffer.concat([rest, chunk as Buffer]);
      const found: (string | undefined)[] = [];
      let start = 0;
      for (let end = data.indexOf(10); end >= 0; end = data.indexOf(10, start)) {
        if (skipping || end - start > MAX_LINE) found.push(undefined);
        else found.push(textOf(data, start, end));
        skipping = false;
        start = end + 1;
      }
      rest = data.subarray(start);
      if (rest.length > MAX_LINE) {
        skipping = true;
        rest = Buffer.alloc(0);
      } else rest = Buffer.from(rest);
      yield found;
    }
    if (skipping) yield [undefined];
    else if (rest.length > 0) yield [textOf(rest, 0, rest.length)];
  } catch (cause) {
    if (cause instanceof CustosError || signal?.aborted === true) throw cause;
    const why = cause instanceof Error ? cause.message : 'unreadable';
    throw new CustosError('SCAN_LOG', `${path} cannot be read to its end: ${why}.`, { cause });
  } finally {
    stream.destroy();
  }
}

function textOf(data: Buffer, start: number, end: number): string {
  return data.toString('utf8', start, end > start && data[end - 1] === 13 ? end - 1 : end);
}

async function openLog(path: string): Promise<Readable> {
  const head = Buffer.alloc(2);
  try {
    const handle = await open(path, 'r');
    try {
      if (!(await handle.stat()).isFile())
        throw new CustosError('SCAN_LOG', `${path} is no file; name a log.`);
      await handle.read(head, 0, 2, 0);
    } finally {
      await handle.close();
    }
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    const code = cause instanceof Error && 'code' in cause ? String(cause.code) : 'error';
    throw new CustosError('SCAN_LOG', `${path} cannot be opened (${code}); name a log that exists.`, {
      cause,
    });
  }
  const file = createReadStream(path, { highWaterMark: 1024 * 1024 });
  await once(file, 'open');
  if (head[0] !== 0x1f || head[1] !== 0x8b) return file;
  const gunzip = createGunzip();
  file.on('error', (error) => gunzip.destroy(error));
  return file.pipe(gunzip);
}
