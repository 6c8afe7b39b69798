/** A dataset as a Croissant 1.1 description, with RAI and PROV-O terms. */
import { hexOf } from '@custos/core';
import { formatTime } from '../records/time.ts';
import type { DatasetSummary } from './datasets.ts';

const CONTEXT = {
  '@language': 'en',
  '@vocab': 'https://schema.org/',
  citeAs: 'cr:citeAs',
  conformsTo: 'dct:conformsTo',
  cr: 'http://mlcommons.org/croissant/',
  dct: 'http://purl.org/dc/terms/',
  prov: 'http://www.w3.org/ns/prov#',
  rai: 'http://mlcommons.org/croissant/RAI/',
  sc: 'https://schema.org/',
};

const MEDIA_TYPES: Readonly<Record<string, string>> = {
  warc: 'application/warc',
  cdxj: 'text/plain',
  cdx: 'text/plain',
  parquet: 'application/vnd.apache.parquet',
  jsonl: 'application/jsonlines',
  csv: 'text/csv',
  tsv: 'text/tab-separated-values',
  urls: 'text/plain',
  card: 'text/markdown',
  dvc: 'application/yaml',
};

/** @returns a JSON-LD document that the validator of this package accepts */
export function toCroissant(summary: DatasetSummary): object {
  const [first] = summary.sources;
  const collectors = [...new Set(summary.sources.flatMap(({ collector }) => collector ?? []))];
  const origins = [...new Set(summary.sources.flatMap(({ origins: from }) => from.map(({ uri }) => uri)))];
  return {
    '@context': CONTEXT,
    '@type': 'sc:Dataset',
    conformsTo: 'http://mlcommons.org/croissant/1.1',
    name: summary.dataset,
    description: first?.acquisition ?? '',
    ...(first?.licence ? { license: first.licence } : {}),
    ...(summary.digest ? { version: summary.digest } : {}),
    distribution: summary.sources.map((source, i) => ({
      '@type': 'cr:FileObject',
      '@id': `source-${i + 1}`,
      name: source.file,
      contentUrl: encodeURI(source.file),
      encodingFormat: MEDIA_TYPES[source.format] ?? 'application/json',
      ...(source.fileDigest ? { sha256: hexOf(source.fileDigest) } : {}),
    })),
    'rai:dataCollection': first?.acquisition ?? '',
    ...(summary.minTime === 0
      ? {}
      : { 'rai:dataCollectionTimeframe': [formatTime(summary.minTime), formatTime(summary.maxTime)] }),
    ...(origins.length > 0 ? { 'prov:wasDerivedFrom': origins.map((uri) => ({ '@id': uri })) } : {}),
    'prov:wasGeneratedBy': {
      '@type': 'prov:Activity',
      'prov:label': first?.acquisition ?? '',
      ...(summary.minTime === 0
        ? {}
        : {
            'prov:startedAtTime': formatTime(summary.minTime),
            'prov:endedAtTime': formatTime(summary.maxTime),
          }),
    },
    ...(collectors.length > 0
      ? { 'prov:wasAttributedTo': collectors.map((name) => ({ '@type': 'prov:Agent', 'prov:label': name })) }
      : {}),
  };
}
