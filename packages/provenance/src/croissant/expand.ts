/**
 * The part of JSON-LD that Croissant documents use: prefixes, `@vocab` and terms of an embedded context, resolved to short
 * stable names (`sc:name`, `cr:field`, `rai:dataBiases`, `prov:wasDerivedFrom`). Contexts at a URL are not fetched: what
 * they would define is taken from the usual Croissant context, and the document is told so.
 */
import { depthOf, isObject, type JsonObject } from '../records/json.ts';

/** Croissant's own names had another home before 1.0; the meaning is the same. */
const NAMESPACES: readonly (readonly [iri: string, prefix: string])[] = [
  ['http://mlcommons.org/croissant/RAI/', 'rai:'],
  ['http://mlcommons.org/croissant/', 'cr:'],
  ['https://mlcommons.org/croissant/', 'cr:'],
  ['http://mlcommons.org/schema/', 'cr:'],
  ['https://schema.org/', 'sc:'],
  ['http://schema.org/', 'sc:'],
  ['http://purl.org/dc/terms/', 'dct:'],
  ['http://www.w3.org/ns/prov#', 'prov:'],
];

const USUAL_PREFIXES: Readonly<Record<string, string>> = {
  sc: 'https://schema.org/',
  cr: 'http://mlcommons.org/croissant/',
  ml: 'http://mlcommons.org/schema/',
  rai: 'http://mlcommons.org/croissant/RAI/',
  dct: 'http://purl.org/dc/terms/',
  prov: 'http://www.w3.org/ns/prov#',
  wd: 'https://www.wikidata.org/wiki/',
};

const USUAL_TERMS =
  'annotation arrayShape citeAs column containedIn data dataType equivalentProperty examples extract field fileProperty fileObject fileSet format includes isArray isEnumeration isLiveDataset jsonPath key md5 parentField path recordSet references regex repeated replace samplingRate separator source subField transform';

/** Nesting that no honest document has. */
export const MAX_DEPTH = 64;

export class Context {
  /** True when the context is a URL, or holds one. */
  readonly remote: boolean;
  readonly #terms = new Map<string, string>();
  readonly #prefixes = new Map<string, string>(Object.entries(USUAL_PREFIXES));
  #vocabulary = 'https://schema.org/';

  constructor(context: unknown) {
    const parts = Array.isArray(context) ? context : [context];
    this.remote = parts.some((part) => typeof part === 'string') || context === undefined;
    if (this.remote) {
      for (const term of USUAL_TERMS.split(' ')) this.#terms.set(term, `cr:${term}`);
      this.#terms.set('conformsTo', 'dct:conformsTo');
    }
    for (const part of parts) if (isObject(part)) this.#read(part);
  }

  #read(part: JsonObject): void {
    for (const [term, value] of Object.entries(part)) {
      const iri = typeof value === 'string' ? value : isObject(value) ? value['@id'] : undefined;
      if (term === '@vocab' && typeof iri === 'string') this.#vocabulary = iri;
      if (term.startsWith('@') || typeof iri !== 'string') continue;
      if (/^https?:.*[/#]$/.test(iri)) this.#prefixes.set(term, iri);
      else this.#terms.set(term, iri);
    }
  }

  /** @example context.name('field') // 'cr:field' */
  name(key: string): string {
    if (key.startsWith('@')) return key;
    return short(this.#iri(key, 0));
  }

  #iri(key: string, turns: number): string {
    const term = this.#terms.get(key);
    if (term !== undefined && term !== key && turns < 8) return this.#iri(term, turns + 1);
    const colon = key.indexOf(':');
    if (colon < 0) return this.#vocabulary + key;
    const prefix = this.#prefixes.get(key.slice(0, colon));
    return prefix === undefined || key.startsWith('//', colon + 1) ? key : prefix + key.slice(colon + 1);
  }
}

function short(iri: string): string {
  for (const [base, prefix] of NAMESPACES) if (iri.startsWith(base)) return prefix + iri.slice(base.length);
  return iri;
}

/** Properties whose values are data, not graph. */
const OPAQUE = new Set(['cr:data', 'cr:examples', 'sc:value']);

/** A document with every key and type under its stable name. @returns undefined when it is nested too deeply */
export function expand(document: JsonObject): { root: JsonObject; context: Context } | undefined {
  if (depthOf(document, MAX_DEPTH) >= MAX_DEPTH) return undefined;
  const context = new Context(document['@context']);
  return { root: expandNode(document, context), context };
}

function expandNode(node: JsonObject, context: Context): JsonObject {
  const made: JsonObject = {};
  for (const [key, value] of Object.entries(node)) {
    if (key === '@context') continue;
    const name = context.name(key);
    if (name === '@type' || name === 'cr:dataType' || name === 'cr:equivalentProperty')
      made[name] = list(value).map((item) => (typeof item === 'string' ? context.name(item) : item));
    else made[name] = OPAQUE.has(name) ? value : expandValue(value, context);
  }
  return made;
}

function expandValue(value: unknown, context: Context): unknown {
  if (Array.isArray(value)) return value.map((item) => expandValue(item, context));
  if (!isObject(value)) return value;
  // A map from languages to words has no names in it.
  const keys = Object.keys(value);
  const tagged =
    keys.length > 0 && keys.every((key) => /^[a-z]{2,3}(-[A-Za-z0-9]+)*$/.test(key) && key.length < 9);
  if (tagged && !keys.some((key) => context.name(key).startsWith('cr:'))) return value;
  return expandNode(value, context);
}

export function list(value: unknown): unknown[] {
  return value === undefined || value === null ? [] : Array.isArray(value) ? value : [value];
}
