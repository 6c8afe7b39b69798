/** Small builders that leave out what is not known: an absent field says "unknown", an empty one says nothing. */
import type { Property } from '../cyclonedx/model.ts';

/** The object without undefined fields; undefined when none is left. */
export function filled<T extends object>(value: { [K in keyof T]: T[K] | undefined }): T | undefined {
  const entries = Object.entries(value).filter(([, item]) => item !== undefined);
  return entries.length === 0 ? undefined : (Object.fromEntries(entries) as T);
}

/** Named values as CycloneDX properties, in the order given; empty and undefined ones are left out. */
export function properties(
  prefix: string,
  values: Readonly<Record<string, string | number | boolean | undefined>>,
): Property[] {
  return Object.entries(values).flatMap(([name, value]) =>
    value === undefined || value === '' ? [] : [{ name: `${prefix}:${name}`, value: String(value) }],
  );
}

export function numbers<K extends string>(value: number | undefined, key: K): { [P in K]?: number } {
  const result: { [P in K]?: number } = {};
  if (value !== undefined && Number.isFinite(value)) result[key] = value;
  return result;
}
