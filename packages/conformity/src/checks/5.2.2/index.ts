import { checks as p1 } from './5.2.2-1.ts';
import { checks as p2 } from './5.2.2-2.ts';
import { checks as p3 } from './5.2.2-3.ts';
import { checks as p4 } from './5.2.2-4.ts';
import { checks as p5 } from './5.2.2-5.ts';
import { checks as p6 } from './5.2.2-6.ts';

export const principle6 = [...p1, ...p2, ...p3, ...p4, ...p5, ...p6];
