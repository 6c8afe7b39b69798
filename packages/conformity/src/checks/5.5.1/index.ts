import { checks as transfer } from './5.5.1-1.ts';
import { checks as decommissioning } from './5.5.1-2.ts';

export const principle13 = [...transfer, ...decommissioning];
