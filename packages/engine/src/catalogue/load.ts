/**
 * Reads the folder of a standard (`standard/en-304-223`, or one of the user's own) and names every mistake in it by file,
 * line and column. What makes a catalogue right is decided in `@custos/conformity`; here are files, YAML and positions.
 */
import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  type CatalogueDocument,
  type CatalogueProblem,
  catalogueInvalid,
  tryMergeSpecification,
} from '@custos/conformity';
import { CustosError, type Digest, type Setting, type Specification } from '@custos/core';
import { canonicalize, sha256 } from '@custos/trust';
import { type Document, isMap, isNode, isScalar, LineCounter, parseDocument } from 'yaml';

export interface LoadedSpecification {
  specification: Specification;
  /** SHA-256 of the specification's RFC 8785 form: comments, order of files and layout do not count. */
  digest: Digest;
}

/** The largest document of EN 304 223 has 20 kB. */
const MAX_BYTES = 1 << 20;
const MAX_FILES = 5_000;
/** Aliases that one document may expand; stops "billion laughs". */
const MAX_ALIASES = 100;

interface ParsedFile extends CatalogueDocument {
  document: Document;
  lines: LineCounter;
}

/**
 * Loads a catalogue: `specification.yaml`, `principles.yaml`, `provisions/*.yaml` and, if there, `ixit.yaml` and `settings.yaml`.
 * Files that are not YAML and hidden files are passed over; a YAML file in another place is an error.
 * @param dir the folder; paths in messages start with it
 * @param inherited settings that hold where the catalogue has none of that id
 * @throws CustosError CATALOGUE_NOT_FOUND (no such folder), CATALOGUE_UNREADABLE (a file cannot be read or is too large),
 * CATALOGUE_INVALID listing each mistake as `file:line:column: field what; what to do`
 */
export async function loadSpecification(
  dir: string,
  inherited: readonly Setting[] = [],
): Promise<LoadedSpecification> {
  const files = await Promise.all((await listYaml(dir)).map(async (name) => readYaml(dir, name)));
  const syntax = files.flatMap(({ problems }) => problems);
  if (syntax.length > 0) throw new CustosError('CATALOGUE_INVALID', syntax.join('\n'));
  const result = tryMergeSpecification(
    files.map(({ file: { path, value } }) => ({ path, value })),
    inherited,
  );
  if (!result.ok) {
    const byPath = new Map(files.map(({ file }) => [file.path, file]));
    throw catalogueInvalid(result.problems, (problem) => locate(dir, problem, byPath.get(problem.path)));
  }
  const { specification } = result;
  return { specification, digest: sha256(canonicalize(specification)) };
}

/** YAML files below `dir`, relative to it with `/`, sorted. */
async function listYaml(dir: string): Promise<string[]> {
  const top = await entries(dir, '');
  const nested = await Promise.all(
    top.folders.map(async (folder) => (await entries(join(dir, folder), `${folder}/`)).files),
  );
  const files = [...top.files, ...nested.flat()].sort();
  if (files.length > MAX_FILES) {
    throw new CustosError(
      'CATALOGUE_UNREADABLE',
      `${dir} has ${files.length} YAML files, more than ${MAX_FILES}; name the folder of one standard.`,
    );
  }
  return files;
}

async function entries(dir: string, prefix: string): Promise<{ files: string[]; folders: string[] }> {
  try {
    const found = (await readdir(dir, { withFileTypes: true })).filter(({ name }) => !name.startsWith('.'));
    return {
      files: found
        .filter((entry) => !entry.isDirectory() && /\.ya?ml$/.test(entry.name))
        .map(({ name }) => prefix + name),
      folders: found.filter((entry) => entry.isDirectory()).map(({ name }) => name),
    };
  } catch (cause) {
    throw new CustosError(
      'CATALOGUE_NOT_FOUND',
      `${dir} cannot be read as a folder (${reason(cause)}); name a folder such as standard/en-304-223.`,
      { cause },
    );
  }
}

function reason(cause: unknown): string {
  return cause instanceof Error && 'code' in cause ? String(cause.code) : String(cause);
}

async function readYaml(dir: string, path: string): Promise<{ file: ParsedFile; problems: string[] }> {
  const text = await readText(join(dir, path));
  const lines = new LineCounter();
  const document = parseDocument(text, {
    lineCounter: lines,
    prettyErrors: false,
    strict: true,
    uniqueKeys: true,
  });
  const problems = [...document.errors, ...document.warnings].map((error) => {
    const { line, col } = lines.linePos(error.pos[0]);
    return `${join(dir, path)}:${line}:${col}: is no valid YAML: ${error.message}; correct it.`;
  });
  let value: unknown;
  if (problems.length === 0) {
    try {
      value = document.toJS({ maxAliasCount: MAX_ALIASES });
    } catch {
      problems.push(`${join(dir, path)}:1:1: uses more than ${MAX_ALIASES} aliases; write the values out.`);
    }
  }
  return { file: { path, value, document, lines }, problems };
}

async function readText(file: string): Promise<string> {
  try {
    const { size, isRegular } = await stat(file).then((found) => ({
      size: found.size,
      isRegular: found.isFile(),
    }));
    if (!isRegular)
      throw new CustosError('CATALOGUE_UNREADABLE', `${file} is not a regular file; take it away.`);
    if (size > MAX_BYTES) {
      throw new CustosError(
        'CATALOGUE_UNREADABLE',
        `${file} has ${size} bytes, more than ${MAX_BYTES}; split it.`,
      );
    }
    return new TextDecoder('utf-8', { fatal: true }).decode(await readFile(file));
  } catch (cause) {
    if (cause instanceof CustosError) throw cause;
    const what = cause instanceof TypeError ? 'is not UTF-8' : `cannot be read (${reason(cause)})`;
    throw new CustosError('CATALOGUE_UNREADABLE', `${file} ${what}; repair it or its permissions.`, {
      cause,
    });
  }
}

/** `dir/file:line:column` of a problem; a field that is missing is shown at what should hold it. */
function locate(dir: string, { path, field, key }: CatalogueProblem, file: ParsedFile | undefined): string {
  if (file === undefined) return join(dir, path);
  const { line, col } = file.lines.linePos(offsetOf(file.document, field, key === true));
  return `${join(dir, path)}:${line}:${col}`;
}

/** Where a field begins. The key is taken for mistakes of the key, and where the value has no place of its own. */
function offsetOf(document: Document, field: readonly (string | number)[], atKey: boolean): number {
  for (let depth = field.length; depth > 0; depth -= 1) {
    const holder = depth === 1 ? document.contents : document.getIn(field.slice(0, depth - 1), true);
    if (isMap(holder)) {
      const name = String(field[depth - 1]);
      const pair = holder.items.find(({ key }) => String(isScalar(key) ? key.value : key) === name);
      const node = !atKey && isNode(pair?.value) ? pair.value : pair?.key;
      if (isNode(node) && node.range) return node.range[0];
    } else {
      const node = document.getIn(field.slice(0, depth), true);
      if (isNode(node) && node.range) return node.range[0];
    }
  }
  return document.contents?.range?.[0] ?? 0;
}
