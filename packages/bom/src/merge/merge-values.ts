/** Merging two JSON values: what only one has is taken, what both have alike is kept, what differs is a conflict. */
import { pointer } from '../json/duplicate-key.ts';
import { identityText, isArray, isObject, type JsonObject, type JsonValue, sameJson } from '../json/json.ts';

export interface Difference {
  /** JSON pointer below the value that was merged. */
  readonly path: string;
  readonly kept: JsonValue;
  readonly other: JsonValue;
}

/** Lists whose items are told apart by one field; the same item with other content is a conflict. */
const KEYED: ReadonlyMap<string, string> = new Map([['hashes', 'alg']]);
/** Lists that are one statement as a whole: two different ones contradict each other. */
const WHOLE: ReadonlySet<string> = new Set(['licenses']);

/**
 * @param differences collects what could not be merged; the first value is kept there
 * @returns `a` itself where `b` adds nothing
 */
export function mergeValues(
  a: JsonValue,
  b: JsonValue,
  steps: readonly string[],
  differences: Difference[],
): JsonValue {
  if (sameJson(a, b)) return a;
  if (isObject(a) && isObject(b)) return mergeObjects(a, b, steps, differences);
  const key = steps.at(-1) ?? '';
  if (isArray(a) && isArray(b) && !(WHOLE.has(key) && a.length > 0 && b.length > 0))
    return mergeLists(a, b, steps, differences);
  differences.push({ path: pointer(steps), kept: a, other: b });
  return a;
}

export function mergeObjects(
  a: JsonObject,
  b: JsonObject,
  steps: readonly string[],
  differences: Difference[],
): JsonObject {
  const merged: Record<string, JsonValue | undefined> = { ...a };
  let changed = false;
  for (const [key, theirs] of Object.entries(b)) {
    if (theirs === undefined) continue;
    const ours = a[key];
    const next = ours === undefined ? theirs : mergeValues(ours, theirs, [...steps, key], differences);
    if (next !== ours) changed = true;
    merged[key] = next;
  }
  return changed ? merged : a;
}

function mergeLists(
  a: readonly JsonValue[],
  b: readonly JsonValue[],
  steps: readonly string[],
  differences: Difference[],
): readonly JsonValue[] {
  const key = KEYED.get(steps.at(-1) ?? '');
  const known = new Set(a.map(identityText));
  const byKey = new Map(
    a.flatMap((item) => (key !== undefined && isObject(item) ? [[item[key], item] as const] : [])),
  );
  const added: JsonValue[] = [];
  for (const item of b) {
    const text = identityText(item);
    if (known.has(text)) continue;
    const same = key !== undefined && isObject(item) ? byKey.get(item[key]) : undefined;
    if (same !== undefined && key !== undefined && isObject(item))
      differences.push({ path: pointer([...steps, String(item[key])]), kept: same, other: item });
    else {
      known.add(text);
      added.push(item);
    }
  }
  return added.length === 0 ? a : [...a, ...added];
}
