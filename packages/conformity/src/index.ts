export * from './applicability/features.ts';
export * from './assess.ts';
export * from './catalogue/merge-specification.ts';
export { RISK_REGISTER_ROLES } from './checks/5.1.3/risk-records.ts';
export { DISCLOSURE_SECTIONS } from './checks/5.2.2/5.2.2-4.ts';
export { sameComponent } from './checks/5.2.3/same-component.ts';
export { CHECKS } from './checks/index.ts';
export {
  type ApprovedInventory,
  type AssetState,
  approvedInventory,
  decisionsOf,
  notAi,
  registrationOf,
  stateOf,
} from './kernel/approved-inventory.ts';
export type { Check } from './kernel/check.ts';
export { speaksAs } from './kernel/check-context.ts';
export { checkFor } from './kernel/declared-check.ts';
export { EvidenceIndex, type Found } from './kernel/evidence-index.ts';
export { beginOf } from './kernel/recording.ts';
export { saysSomething } from './kernel/settled-text.ts';
export { wilsonLower, wilsonUpper } from './kernel/statistics.ts';
