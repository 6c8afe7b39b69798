/** Principle 4: enable human responsibility for AI systems. */
import { checks as p1 } from './5.1.4-1.ts';
import { checks as p2 } from './5.1.4-2.ts';
import { checks as p3 } from './5.1.4-3.ts';
import { checks as p4 } from './5.1.4-4.ts';
import { checks as p5 } from './5.1.4-5.ts';

export const principle4 = [...p1, ...p2, ...p3, ...p4, ...p5];
