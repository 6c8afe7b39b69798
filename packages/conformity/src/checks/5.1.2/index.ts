/** Principle 2: design the AI system for security as well as functionality and performance. */

import { checks as p1_1 } from './5.1.2-1.1.ts';
import { checks as p1 } from './5.1.2-1.ts';
import { checks as p2 } from './5.1.2-2.ts';
import { checks as p3 } from './5.1.2-3.ts';
import { checks as p4 } from './5.1.2-4.ts';

export const principle2 = [...p1, ...p2, ...p1_1, ...p3, ...p4];
