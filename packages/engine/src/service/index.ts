export * from './assess-system.ts';
export * from './context.ts';
export * from './declare-system.ts';
export * from './duty-evidence.ts';
export * from './load-examples.ts';
export * from './training-standing.ts';
export type { SystemEvidence } from './system-evidence.ts';
