/** The door of the bills of materials: made from an inventory, read from others, validated, merged, compared. */

export {
  type CompletenessOfSubject,
  completenessOf,
  completenessTable,
} from './completeness/completeness.ts';
export { CLUSTERS, ELEMENTS } from './completeness/elements.ts';
export type * from './cyclonedx/declarations.ts';
export type * from './cyclonedx/formulation.ts';
export type * from './cyclonedx/model.ts';
export type * from './cyclonedx/model-card.ts';
export { requireBom, type SchemaProblem, type Validation, validateBom } from './cyclonedx/validate.ts';
export { componentsOf, servicesOf } from './cyclonedx/walk.ts';
export { writeBom } from './cyclonedx/write.ts';
export { type BomDiff, type DiffSubject, diffBoms, type FieldChange } from './diff/diff-boms.ts';
export type { AssetDetails, BomInput, BomSystem, ModelFacts } from './inventory/input.ts';
export { isSpdxExpression, namesLicence, spdxId } from './inventory/licences.ts';
export { purlOf, supplierOf } from './inventory/purl.ts';
export { toCycloneDx } from './inventory/to-cyclonedx.ts';
export { type JsonObject, type JsonValue, objects, text } from './json/json.ts';
export { DEFAULT_LIMITS, type ReadLimits, readJson, refuseTooLarge } from './json/read-json.ts';
export { type MergeConflict, type MergedBom, type MergeSource, mergeBoms } from './merge/merge-boms.ts';
export { type ModelCardFacts, parseModelCard } from './model-card/model-card.ts';
export { bomOf, type ReadBom, readBom } from './read-bom.ts';
export { toSpdx3 } from './spdx/to-spdx3.ts';
