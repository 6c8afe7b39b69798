/** Imports as OpenLineage run events (spec 2-0-2): one completed run for each source, with its origins as inputs. */
import { type Digest, hexOf } from '@custos/core';
import { sha256 } from '@custos/trust';
import { formatTime } from '../records/time.ts';
import type { DatasetSummary } from './datasets.ts';

const SCHEMA = 'https://openlineage.io/spec/2-0-2/OpenLineage.json#/$defs/RunEvent';
const NAMESPACE = 'custos';

/** @param producer URI of what made the events, e.g. `urn:custos:0.1.0` */
export function toOpenLineage(summaries: readonly DatasetSummary[], producer: string): object[] {
  return summaries.flatMap((summary) =>
    summary.sources.map((source) => {
      const facet = {
        _producer: producer,
        _schemaURL: 'https://openlineage.io/spec/facets/1-0-1/DatasetVersionDatasetFacet.json',
      };
      const run = sha256(
        JSON.stringify([source.dataset, source.file, source.fileDigest ?? '', source.importedAt]),
      );
      return {
        eventType: 'COMPLETE',
        eventTime: source.importedAt,
        producer,
        schemaURL: SCHEMA,
        run: {
          runId: uuidOf(run),
          facets: source.maxTime === 0 ? {} : { nominalTime: nominal(source, producer) },
        },
        job: { namespace: NAMESPACE, name: `import ${source.dataset}` },
        inputs: source.origins.map(({ uri }) => split(uri)),
        outputs: [
          {
            namespace: NAMESPACE,
            name: source.dataset,
            facets: summary.digest ? { version: { ...facet, datasetVersion: summary.digest } } : {},
          },
        ],
      };
    }),
  );
}

function nominal(source: { minTime: number; maxTime: number }, producer: string): object {
  return {
    _producer: producer,
    _schemaURL: 'https://openlineage.io/spec/facets/1-0-1/NominalTimeRunFacet.json',
    nominalStartTime: formatTime(source.minTime),
    nominalEndTime: formatTime(source.maxTime),
  };
}

/** Namespace and name as the naming rules of OpenLineage have them: authority, then path. */
function split(uri: string): { namespace: string; name: string } {
  const end = uri.indexOf('/', uri.indexOf('://') + 3);
  return end < 0 ? { namespace: uri, name: '/' } : { namespace: uri.slice(0, end), name: uri.slice(end) };
}

/** A UUID of version 8 (RFC 9562) from a digest: the same import has the same run. */
function uuidOf(digest: Digest): string {
  const hex = hexOf(digest);
  const variant = ((Number.parseInt(hex.slice(16, 17), 16) & 3) | 8).toString(16);
  return `${hex.slice(0, 8)}-${hex.slice(8, 12)}-8${hex.slice(13, 16)}-${variant}${hex.slice(17, 20)}-${hex.slice(20, 32)}`;
}
