/** People: training, bulletins, and reports of risks. */
export * from './people-bulletins.ts';
export * from './people-risks.ts';
export * from './people-training.ts';
