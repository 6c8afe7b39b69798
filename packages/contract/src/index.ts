/** The one door of @custos/contract: every operation of the API as data. */
export * from './client.ts';
export * from './openapi.ts';
export * from './operation.ts';
export * from './operations/index.ts';
export * from './permissions.ts';
export * from './problem.ts';
export * from './shared.ts';
export * from './target.ts';
