import { checks as p1 } from './5.2.5-1.ts';
import { checks as p21 } from './5.2.5-2.1.ts';
import { checks as p2 } from './5.2.5-2.ts';
import { checks as p3 } from './5.2.5-3.ts';
import { checks as p41 } from './5.2.5-4.1.ts';
import { checks as p4 } from './5.2.5-4.ts';

export const principle9 = [...p1, ...p2, ...p21, ...p3, ...p4, ...p41];
