/** Evidence documents on disk: JSON or YAML, one document, a list of them, or several YAML documents in one file. */
import { readFile, realpath } from 'node:fs/promises';
import { isAbsolute, relative, resolve } from 'node:path';
import { CustosError } from '@custos/core';
import { parseAllDocuments } from 'yaml';
import { z } from 'zod';
import { EvidenceDocument } from './new-observation.ts';
import { type References, resolveReferences } from './references.ts';

const MAX_BYTES = 64 * 1024 * 1024;

/**
 * @param references digests for `$fingerprint` and `$asset:<id>`; without them such words stay as they are
 * @throws CustosError EVIDENCE_FILE naming file, document and field
 */
export async function readEvidenceFile(path: string, references?: References): Promise<EvidenceDocument[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    throw new CustosError('EVIDENCE_FILE', `${path} can't be read: ${reason(cause)}. Check the path.`, {
      cause,
    });
  }
  if (text.length > MAX_BYTES)
    throw new CustosError('EVIDENCE_FILE', `${path} is larger than 64 MiB; split it.`);
  return parseEvidence(text, path, references);
}

/** Parses the text of an evidence file; `path` only names it in messages. */
export function parseEvidence(text: string, path: string, references?: References): EvidenceDocument[] {
  const documents = parseAllDocuments(text);
  const values: unknown[] = [];
  for (const document of documents) {
    const error = document.errors[0];
    if (error) throw new CustosError('EVIDENCE_FILE', `${path}: ${error.message.split('\n')[0]}`);
    const value: unknown = document.toJS({ maxAliasCount: 100 });
    if (Array.isArray(value)) values.push(...value);
    else if (value !== null && value !== undefined) values.push(value);
  }
  return values.map((value, index) => {
    const parsed = EvidenceDocument.safeParse(
      references ? resolveReferences(value, references, path) : value,
    );
    if (!parsed.success)
      throw new CustosError(
        'EVIDENCE_FILE',
        `${path}: document ${index + 1}: ${z.prettifyError(parsed.error)}`,
      );
    return parsed.data;
  });
}

/** Evidence named in custos.yaml must lie inside the repository: links out of it are refused. */
export async function insideOf(root: string, path: string): Promise<string> {
  const full = resolve(root, path);
  const real = await realpath(full).catch(() => full);
  const way = relative(await realpath(root), real);
  if (way.startsWith('..') || isAbsolute(way))
    throw new CustosError(
      'EVIDENCE_FILE',
      `${path} lies outside the repository; evidence must be inside it.`,
    );
  return full;
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : 'unknown reason';
}
