import { checks as p11 } from './5.2.4-1.1.ts';
import { checks as p12 } from './5.2.4-1.2.ts';
import { checks as p1 } from './5.2.4-1.ts';
import { checks as p21 } from './5.2.4-2.1.ts';
import { checks as p2 } from './5.2.4-2.ts';
import { checks as p3 } from './5.2.4-3.ts';

export const principle8 = [...p1, ...p11, ...p12, ...p2, ...p21, ...p3];
