import { checks as p1 } from './5.2.3-1.ts';
import { checks as p21 } from './5.2.3-2.1.ts';
import { checks as p22 } from './5.2.3-2.2.ts';
import { checks as p2 } from './5.2.3-2.ts';
import { checks as p3 } from './5.2.3-3.ts';
import { checks as p4 } from './5.2.3-4.ts';

export const principle7 = [...p1, ...p2, ...p21, ...p22, ...p3, ...p4];
