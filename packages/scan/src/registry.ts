/** Every scanner, in the order in which they look at a file. Adding one is a folder and a line here. */
import { agentCards } from './scanners/agent-cards/index.ts';
import { agentCode } from './scanners/agent-code/index.ts';
import { agents } from './scanners/agents/index.ts';
import { cards } from './scanners/cards/index.ts';
import { ci } from './scanners/ci/index.ts';
import { configuration } from './scanners/configuration/index.ts';
import { containers } from './scanners/containers/index.ts';
import { crews } from './scanners/crews/index.ts';
import { datasetReferences } from './scanners/dataset-references/index.ts';
import { datasets } from './scanners/datasets/index.ts';
import { dependencies } from './scanners/dependencies/index.ts';
import { environment } from './scanners/environment/index.ts';
import { httpApis } from './scanners/http-apis/index.ts';
import { iac } from './scanners/iac/index.ts';
import { imports } from './scanners/imports/index.ts';
import { javascript } from './scanners/javascript/index.ts';
import { mcp } from './scanners/mcp/index.ts';
import { modelFiles } from './scanners/model-files/index.ts';
import { modelfiles } from './scanners/modelfiles/index.ts';
import { notebooks } from './scanners/notebooks/index.ts';
import { ownVersion } from './scanners/own-version/index.ts';
import { programReferences } from './scanners/program-references/index.ts';
import { prompts } from './scanners/prompts/index.ts';
import { python } from './scanners/python/index.ts';
import { secrets } from './scanners/secrets/index.ts';
import { selfHosted } from './scanners/self-hosted/index.ts';
import { workflows } from './scanners/workflows/index.ts';
import type { Scanner } from './types.ts';

/** Raise when any scanner's answers change: cached results of other versions are not used. */
export const SCANNER_VERSION = '8';

export const SCANNERS: readonly Scanner[] = [
  dependencies,
  ownVersion,
  configuration,
  containers,
  selfHosted,
  environment,
  iac,
  ci,
  httpApis,
  programReferences,
  agents,
  agentCards,
  agentCode,
  crews,
  mcp,
  workflows,
  prompts,
  secrets,
  datasets,
  datasetReferences,
  cards,
  modelFiles,
  modelfiles,
  imports,
  python,
  javascript,
  notebooks,
];
