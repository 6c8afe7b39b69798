/** Bills of materials of a directory, and bills as evidence. */
export { readAssetDetails } from './asset-details.ts';
export { type BomSources, bomInputOf, verifiedContents } from './bom-input.ts';
export { type BomFile, bomStatement } from './bom-observation.ts';
