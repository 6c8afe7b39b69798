/** Provenance records of public training data, bound to the dataset version that the inventory holds. */
import type { PredicateName } from '@custos/core';
import { type CheckContext, list } from '../../kernel/check-context.ts';
import type { Found } from '../../kernel/evidence-index.ts';
import { isAbout } from '../../kernel/subjects.ts';

export const PUBLIC_DATASET_TYPES = [
  'data-provenance',
  'scan-result',
] as const satisfies readonly PredicateName[];

/** The newest record of each public dataset. Training data without a record leaves an `inconclusive` reason. */
export function publicDatasets(c: CheckContext): Found<'data-provenance'>[] {
  const step = 'record `data-provenance` of the dataset version in use as developer';
  const records = c.every(
    'data-provenance',
    { from: ['developer', 'data_custodian'], what: 'a provenance record', step },
    (content) => content.dataset,
  );
  if (records.length === 0) return [];
  const trainedOn = new Set(c.edges().flatMap((edge) => (edge.kind === 'trained_on' ? [edge.to] : [])));
  const assets = c.assets('dataset').filter((asset) => trainedOn.has(asset.id));
  const open = assets.filter((asset) => {
    const record = records.find(({ content }) => content.dataset === asset.id);
    return !record || (asset.digest !== undefined && !isAbout(record, asset.digest));
  });
  if (open.length > 0)
    c.unclear(
      'NO_PROVENANCE',
      `Training data whose version in use has no provenance record: ${list(open.map((a) => a.id))}. Next: ${step}.`,
    );
  const found = records.filter(({ content }) => content.visibility === 'public');
  if (found.length === 0)
    c.unclear('NO_PUBLIC_DATASET', `No provenance record is about public data. Next: ${step}.`);
  return found;
}
