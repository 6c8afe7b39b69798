import { checks as logging } from './5.4.2-1.ts';
import { checks as analysis } from './5.4.2-2.ts';
import { checks as internalStates } from './5.4.2-3.ts';
import { checks as performance } from './5.4.2-4.ts';

export const principle12 = [...logging, ...analysis, ...internalStates, ...performance];
