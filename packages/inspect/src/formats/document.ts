/**
 * Formats that are JSON with a certain shape. Which file a loader takes for what is up to the loader, so a file is
 * checked as everything that its keys allow: a Keras configuration hidden in a tokenizer's file is found.
 */
import { everyValue, isObject, type Json, readJson, wideEncoding } from '../bytes/json.ts';
import { headText, Reader } from '../bytes/reader.ts';
import { Report } from '../bytes/report.ts';
import type { ByteSource, Format, Inspection } from '../types.ts';

export interface JsonDocument {
  readonly name: string;
  /** Whether the first 64 KiB look like it; it decides how the format is called, not what is checked. */
  readonly matches: (text: string, path: string) => boolean;
  /** Keys of which one makes the check worth while, anywhere in the file. */
  readonly keys: readonly string[];
  readonly check: (value: Json, report: Report, inspection: Inspection, source: ByteSource) => void;
}

/** One format for each document, and one for JSON that looks like none of them. */
export function jsonFormats(documents: readonly JsonDocument[]): Format[] {
  const other: Pick<JsonDocument, 'name' | 'matches'> = { name: 'json', matches: () => true };
  return [...documents, other].map(({ name, matches }) => ({
    name,
    lastResort: true,
    recognises: (head, { path }) => startsJson(head, path) && matches(headText(head, 65_536), path),
    inspect: (source, inspection) => inspectJson(source, inspection, documents),
  }));
}

function wide(head: Uint8Array, encoding: 'utf-16le' | 'utf-16be'): Uint8Array {
  return new TextEncoder().encode(
    new TextDecoder(encoding).decode(head.subarray(0, 1024)).replace(/^\ufeff/, ''),
  );
}

/** A brace or bracket after white space; a head of white space only is JSON by the name of the file. */
function startsJson(bytes: Uint8Array, path: string): boolean {
  const encoding = wideEncoding(bytes);
  const head = encoding === undefined ? bytes : wide(bytes, encoding);
  if (/\.(jinja2?|j2|txt|md|py|ya?ml)$/i.test(path)) return false;
  const first = head.findIndex((byte, index) => {
    const mark = index < 3 && byte === [0xef, 0xbb, 0xbf][index];
    return !mark && byte !== 0x20 && byte !== 0x09 && byte !== 0x0a && byte !== 0x0d;
  });
  if (first < 0) return head.length > 0 && /\.(json|index|config)$/i.test(path);
  const next = String.fromCharCode(...head.subarray(first + 1, first + 65)).trimStart()[0];
  // UBJSON, and templates, begin with a brace or bracket as well.
  if (head[first] === 0x7b) return next === undefined || next === '"' || next === '}';
  return head[first] === 0x5b && (next === undefined || /["[{\]\d-]/.test(next));
}

function inspectJson(source: ByteSource, inspection: Inspection, documents: readonly JsonDocument[]) {
  const report = new Report(source.size);
  report.attempt('document', () => {
    const { value, duplicates, trailing } = readJson(new Reader(source, inspection));
    for (const { key, offset } of duplicates)
      report.suspicious(
        'json.duplicate-key',
        `The key "${key}" stands twice in one object, so that readers see different values.`,
        { offset, names: [key] },
      );
    if (trailing && !/\.jsonl$/i.test(source.path))
      report.suspicious('json.trailing', 'After the end of the JSON there is something else.');
    const keys = keysOf(value);
    const fitting = documents.filter((document) => document.keys.some((key) => keys.has(key)));
    for (const document of fitting) document.check(value, report, inspection, source);
    if (fitting.length === 0 && inspection.depth === 0)
      report.skip(source.path, 'JSON of no kind that is known');
    else report.member();
  });
  return report.result();
}

function keysOf(value: Json): ReadonlySet<string> {
  const keys = new Set<string>();
  for (const { value: one } of everyValue(value))
    if (isObject(one)) for (const key of one.keys()) keys.add(key);
  return keys;
}

/** The last part of a path, of members too. */
export function baseName(path: string): string {
  return path.slice(Math.max(path.lastIndexOf('/'), path.lastIndexOf('!')) + 1);
}
