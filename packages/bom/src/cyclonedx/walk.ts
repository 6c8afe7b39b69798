/** Going through all components and services of a bill, nested ones too. */
import { pointer } from '../json/duplicate-key.ts';
import type { Bom, Component, Service } from './model.ts';

export interface Placed<T> {
  readonly value: T;
  /** JSON pointer into the bill. */
  readonly path: string;
}

/** Components of the bill and those inside them, in document order; the described product is not among them. */
export function* componentsOf(bom: Bom): Generator<Placed<Component>> {
  yield* nested(bom.components, ['components'], 'components');
}

export function* servicesOf(bom: Bom): Generator<Placed<Service>> {
  yield* nested(bom.services, ['services'], 'services');
}

function* nested<K extends 'components' | 'services', T extends { readonly [P in K]?: readonly T[] }>(
  list: readonly T[] | undefined,
  steps: readonly string[],
  key: K,
): Generator<Placed<T>> {
  for (const [index, value] of (list ?? []).entries()) {
    const here = [...steps, String(index)];
    yield { value, path: pointer(here) };
    yield* nested<K, T>(value[key], [...here, key], key);
  }
}
