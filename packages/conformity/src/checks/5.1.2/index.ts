/** Principle 2: design the AI system for security as well as functionality and performance. */
import { checks as p1 } from './5.1.2-1.ts';

export const principle2 = [...p1];
