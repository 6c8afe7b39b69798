export * from './assessments.ts';
export * from './members.ts';
export * from './overview.ts';
export * from './systems.ts';
