/** Collects the elements of an SPDX 3.0.1 document: each with an IRI of its own and the one creation info. */
import { byText, type JsonObject, type JsonValue } from '../json/json.ts';

export const CONTEXT = 'https://spdx.org/rdf/3.0.1/spdx-context.jsonld';
const CREATION = '_:creation';

export class SpdxGraph {
  private readonly elements = new Map<string, JsonObject>();
  private readonly namespace: string;

  /** @param namespace an IRI; elements are named below it */
  constructor(namespace: string) {
    this.namespace = namespace;
  }

  iri(name: string): string {
    return `${this.namespace}#${encodeURIComponent(name)}`;
  }

  /** Adds an element once and gives its IRI. Undefined and empty fields are left out. */
  add(name: string, type: string, fields: Readonly<Record<string, JsonValue | undefined>> = {}): string {
    const spdxId = this.iri(name);
    if (!this.elements.has(spdxId))
      this.elements.set(spdxId, { type, spdxId, creationInfo: CREATION, ...present(fields) });
    return spdxId;
  }

  relate(
    from: string,
    relationshipType: string,
    to: readonly string[],
    fields: Record<string, JsonValue> = {},
  ): void {
    const targets = [...new Set(to)].filter((target) => target !== from).sort(byText);
    if (targets.length === 0) return;
    const name = `relationship/${relationshipType}/${from.slice(this.namespace.length + 1)}`;
    this.add(name, 'Relationship', { from, relationshipType, to: targets, ...fields });
  }

  /** Elements that were added, sorted by IRI. */
  names(): string[] {
    return [...this.elements.keys()].sort(byText);
  }

  document(creation: Readonly<Record<string, JsonValue>>): JsonObject {
    return {
      '@context': CONTEXT,
      '@graph': [
        { '@id': CREATION, type: 'CreationInfo', specVersion: '3.0.1', ...creation },
        ...[...this.elements].sort(([a], [b]) => byText(a, b)).map(([, element]) => element),
      ],
    };
  }
}

function present(fields: Readonly<Record<string, JsonValue | undefined>>): JsonObject {
  return Object.fromEntries(
    Object.entries(fields).filter(
      ([, value]) => value !== undefined && value !== '' && !(Array.isArray(value) && value.length === 0),
    ),
  );
}
