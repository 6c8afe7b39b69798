import { checks as p1 } from './5.2.1-1.ts';
import { checks as p2 } from './5.2.1-2.ts';
import { checks as p3_1 } from './5.2.1-3.1.ts';
import { checks as p3 } from './5.2.1-3.ts';
import { checks as p4_1 } from './5.2.1-4.1.ts';
import { checks as p4_2 } from './5.2.1-4.2.ts';
import { checks as p4 } from './5.2.1-4.ts';

export const principle5 = [...p1, ...p2, ...p3, ...p3_1, ...p4, ...p4_1, ...p4_2];
