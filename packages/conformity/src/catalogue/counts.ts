/** How many of everything a specification has. Verbs are counted by duty: a provision may hold both. */
import type { Norm, Reference, Specification } from '@custos/core';

export interface SpecificationCounts {
  principles: number;
  provisions: number;
  /** Provisions by the verb they lead with. */
  leading: Record<Norm, number>;
  /** Ids of provisions that hold both verbs, in order. */
  mixed: string[];
  duties: number;
  /** Duties by verb. */
  verbs: Record<Norm, number>;
  ixit: number;
  settings: number;
  /** References by framework; a framework nobody refers to is left out. */
  references: Partial<Record<Reference['framework'], number>>;
}

/** Counts a specification. @example specificationCounts(spec).verbs // { shall: 97, should: 36 } */
export function specificationCounts(specification: Specification): SpecificationCounts {
  const { provisions } = specification;
  const duties = provisions.flatMap((provision) => provision.duties);
  const references: SpecificationCounts['references'] = {};
  for (const { framework } of provisions.flatMap((provision) => provision.references)) {
    references[framework] = (references[framework] ?? 0) + 1;
  }
  return {
    principles: specification.principles.length,
    provisions: provisions.length,
    leading: byVerb(provisions),
    mixed: provisions
      .filter((item) => new Set(item.duties.map(({ norm }) => norm)).size > 1)
      .map(({ id }) => id),
    duties: duties.length,
    verbs: byVerb(duties),
    ixit: specification.ixit.length,
    settings: specification.settings.length,
    references,
  };
}

function byVerb(items: readonly { norm: Norm }[]): Record<Norm, number> {
  const shall = items.filter(({ norm }) => norm === 'shall').length;
  return { shall, should: items.length - shall };
}
