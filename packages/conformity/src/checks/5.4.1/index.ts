import { checks as p1 } from './5.4.1-1.ts';
import { checks as p2 } from './5.4.1-2.ts';

export const principle11 = [...p1, ...p2];
