export { type DrillExpectation, drillStatement } from './drill.ts';
export { incidentDraft } from './incident-draft.ts';
export { type LookBackAnswer, type LookBackOptions, type LookBackRecord, lookBack } from './look-back.ts';
export { type DatasetSpeaker, provenanceStatements } from './provenance-observations.ts';
export type { LookBackQuestion } from './query.ts';
export { renderLookBack } from './render-look-back.ts';
