/** Which part of a bill carries which `bom-ref`, and whether two parts that carry the same one are the same. */
import { isArray, isObject, type JsonObject, sameJson, text } from '../json/json.ts';

export interface Carrier {
  readonly value: JsonObject;
  /** Services are merged by name, so they are the same although their fields differ. */
  readonly isService: boolean;
}

export function carriersOf(root: unknown): Map<string, Carrier> {
  const found = new Map<string, Carrier>();
  const rest: { value: unknown; isService: boolean }[] = [{ value: root, isService: false }];
  for (let next = rest.pop(); next !== undefined; next = rest.pop()) {
    const { value, isService } = next;
    if (isArray(value)) for (const item of value) rest.push({ value: item, isService });
    if (!isObject(value)) continue;
    const ref = text(value['bom-ref']);
    if (ref !== undefined) found.set(ref, { value, isService });
    for (const [key, item] of Object.entries(value))
      if (typeof item === 'object' && item !== null)
        rest.push({ value: item, isService: key === 'services' });
  }
  return found;
}

export function isSameCarrier(a: Carrier | undefined, b: Carrier | undefined): boolean {
  if (!a || !b) return false;
  if (!a.isService || !b.isService) return sameJson(a.value, b.value);
  return a.value.name === b.value.name && a.value.group === b.value.group;
}
