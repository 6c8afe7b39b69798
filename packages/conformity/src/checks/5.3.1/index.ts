import { checks as p1 } from './5.3.1-1.ts';
import { checks as p21 } from './5.3.1-2.1.ts';
import { checks as p22 } from './5.3.1-2.2.ts';
import { checks as p2 } from './5.3.1-2.ts';
import { checks as p3 } from './5.3.1-3.ts';

export const principle10 = [...p1, ...p2, ...p21, ...p22, ...p3];
