export * from './assessment/assess-directory.ts';
export { withDeclared } from './assessment/inventory.ts';
export { type LoadedSpecification, loadSpecification } from './catalogue/load.ts';
export * from './declaration/custos-yaml.ts';
export * from './discovery/index.ts';
export * from './observations/ledger-evidence.ts';
export * from './observations/new-observation.ts';
export * from './observations/read-evidence.ts';
export * from './report/index.ts';
