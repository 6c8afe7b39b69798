/** What a bill holds beside its components: united, with dependencies joined by what depends. */
import { isObject, type JsonObject, type JsonValue, objects, text, texts } from '../json/json.ts';
import { type Difference, mergeObjects } from './merge-values.ts';

/** Fields of one document that say nothing of the merged one. */
const OWN: ReadonlySet<string> = new Set([
  '$schema',
  'bomFormat',
  'specVersion',
  'serialNumber',
  'version',
  'signature',
]);

export function mergeRest(ours: JsonObject, theirs: JsonObject, differences: Difference[]): JsonObject {
  const { dependencies: a, services: s, metadata: m, ...left } = ours;
  const {
    dependencies: b,
    services: t,
    metadata: n,
    ...right
  } = Object.fromEntries(Object.entries(theirs).filter(([key]) => !OWN.has(key)));
  const dependencies = mergeDependencies([...objects(a), ...objects(b)]);
  const services = mergeServices([...objects(s), ...objects(t)], differences);
  const merged = mergeObjects(left, right, [], differences);
  const metadata = mergeMetadata(m, n, differences);
  return {
    ...merged,
    metadata,
    ...(services.length > 0 ? { services } : {}),
    ...(dependencies.length > 0 ? { dependencies } : {}),
  };
}

function mergeDependencies(all: readonly JsonObject[]): JsonObject[] {
  const found = new Map<string, { dependsOn: Set<string>; provides: Set<string> }>();
  for (const one of all) {
    const ref = text(one.ref);
    if (ref === undefined) continue;
    const entry = found.get(ref) ?? { dependsOn: new Set<string>(), provides: new Set<string>() };
    for (const to of texts(one.dependsOn)) entry.dependsOn.add(to);
    for (const to of texts(one.provides)) entry.provides.add(to);
    found.set(ref, entry);
  }
  return [...found].map(([ref, { dependsOn, provides }]) => ({
    ref,
    ...(dependsOn.size > 0 ? { dependsOn: [...dependsOn] } : {}),
    ...(provides.size > 0 ? { provides: [...provides] } : {}),
  }));
}

/** Services are the same by group and name with the same `bom-ref`, or by an endpoint that both have. */
function mergeServices(all: readonly JsonObject[], differences: Difference[]): JsonObject[] {
  const merged: JsonObject[] = [];
  const known = new Map<string, number>();
  for (const service of all) {
    const name = `${text(service.group) ?? ''} ${text(service.name) ?? ''}`;
    const keys = [
      ...(text(service['bom-ref']) === undefined ? [] : [`ref ${String(service['bom-ref'])} ${name}`]),
      ...texts(service.endpoints).map((url) => `url ${url} ${name}`),
    ];
    const at = keys.flatMap((key) => known.get(key) ?? [])[0];
    const place = at ?? merged.length;
    const { 'bom-ref': ref, ...rest } = service;
    const before = merged[place];
    merged[place] =
      before === undefined
        ? service
        : mergeObjects(before, rest, ['services', String(ref ?? place)], differences);
    for (const key of keys) known.set(key, place);
  }
  return merged;
}

/** Times and lifecycles are of one document; people and tools of all. */
function mergeMetadata(
  a: JsonValue | undefined,
  b: JsonValue | undefined,
  differences: Difference[],
): JsonObject {
  const ours = isObject(a) ? a : {};
  const { timestamp: _, lifecycles: __, tools: theirTools, ...theirs } = isObject(b) ? b : {};
  const { tools: ourTools, ...rest } = ours;
  const first =
    Object.keys(ours).length === 0 && isObject(b) ? { timestamp: b.timestamp, lifecycles: b.lifecycles } : {};
  const tools = mergeObjects(asTools(ourTools), asTools(theirTools), ['metadata', 'tools'], []);
  return {
    ...present(first),
    ...mergeObjects(rest, theirs, ['metadata'], differences),
    ...(Object.keys(tools).length > 0 ? { tools } : {}),
  };
}

function present(value: JsonObject): JsonObject {
  return Object.fromEntries(Object.entries(value).filter(([, item]) => item !== undefined));
}

/** The list form of 1.4 as the form of 1.5 and newer. */
function asTools(tools: JsonValue | undefined): JsonObject {
  if (!Array.isArray(tools)) return isObject(tools) ? tools : {};
  const components = objects(tools).map(({ vendor, ...tool }) => ({
    type: 'application',
    ...(text(vendor) === undefined ? {} : { manufacturer: { name: String(vendor) } }),
    ...tool,
    name: text(tool.name) ?? 'unnamed tool',
  }));
  return components.length > 0 ? { components } : {};
}
