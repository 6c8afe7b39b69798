import { checks as p1 } from './5.1.1-1.ts';

export const principle1 = [...p1];
