/** What people hand in: files, and standard input. */
import { readFile } from 'node:fs/promises';
import { CustosError } from '@custos/core';

/** @param file `-`: standard input @throws CustosError INPUT_PATH */
export async function readText(file: string): Promise<string> {
  if (file === '-') return readStdin();
  return readFile(file, 'utf8').catch((cause: unknown) => {
    throw new CustosError('INPUT_PATH', `${file} can't be read; check the path and its permissions.`, {
      cause,
    });
  });
}

export async function readStdin(): Promise<string> {
  const parts: Buffer[] = [];
  for await (const part of process.stdin) parts.push(Buffer.from(part));
  return Buffer.concat(parts).toString('utf8');
}
