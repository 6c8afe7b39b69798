/** What the tabs of a system read; each query is asked once and shared. */
import { getAssessment, getCatalogue, getSystem, type ResultOf } from '@custos/contract';
import { useQuery } from '@tanstack/react-query';
import { useParams } from '@tanstack/react-router';
import { read } from '../../api/client.ts';
import { useStandingOn } from '../../api/standing.ts';
import { readVersioned } from '../../api/versioned.ts';

export type Assessment = ResultOf<typeof getAssessment>;
export type DutyVerdict = Assessment['provisions'][number]['duties'][number];
export type Catalogue = ResultOf<typeof getCatalogue>;
export type CatalogueProvision = Catalogue['provisions'][number];
export type CatalogueDuty = CatalogueProvision['duties'][number];

export interface SystemParams {
  organisation: string;
  system: string;
}

export function useSystemParams(): SystemParams {
  return useParams({ from: '/shell/$organisation/systems/$system' });
}

export function useAssessment() {
  return useQuery(read(getAssessment, { params: useSystemParams() }));
}

export function useSystem() {
  return useQuery(readVersioned(getSystem, { params: useSystemParams() }));
}

/** The standard's words change with an update of Custos only. */
export function useCatalogue() {
  const { organisation } = useSystemParams();
  return useQuery({
    ...read(getCatalogue, { params: { organisation } }),
    staleTime: Number.POSITIVE_INFINITY,
  });
}

/** What the person holds here. */
export function useStanding() {
  const { organisation, system } = useSystemParams();
  return useStandingOn(organisation, system);
}
