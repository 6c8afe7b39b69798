/** External components of a directory with what is recorded of them: what all verbs on components start from. */
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';
import { CustosError, nearest, type Specification, type Subject, systemClock } from '@custos/core';
import {
  type ComponentState,
  componentStates,
  FactsFile,
  readAssetDetails,
  type scoreComponents,
  subject,
} from '@custos/engine';
import { fingerprint } from '@custos/trust';
import { parse } from 'yaml';
import { z } from 'zod';
import { evidenceOf } from './bom-files.ts';
import { discover } from './discovery.ts';
import type { Environment } from './environment.ts';
import { openSpecification } from './resources.ts';
import { openTarget } from './scan-target.ts';
import type { StoreKind } from './workspace.ts';

type Sources = Omit<Parameters<typeof scoreComponents>[0], 'boms' | 'facts' | 'now'>;

export interface OpenedComponents {
  readonly system: { readonly id: string; readonly name: string };
  /** The system at its fingerprint. */
  readonly subject: Subject;
  readonly states: readonly ComponentState[];
  readonly sources: Sources;
  /** `component.score_share` */
  readonly line: number;
  /** Evidence files named in custos.yaml that no assessment has recorded yet. */
  readonly unrecorded: number;
}

/** @throws CustosError NOT_DECLARED: without custos.yaml there is nobody who could answer for a component */
export async function openComponents(
  dir: string,
  store: StoreKind,
  environment: Environment,
): Promise<OpenedComponents> {
  const found = await discover(dir, openTarget(dir, {}), store, environment);
  const { declaration, assets } = found;
  if (!declaration)
    throw new CustosError('NOT_DECLARED', `${dir} has no custos.yaml; run \`custos init\` first.`);
  const { roles } = declaration.system;
  const { specification } = await openSpecification();
  const setting = (id: string) => settingOf(specification, declaration.system.thresholds, id);
  const line = setting('component.score_share');
  const evidence = await evidenceOf(dir, store, environment);
  const print = fingerprint(assets, declaration.system);
  return {
    system: declaration.system,
    subject: subject(declaration.system.id, print),
    line,
    unrecorded: evidence.length === 0 ? declaration.evidence.length : 0,
    states: componentStates(assets, evidence, {
      now: systemClock.now(),
      roles,
      line,
      assessmentDays: setting('component.assessment_days'),
      reviewDays: setting('documentation.review_days'),
    }),
    sources: {
      dir: resolve(dir),
      assets,
      details: await readAssetDetails(resolve(dir), assets),
      evidence,
      fingerprint: print,
      roles,
      maintainedDays: setting('component.maintained_days'),
      sourcedShare: setting('provenance.coverage_share'),
    },
  };
}

function settingOf(specification: Specification, thresholds: Record<string, number>, id: string): number {
  const value = thresholds[id] ?? specification.settings.find((setting) => setting.id === id)?.default;
  if (value === undefined)
    throw new CustosError(
      'INSTALLATION',
      `The setting ${id} is missing from the standard; install Custos again.`,
    );
  return value;
}

/** @throws CustosError USAGE naming the nearest id */
export function requireComponent(id: string, { states }: OpenedComponents): ComponentState {
  const state = states.find(({ asset }) => asset.id === id || asset.name === id);
  if (state) return state;
  const ids = states.map(({ asset }) => asset.id);
  const guess = ids.find((one) => one.endsWith(`/${id}`)) ?? nearest(id, ids);
  throw new CustosError(
    'USAGE',
    `${id} is no external component here.${guess ? ` Did you mean ${guess}?` : ''} \`custos component list\` shows them.`,
  );
}

export async function readFacts(path: string | undefined): Promise<FactsFile> {
  return path === undefined ? {} : readDocument(path, FactsFile);
}

/** A YAML or JSON file of a known form. @throws CustosError USAGE naming the file and the field */
export async function readDocument<T>(path: string, schema: z.ZodType<T>): Promise<T> {
  let value: unknown;
  try {
    value = parse(await readFile(path, 'utf8'), { maxAliasCount: 50 });
  } catch (cause) {
    throw new CustosError('USAGE', `${path} can't be read as YAML or JSON. Check the path and the file.`, {
      cause,
    });
  }
  const parsed = schema.safeParse(value);
  if (!parsed.success) throw new CustosError('USAGE', `${path}: ${z.prettifyError(parsed.error)}`);
  return parsed.data;
}
