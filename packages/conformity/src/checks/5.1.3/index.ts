import { checks as p1_1 } from './5.1.3-1.1.ts';
import { checks as p1_2 } from './5.1.3-1.2.ts';
import { checks as p1_3 } from './5.1.3-1.3.ts';
import { checks as p1 } from './5.1.3-1.ts';
import { checks as p2 } from './5.1.3-2.ts';
import { checks as p3 } from './5.1.3-3.ts';
import { checks as p4 } from './5.1.3-4.ts';

export const principle3 = [...p1, ...p1_1, ...p1_2, ...p1_3, ...p2, ...p3, ...p4];
