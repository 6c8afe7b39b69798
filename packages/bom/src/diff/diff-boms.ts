/** What changed between two bills: added, removed, and changed with the paths of the fields. */
import type { Bom } from '../cyclonedx/model.ts';
import { componentsOf, type Placed, servicesOf } from '../cyclonedx/walk.ts';
import { purlWithoutVersion } from '../inventory/purl.ts';
import { pointer } from '../json/duplicate-key.ts';
import {
  asObject,
  byText,
  identityText,
  isArray,
  isObject,
  type JsonObject,
  type JsonValue,
  sameJson,
  text,
} from '../json/json.ts';

export interface FieldChange {
  /** JSON pointer below the subject. */
  readonly path: string;
  /** Undefined where the field is new. */
  readonly before?: JsonValue;
  /** Undefined where the field is gone. */
  readonly after?: JsonValue;
}

export interface DiffSubject {
  readonly kind: 'component' | 'service' | 'dependency' | 'bill';
  /** `bom-ref` where there is one, else the name. */
  readonly ref: string;
  readonly name: string;
  readonly version?: string;
}

export interface BomDiff {
  readonly added: readonly DiffSubject[];
  readonly removed: readonly DiffSubject[];
  readonly changed: readonly (DiffSubject & { readonly fields: readonly FieldChange[] })[];
}

/** Fields that differ between two runs over the same thing. */
const OF_THE_RUN: ReadonlySet<string> = new Set(['$schema', 'serialNumber', 'version', 'signature']);
const SEPARATE: ReadonlySet<string> = new Set(['components', 'services', 'dependencies']);

/**
 * Compares two bills. Components are the same by package URL without version, else by `bom-ref`, else by type, group and
 * name; of several versions of one, the equal ones are paired first. Order of lists does not count.
 * @example diffBoms(before, after).added.map((one) => one.name)
 */
export function diffBoms(before: Bom, after: Bom): BomDiff {
  const parts = [
    compare('component', entries([...componentsOf(before)]), entries([...componentsOf(after)])),
    compare('service', entries([...servicesOf(before)]), entries([...servicesOf(after)])),
    compare('dependency', dependencies(before), dependencies(after)),
    compare('bill', [billOf(before)], [billOf(after)]),
  ];
  return {
    added: parts.flatMap((part) => part.added),
    removed: parts.flatMap((part) => part.removed),
    changed: parts.flatMap((part) => part.changed),
  };
}

interface Entry {
  /** Ways to recognise it, the surest first. */
  readonly keys: readonly string[];
  readonly value: JsonObject;
  readonly subject: Omit<DiffSubject, 'kind'>;
}

function entries(placed: readonly Placed<object>[]): Entry[] {
  return placed.map(({ value: one, path }) => {
    const { components: _, services: __, ...value } = asObject(one);
    const ref = text(value['bom-ref']);
    const name = text(value.name) ?? path;
    const version = text(value.version);
    const purl = text(value.purl);
    const base = purl === undefined ? undefined : purlWithoutVersion(purl);
    return {
      keys: [
        // As it stands; what differs only in the order of keys is found by the next.
        JSON.stringify(value),
        ...(purl === undefined ? [] : [`purl ${purl}`]),
        ...(base === undefined ? [] : [`base ${base}`]),
        ...(ref === undefined ? [] : [`ref ${ref}`]),
        `name ${text(value.type) ?? ''} ${text(value.group) ?? ''} ${name}`,
      ],
      value,
      subject: { ref: ref ?? name, name, ...(version === undefined ? {} : { version }) },
    };
  });
}

function dependencies(bom: Bom): Entry[] {
  return (bom.dependencies ?? []).map((dependency) => ({
    keys: [dependency.ref],
    value: asObject(dependency),
    subject: { ref: dependency.ref, name: dependency.ref },
  }));
}

function billOf(bom: Bom): Entry {
  const { metadata, ...rest } = asObject(bom);
  const { timestamp: _, ...facts } = asObject(metadata);
  const value = Object.fromEntries(
    Object.entries({ ...rest, metadata: facts }).filter(
      ([key]) => !OF_THE_RUN.has(key) && !SEPARATE.has(key),
    ),
  );
  return {
    keys: ['bill'],
    value,
    subject: { ref: 'bill', name: text(asObject(facts.component).name) ?? 'bill' },
  };
}

function compare(kind: DiffSubject['kind'], before: readonly Entry[], after: readonly Entry[]): BomDiff {
  const pairs = new Map<Entry, Entry>();
  const paired = new Set<Entry>();
  const rounds = before.reduce((most, entry) => Math.max(most, entry.keys.length), 0);
  for (let round = 0; round < rounds; round += 1) pairRound(before, after, round, pairs, paired);
  const changed = [...pairs].flatMap(([old, now]) => {
    const fields = fieldChanges(old.value, now.value, []);
    return fields.length === 0 ? [] : [{ kind, ...now.subject, fields }];
  });
  const order = (a: { ref: string }, b: { ref: string }) => byText(a.ref, b.ref);
  return {
    added: after
      .filter((entry) => !paired.has(entry))
      .map((entry) => ({ kind, ...entry.subject }))
      .sort(order),
    removed: before
      .filter((entry) => !pairs.has(entry))
      .map((entry) => ({ kind, ...entry.subject }))
      .sort(order),
    changed: changed.sort(order),
  };
}

/** Each round pairs by a weaker key what the rounds before left over. */
function pairRound(
  before: readonly Entry[],
  after: readonly Entry[],
  round: number,
  pairs: Map<Entry, Entry>,
  paired: Set<Entry>,
): void {
  const open = new Map<string, Entry[]>();
  for (const entry of after) {
    if (paired.has(entry)) continue;
    for (const key of entry.keys) {
      const list = open.get(key);
      if (list) list.push(entry);
      else open.set(key, [entry]);
    }
  }
  for (const old of before) {
    const key = old.keys[round];
    if (key === undefined || pairs.has(old)) continue;
    const candidates = open.get(key);
    while (candidates && candidates.length > 0) {
      const now = candidates.shift();
      if (now === undefined || paired.has(now)) continue;
      pairs.set(old, now);
      paired.add(now);
      break;
    }
  }
}

function fieldChanges(before: JsonObject, after: JsonObject, steps: readonly string[]): FieldChange[] {
  const names = [...new Set([...Object.keys(before), ...Object.keys(after)])].sort(byText);
  return names.flatMap((name) => valueChanges(before[name], after[name], [...steps, name]));
}

function valueChanges(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  steps: readonly string[],
): FieldChange[] {
  if (sameJson(a, b) || (isArray(a) && isArray(b) && sameItems(a, b))) return [];
  if (isObject(a) && isObject(b)) return fieldChanges(a, b, steps);
  return [
    {
      path: pointer(steps),
      ...(a === undefined ? {} : { before: a }),
      ...(b === undefined ? {} : { after: b }),
    },
  ];
}

function sameItems(a: readonly JsonValue[], b: readonly JsonValue[]): boolean {
  return a.length === b.length && sameJson(a.map(identityText).sort(), b.map(identityText).sort());
}
