/** Which assets are sensitive: the Data Custodian's word for each dataset, the newest counts. */
import type { Asset } from '@custos/core';
import type { CheckContext } from '../../kernel/check-context.ts';
import { inventory, isCalled } from '../../kernel/coverage.ts';
import type { Found } from '../../kernel/evidence-index.ts';

export interface ClassifiedAsset {
  readonly asset: Asset;
  readonly classification: Found<'data-classification'>;
}

/** The classification of one asset; leaves a reason when nobody entitled classified it. */
function classificationOf(c: CheckContext, asset: Asset): Found<'data-classification'> | undefined {
  return c.newest('data-classification', {
    where: (content) => isCalled(asset, content.dataset),
    from: ['data_custodian'],
    maxAge: 'custodian.approval_days',
    what: `a classification of ${asset.id}`,
    step: 'classify it as Data Custodian (`custos observe data-classification FILE`)',
  });
}

/** Every dataset of the inventory with its classification. */
export function classifiedDatasets(c: CheckContext): ClassifiedAsset[] {
  return classify(c, inventory(c, 'dataset'));
}

/** Data and weights that are confidential; leaves a reason when none is although the duty applies. */
export function confidentialAssets(c: CheckContext): ClassifiedAsset[] {
  const held = inventory(c, 'dataset', 'model').filter(
    (asset) => asset.kind === 'dataset' || asset.origin !== 'external',
  );
  const classified = classify(c, held);
  const confidential = classified.filter(({ classification }) =>
    ['confidential', 'restricted'].includes(classification.content.sensitivity),
  );
  if (confidential.length === 0)
    c.unclear(
      'NOTHING_CONFIDENTIAL',
      'The duty applies, but no dataset or model of your own in the inventory is classified confidential or restricted. Next: classify them, or declare features.confidential_data_or_weights: false.',
    );
  return confidential;
}

function classify(c: CheckContext, assets: readonly Asset[]): ClassifiedAsset[] {
  return assets.flatMap((asset) => {
    const classification = classificationOf(c, asset);
    return classification ? [{ asset, classification }] : [];
  });
}
