export { type ComparedAsset, type Comparison, compareWithApproved } from './compare.ts';
export { type ChangedAsset, type Difference, difference } from './difference.ts';
export { assetInUse, assetsInUse } from './in-use.ts';
export { type AssetDecision, decisionOn, selectAssets } from './triage.ts';
