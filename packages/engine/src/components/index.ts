/** External components: how well documented and secured they are, and what poor ones demand. */
export { AxeResults, axeOf, type FetchedPage, publicationStatement } from './check-page.ts';
export { FactsFile } from './facts.ts';
export { approvalStatement, JustificationInput, justificationStatements, Said } from './justify.ts';
export { buildJustificationPage, type JustificationPage } from './page.ts';
export { type ComponentState, componentStates, demands } from './register.ts';
export { type ComponentScore, scoreComponents, scoreStatement } from './score.ts';
