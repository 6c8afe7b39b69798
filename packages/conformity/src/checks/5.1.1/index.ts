/** Principle 1: raise awareness of AI security threats and risks. */
import { checks as p1_1 } from './5.1.1-1.1.ts';
import { checks as p1 } from './5.1.1-1.ts';
import { checks as p2_1 } from './5.1.1-2.1.ts';
import { checks as p2_2 } from './5.1.1-2.2.ts';
import { checks as p2 } from './5.1.1-2.ts';

export const principle1 = [...p1, ...p1_1, ...p2, ...p2_1, ...p2_2];
