/** Parsing JSON from strangers: a limit to size and depth before anything recursive sees it. */
import { CustosError } from '@custos/core';

export type JsonObject = { [key: string]: unknown };

export function isObject(value: unknown): value is JsonObject {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Values that a document may unfold into; YAML aliases make much of little, and circles of themselves. */
const MAX_VALUES = 4_000_000;

/** Nesting of a value, counted up to `limit`; `limit` too for what unfolds without end. Without recursion. */
export function depthOf(value: unknown, limit: number): number {
  let level: unknown[] = [value];
  let values = 0;
  for (let depth = 0; ; depth++) {
    if (depth === limit) return limit;
    const next: unknown[] = [];
    for (const item of level) {
      if (typeof item !== 'object' || item === null) continue;
      for (const child of Object.values(item)) next.push(child);
      if (values + next.length > MAX_VALUES) return limit;
    }
    if (next.length === 0) return depth;
    values += next.length;
    level = next;
  }
}

/**
 * @param path names the file in messages
 * @throws CustosError INPUT_JSON
 */
export function parseJson(text: string, path: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    const why = cause instanceof Error ? cause.message.slice(0, 120) : 'it can not be parsed';
    throw new CustosError('INPUT_JSON', `${path} is no JSON: ${why}. Check the file.`, { cause });
  }
}

export function text(value: unknown): string | undefined {
  return typeof value === 'string' && value.trim() !== '' ? value : undefined;
}
