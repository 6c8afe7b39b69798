export { findingsOf, unknownsOf } from './findings.ts';
export { type InspectedAssets, inspectAssets, inspectionStatements } from './inspect-assets.ts';
