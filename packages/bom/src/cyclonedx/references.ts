/** What the schema cannot say of a bill: each `bom-ref` once, each reference leading somewhere, no circle of dependencies, addresses that are some. */
import { isArray, isObject } from '../json/json.ts';
import { isIriReference } from './formats.ts';
import type { Bom } from './model.ts';

export interface ReferenceProblem {
  readonly kind: 'duplicate' | 'dangling' | 'circle' | 'address';
  /** The reference, the references of the circle in order, or the address. */
  readonly refs: readonly string[];
}

const MOST = 100;

/** At most 100 of each kind, in document order. Duplicates are errors by the specification; the others are worth a look. */
export function referenceProblems(bom: Bom): ReferenceProblem[] {
  const { refs, duplicates, addresses } = namesIn(bom);
  const dangling = new Set<string>();
  for (const { ref, dependsOn, provides } of bom.dependencies ?? [])
    for (const to of [ref, ...(dependsOn ?? []), ...(provides ?? [])])
      if (!refs.has(to) && !to.startsWith('urn:cdx:')) dangling.add(to);
  return [
    ...[...duplicates].slice(0, MOST).map((ref) => ({ kind: 'duplicate' as const, refs: [ref] })),
    ...[...dangling].slice(0, MOST).map((ref) => ({ kind: 'dangling' as const, refs: [ref] })),
    ...circles(bom)
      .slice(0, MOST)
      .map((found) => ({ kind: 'circle' as const, refs: found })),
    ...[...addresses].slice(0, MOST).map((url) => ({ kind: 'address' as const, refs: [url] })),
  ];
}

/** Every `bom-ref` that stands anywhere in the bill, and every `url` that is no IRI reference. */
function namesIn(root: unknown): {
  refs: Set<string>;
  duplicates: Set<string>;
  addresses: Set<string>;
} {
  const addresses = new Set<string>();
  const refs = new Set<string>();
  const duplicates = new Set<string>();
  const rest: unknown[] = [root];
  while (rest.length > 0) {
    const value = rest.pop();
    if (isArray(value)) {
      for (let index = value.length - 1; index >= 0; index -= 1)
        if (typeof value[index] === 'object') rest.push(value[index]);
      continue;
    }
    if (!isObject(value)) continue;
    const ref = value['bom-ref'];
    if (typeof ref === 'string') {
      if (refs.has(ref)) duplicates.add(ref);
      refs.add(ref);
    }
    if (typeof value.url === 'string' && !isIriReference(value.url)) addresses.add(value.url);
    for (const item of Object.values(value)) if (typeof item === 'object' && item !== null) rest.push(item);
  }
  return { refs, duplicates, addresses };
}

/** Depth-first with an explicit stack: a chain of 100,000 dependencies must not end the process. */
function circles(bom: Bom): string[][] {
  const edges = new Map<string, readonly string[]>();
  for (const { ref, dependsOn } of bom.dependencies ?? [])
    edges.set(ref, [...(edges.get(ref) ?? []), ...(dependsOn ?? [])]);
  const done = new Set<string>();
  const found: string[][] = [];
  for (const start of edges.keys()) {
    if (done.has(start)) continue;
    const path: { ref: string; next: number }[] = [{ ref: start, next: 0 }];
    const onPath = new Map([[start, 0]]);
    while (path.length > 0) {
      const top = path.at(-1);
      if (!top) break;
      const to = edges.get(top.ref)?.[top.next];
      top.next += 1;
      if (to === undefined) {
        done.add(top.ref);
        onPath.delete(top.ref);
        path.pop();
        continue;
      }
      const earlier = onPath.get(to);
      if (earlier !== undefined) found.push([...path.slice(earlier).map((step) => step.ref), to]);
      else if (!done.has(to)) {
        onPath.set(to, path.length);
        path.push({ ref: to, next: 0 });
      }
      if (found.length >= MOST) return found;
    }
  }
  return found;
}
