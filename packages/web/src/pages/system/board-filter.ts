/** The board's filters, as they stand in the address. */
import { Norm, Phase, Role, VERDICTS } from '@custos/core';
import { z } from 'zod';
import type { Catalogue, CatalogueDuty, CatalogueProvision, DutyVerdict } from './data.ts';

export const BoardSearch = z.object({
  role: Role.optional().catch(undefined),
  norm: Norm.optional().catch(undefined),
  verdict: z.enum(VERDICTS).optional().catch(undefined),
  phase: Phase.optional().catch(undefined),
  mine: z.literal(true).optional().catch(undefined),
  /** The duty whose drawer is open. */
  duty: z.string().max(40).optional().catch(undefined),
});
export type BoardSearch = z.infer<typeof BoardSearch>;

export interface BoardDuty {
  readonly verdict: DutyVerdict;
  readonly duty: CatalogueDuty;
  readonly shown: boolean;
}

export interface BoardPrinciple {
  readonly principle: Catalogue['principles'][number];
  readonly provisions: readonly {
    readonly provision: CatalogueProvision;
    readonly duties: readonly BoardDuty[];
  }[];
}

/** Principles with their duties, each with its verdict, and whether the filters show it. */
export function boardOf(
  catalogue: Catalogue,
  verdicts: ReadonlyMap<string, DutyVerdict>,
  filter: BoardSearch,
  speaks: readonly Role[],
): BoardPrinciple[] {
  return catalogue.principles.map((principle) => ({
    principle,
    provisions: catalogue.provisions
      .filter((provision) => provision.principle === principle.number)
      .map((provision) => ({
        provision,
        duties: provision.duties.flatMap((duty): BoardDuty[] => {
          const verdict = verdicts.get(duty.id);
          return verdict ? [{ verdict, duty, shown: matches(provision, duty, verdict, filter, speaks) }] : [];
        }),
      })),
  }));
}

function matches(
  provision: CatalogueProvision,
  duty: CatalogueDuty,
  verdict: DutyVerdict,
  filter: BoardSearch,
  speaks: readonly Role[],
): boolean {
  return (
    (filter.role === undefined || duty.roles.includes(filter.role)) &&
    (filter.norm === undefined || duty.norm === filter.norm) &&
    (filter.verdict === undefined || verdict.verdict === filter.verdict) &&
    (filter.phase === undefined || provision.phase === filter.phase) &&
    (filter.mine === undefined || duty.roles.some((role) => speaks.includes(role)))
  );
}
