import { checks as p1_1 } from './5.4.1-1.1.ts';
import { checks as p1 } from './5.4.1-1.ts';
import { checks as p2 } from './5.4.1-2.ts';
import { checks as p3 } from './5.4.1-3.ts';

export const principle11 = [...p1, ...p1_1, ...p2, ...p3];
