/** When two components of different bills are one: by package URL, by strong digest, or by name under the same `bom-ref`. */
import { identityText, type JsonObject, objects, text } from '../json/json.ts';

/** MD5 and SHA-1 can be made to collide, so they identify nothing. */
const WEAK: ReadonlySet<string> = new Set(['MD5', 'SHA-1']);

/** Keys under which a component can be found, the surest first. What has none is only the same as its exact like. */
export function identityKeys(component: JsonObject): string[] {
  const type = text(component.type) ?? '';
  const purl = text(component.purl);
  const ref = text(component['bom-ref']);
  const name = `${text(component.group) ?? ''} ${text(component.name) ?? ''}`;
  const keys = [
    ...(purl === undefined ? [] : [`purl ${type} ${purl}`]),
    ...objects(component.hashes)
      .filter(({ alg }) => !WEAK.has(String(alg)))
      .map(({ alg, content }) => `hash ${type} ${String(alg)} ${String(content)}`),
    ...(ref === undefined ? [] : [`ref ${type} ${ref} ${name}`]),
  ];
  return keys.length > 0 ? keys : [`same ${identityText(component)}`];
}

/** Finds components of one bill by identity. A key that two of them share identifies neither. */
export class IdentityIndex<T> {
  private readonly found = new Map<string, T | undefined>();

  add(component: JsonObject, value: T): void {
    for (const key of identityKeys(component)) {
      const known = this.found.get(key);
      this.found.set(key, this.found.has(key) && known !== value ? undefined : value);
    }
  }

  /** Undefined where no key, or only a shared one, is known; and where both sides name different packages. */
  find(component: JsonObject, componentAt: (value: T) => JsonObject): T | undefined {
    for (const key of identityKeys(component)) {
      const value = this.found.get(key);
      if (value === undefined) continue;
      const other = componentAt(value).purl;
      if (other === undefined || component.purl === undefined || other === component.purl) return value;
    }
    return undefined;
  }
}
