/** Every check, an explicit list: what is not here is not checked. */
import type { Check } from '../kernel/check.ts';
import { principle1 } from './5.1.1/index.ts';
import { principle2 } from './5.1.2/index.ts';
import { principle3 } from './5.1.3/index.ts';
import { principle4 } from './5.1.4/index.ts';
import { principle5 } from './5.2.1/index.ts';
import { principle6 } from './5.2.2/index.ts';
import { principle7 } from './5.2.3/index.ts';
import { principle8 } from './5.2.4/index.ts';
import { principle9 } from './5.2.5/index.ts';
import { principle10 } from './5.3.1/index.ts';
import { principle11 } from './5.4.1/index.ts';
import { principle12 } from './5.4.2/index.ts';
import { principle13 } from './5.5.1/index.ts';

export const CHECKS: ReadonlyMap<string, Check> = new Map(
  [
    ...principle1,
    ...principle2,
    ...principle3,
    ...principle4,
    ...principle5,
    ...principle6,
    ...principle7,
    ...principle8,
    ...principle9,
    ...principle10,
    ...principle11,
    ...principle12,
    ...principle13,
  ].map((check) => [check.duty, check]),
);
