/** Reading a page of published hashes from a file or an address, and checking a model against it. */
import { constants, open } from 'node:fs/promises';
import { CustosError } from '@custos/core';
import {
  authenticateModelBundle,
  type ModelProblem,
  type ModelVerification,
  parseStrictJson,
  type SignedManifest,
  type VerifyModelOptions,
  verifyModelBundle,
} from '@custos/trust';
import { z } from 'zod';
import { DATA_ID, HashDocument, tableRows } from './hash-page.ts';

const MAX_BYTES = 128 * 1024 * 1024;
const TIMEOUT_MS = 60_000;
const MAX_REDIRECTS = 5;

export interface ReadHashPage {
  document: HashDocument;
  /** What the page shows otherwise than its own data; empty for a bare `hashes.json`. */
  problems: ModelProblem[];
  /** Every address that answered on the way to it, the first as the user gave it; none for a file. */
  addresses: string[];
}

function isAddress(place: string): boolean {
  return /^https?:\/\//i.test(place);
}

/**
 * @param place a path, or an http(s) address, which is fetched; nothing else is
 * @throws CustosError HASH_PAGE
 */
export async function loadHashPage(place: string): Promise<ReadHashPage> {
  if (!isAddress(place)) return parseHashPage(await readText(place), place);
  const { text, addresses } = await fetchText(place);
  return { ...parseHashPage(text, place), addresses };
}

async function readText(path: string): Promise<string> {
  try {
    // A pipe must not block.
    const file = await open(path, constants.O_RDONLY | constants.O_NONBLOCK);
    try {
      const stat = await file.stat();
      if (!stat.isFile())
        throw new CustosError('HASH_PAGE', `${path} is no file. Name the page's index.html or hashes.json.`);
      if (stat.size > MAX_BYTES)
        throw new CustosError('HASH_PAGE', `${path} is larger than a hash page may be.`);
      return await file.readFile('utf8');
    } finally {
      await file.close();
    }
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    throw new CustosError(
      'HASH_PAGE',
      `${path} can't be read; name the page's index.html, hashes.json or address.`,
      { cause },
    );
  }
}

async function fetchText(address: string): Promise<{ text: string; addresses: string[] }> {
  try {
    const { response, addresses } = await follow(address);
    if (!response.ok || response.body === null) throw new Error(`HTTP ${response.status}`);
    const parts: Uint8Array[] = [];
    let size = 0;
    for await (const part of response.body) {
      const bytes = z.instanceof(Uint8Array).parse(part);
      size += bytes.length;
      if (size > MAX_BYTES) throw new Error('larger than a hash page may be');
      parts.push(bytes);
    }
    return { text: Buffer.concat(parts).toString('utf8'), addresses };
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : 'unknown reason';
    throw new CustosError(
      'HASH_PAGE',
      `${address} can't be fetched: ${why}. Download it and give the file.`,
      { cause },
    );
  }
}

/** Redirects one by one, because each host on the way could have answered otherwise. */
async function follow(address: string): Promise<{ response: Response; addresses: string[] }> {
  const signal = AbortSignal.timeout(TIMEOUT_MS);
  const addresses = [address];
  for (let here = address; ; ) {
    const response = await fetch(here, { signal, redirect: 'manual' });
    const to = response.headers.get('location');
    if (response.status < 300 || response.status > 399 || to === null) return { response, addresses };
    await response.body?.cancel();
    const next = new URL(to, here);
    if (!isAddress(next.href) || (here.startsWith('https:') && next.protocol !== 'https:'))
      throw new Error(`it leads to ${next.protocol}//${next.host}, which is not fetched`);
    if (addresses.length > MAX_REDIRECTS)
      throw new Error(`it is redirected more than ${MAX_REDIRECTS} times`);
    here = next.href;
    addresses.push(here);
  }
}

/** @param place names it in messages */
export function parseHashPage(text: string, place: string): ReadHashPage {
  const html = !text.trimStart().startsWith('{');
  const blocks = [
    ...text.matchAll(new RegExp(`<script type="application/json" id="${DATA_ID}">([^<]*)</script>`, 'g')),
  ];
  const data = html ? blocks[0]?.[1] : text;
  if (data === undefined || blocks.length > 1)
    throw new CustosError(
      'HASH_PAGE',
      `${place} is no hash page of Custos: it holds ${blocks.length} blocks of data instead of one.`,
    );
  let value: unknown;
  try {
    value = parseStrictJson(Buffer.from(data), 'The hash page');
  } catch (cause) {
    const why = cause instanceof Error ? cause.message : '';
    throw new CustosError('HASH_PAGE', `${place} can't be read: ${why} Get the page again.`, { cause });
  }
  const read = HashDocument.safeParse(value);
  if (!read.success)
    throw new CustosError(
      'HASH_PAGE',
      `${place} is no hash page that can be read: ${z.prettifyError(read.error)}`,
    );
  return { document: read.data, problems: html ? shownOtherwise(text, read.data) : [], addresses: [] };
}

/** The rows that people see have to be those of the data. */
function shownOtherwise(html: string, document: HashDocument): ModelProblem[] {
  const [, body, ...more] = html.split('<tbody>');
  if (more.length === 0 && body?.split('</tbody>')[0]?.trim() === tableRows(document.files)) return [];
  return [altered('The table on the page shows something else than the page holds for verifiers.')];
}

function altered(message: string): ModelProblem {
  return { code: 'FILE_CHANGED', where: 'hash page', message };
}

/** As `verifyModel`; also the list on the page has to be the one that was signed. */
export async function verifyHashPage(
  model: string,
  page: ReadHashPage,
  options: VerifyModelOptions,
): Promise<ModelVerification> {
  const found = await verifyModelBundle(model, bundleOf(page), options);
  const all = [
    ...page.problems,
    ...(found.manifest ? notAsSigned(page, found.manifest) : []),
    ...found.problems,
  ];
  return { ...found, problems: all, valid: all.length === 0 };
}

/** As `verifyHashPage`, where no file is at hand: that the list on the page is the one that was signed, and by whom. */
export async function verifyHashList(
  page: ReadHashPage,
  options: Pick<VerifyModelOptions, 'trust' | 'clock'>,
): Promise<Pick<ModelVerification, 'signer' | 'digests' | 'problems'>> {
  const digests = new Map<string, string>();
  try {
    const { signer, manifest } = await authenticateModelBundle(bundleOf(page), options);
    return { signer, digests, problems: [...page.problems, ...notAsSigned(page, manifest)] };
  } catch (error) {
    if (!(error instanceof CustosError)) throw error;
    return { signer: undefined, digests, problems: [...page.problems, altered(error.message)] };
  }
}

function bundleOf({ document }: ReadHashPage): Buffer {
  return Buffer.from(JSON.stringify(document.signature));
}

function notAsSigned(
  { document }: ReadHashPage,
  { serialization, modelName, resources }: SignedManifest,
): ModelProblem[] {
  const problems: ModelProblem[] = [];
  const { method, hash_type } = serialization;
  if (method !== 'files' || hash_type !== 'sha256')
    problems.push(
      altered(
        `The page lists SHA-256 of whole files, but ${method === 'files' ? hash_type : `${hash_type} of shards`} was signed. Ask for a page made by \`custos publish-hashes\`.`,
      ),
    );
  if (modelName !== document.model)
    problems.push(altered('The name of the model on the page is not the name that was signed.'));
  const signed = resources.map(({ name, digest }) => `${digest}  ${name}`);
  const listed = document.files.map(({ name, sha256 }) => `${sha256}  ${name}`);
  if (signed.join('\n') !== listed.join('\n'))
    problems.push(altered('The list on the page is not the list that was signed.'));
  return problems;
}
