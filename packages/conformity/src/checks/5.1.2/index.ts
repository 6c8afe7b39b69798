/** Principle 2: design the AI system for security as well as functionality and performance. */

import { checks as p1_1 } from './5.1.2-1.1.ts';
import { checks as p1 } from './5.1.2-1.ts';
import { checks as p2 } from './5.1.2-2.ts';
import { checks as p3 } from './5.1.2-3.ts';
import { checks as p4 } from './5.1.2-4.ts';
import { checks as p5_1 } from './5.1.2-5.1.ts';
import { checks as p5 } from './5.1.2-5.ts';
import { checks as p6 } from './5.1.2-6.ts';
import { checks as p7 } from './5.1.2-7.ts';

export const principle2 = [...p1, ...p1_1, ...p2, ...p3, ...p4, ...p5, ...p5_1, ...p6, ...p7];
