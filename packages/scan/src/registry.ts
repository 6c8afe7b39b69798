/** Every scanner, in the order in which they look at a file. Adding one is a folder and a line here. */
import { dependencies } from './scanners/dependencies/index.ts';
import { javascript } from './scanners/javascript/index.ts';
import { python } from './scanners/python/index.ts';
import type { Scanner } from './types.ts';

/** Raise when any scanner's answers change: cached results of other versions are not used. */
export const SCANNER_VERSION = '1';

export const SCANNERS: readonly Scanner[] = [dependencies, python, javascript];
