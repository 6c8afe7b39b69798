/** Every scanner, in the order in which they look at a file. Adding one is a folder and a line here. */
import { agents } from './scanners/agents/index.ts';
import { configuration } from './scanners/configuration/index.ts';
import { containers } from './scanners/containers/index.ts';
import { datasets } from './scanners/datasets/index.ts';
import { dependencies } from './scanners/dependencies/index.ts';
import { imports } from './scanners/imports/index.ts';
import { javascript } from './scanners/javascript/index.ts';
import { modelFiles } from './scanners/model-files/index.ts';
import { notebooks } from './scanners/notebooks/index.ts';
import { prompts } from './scanners/prompts/index.ts';
import { python } from './scanners/python/index.ts';
import { secrets } from './scanners/secrets/index.ts';
import type { Scanner } from './types.ts';

/** Raise when any scanner's answers change: cached results of other versions are not used. */
export const SCANNER_VERSION = '1';

export const SCANNERS: readonly Scanner[] = [
  dependencies,
  configuration,
  containers,
  agents,
  prompts,
  secrets,
  datasets,
  modelFiles,
  imports,
  python,
  javascript,
  notebooks,
];
