/** Datasets, their sources and the models made of them as PROV-JSON (W3C member submission of 24 April 2013). */
import type { Digest } from '@custos/core';
import { formatTime } from '../records/time.ts';
import type { DatasetSummary } from './datasets.ts';

type Relations = Record<string, Record<string, string>>;

/** @returns a document with entities, activities, agents and their relations */
export function toProvJson(summaries: readonly DatasetSummary[]): object {
  const entity: Record<string, object> = {};
  const activity: Record<string, object> = {};
  const agent: Record<string, object> = {};
  const used: Relations = {};
  const wasGeneratedBy: Relations = {};
  const wasAssociatedWith: Relations = {};
  const wasDerivedFrom: Relations = {};
  let relations = 0;
  const relate = (to: Relations, relation: Record<string, string>) => {
    to[`_:r${++relations}`] = relation;
  };
  for (const summary of summaries) {
    const dataset = `custos:${localName(named(summary.dataset, summary.digest))}`;
    entity[dataset] = {
      'prov:type': 'custos:Dataset',
      'prov:label': summary.dataset,
      ...(summary.digest ? { 'custos:digest': summary.digest } : {}),
      'custos:rows': summary.rows,
      'custos:rowsWithSource': summary.rowsWithSource,
      'custos:rowsWithTime': summary.rowsWithTime,
    };
    for (const [i, source] of summary.sources.entries()) {
      const acquisition = `${dataset}/acquisition-${i + 1}`;
      activity[acquisition] = {
        'prov:label': source.acquisition,
        ...(source.minTime === 0
          ? {}
          : { 'prov:startTime': formatTime(source.minTime), 'prov:endTime': formatTime(source.maxTime) }),
      };
      relate(wasGeneratedBy, { 'prov:entity': dataset, 'prov:activity': acquisition });
      for (const { uri } of source.origins) {
        const origin = `custos:${localName(uri)}`;
        entity[origin] = { 'prov:type': 'custos:Origin', 'prov:location': uri };
        relate(used, { 'prov:activity': acquisition, 'prov:entity': origin });
      }
      if (source.collector) {
        const collector = `custos:${localName(source.collector)}`;
        agent[collector] = { 'prov:label': source.collector };
        relate(wasAssociatedWith, { 'prov:activity': acquisition, 'prov:agent': collector });
      }
    }
    for (const use of summary.usedIn) {
      const model = `custos:${localName(named(use.model, use.digest))}`;
      entity[model] = { 'prov:type': 'custos:Model', 'prov:label': use.model, 'custos:digest': use.digest };
      relate(wasDerivedFrom, { 'prov:generatedEntity': model, 'prov:usedEntity': dataset });
    }
  }
  return {
    prefix: { custos: 'urn:custos:', prov: 'http://www.w3.org/ns/prov#' },
    entity,
    activity,
    agent,
    used,
    wasGeneratedBy,
    wasAssociatedWith,
    wasDerivedFrom,
  };
}

function named(id: string, digest: Digest | undefined): string {
  return digest ? `${id}@${digest}` : id;
}

/** Local names of qualified names hold no blanks and no separators of their own. */
function localName(text: string): string {
  return encodeURIComponent(text);
}
