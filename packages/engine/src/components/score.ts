/** The documentation and security score of each external component, as an observation for the checks of 5.2.3. */
import type { Bom } from '@custos/bom';
import { type AssetDetails, purlOf } from '@custos/bom';
import type { Asset, Content, Digest, Evidence, Instant, Statement, Subject } from '@custos/core';
import { PRODUCT, statementOf, subject } from '../observations/new-observation.ts';
import { type Part, partsOf } from './criteria.ts';
import { evidenceOf } from './evidence.ts';
import {
  addressed,
  type ComponentFacts,
  type FactsFile,
  factsOfBoms,
  factsOfCard,
  joinFacts,
} from './facts.ts';
import { installedFacts } from './installed-packages.ts';
import { Records, type Roles } from './records.ts';

export interface ComponentScore {
  readonly asset: Asset;
  readonly parts: readonly Part[];
  /** Shares of the parts that are met, 0 to 1. */
  readonly documentation: number;
  readonly security: number;
}

export interface ScoringSources {
  readonly dir: string;
  readonly assets: readonly Asset[];
  readonly details: ReadonlyMap<string, AssetDetails>;
  readonly evidence: readonly Evidence[];
  readonly fingerprint: Digest;
  /** Suppliers' bills. */
  readonly boms: readonly Bom[];
  readonly facts: FactsFile;
  readonly now: Instant;
  readonly roles: Roles;
  /** `component.maintained_days` */
  readonly maintainedDays: number;
  /** `provenance.coverage_share` */
  readonly sourcedShare: number;
}

/** External packages, models and data sets: what 5.2.3-2 asks about. */
export function externalComponents(assets: readonly Asset[]): Asset[] {
  return assets.filter(
    (asset) => asset.origin === 'external' && ['component', 'model', 'dataset'].includes(asset.kind),
  );
}

export function scoreComponents(sources: ScoringSources): ComponentScore[] {
  const { assets, fingerprint, sourcedShare } = sources;
  const records = new Records(sources.evidence, sources.now, sources.roles);
  const known = new Set(assets.flatMap(({ id, name }) => [id, name]));
  return externalComponents(assets).map((asset) => {
    const facts: ComponentFacts = joinFacts([
      addressed(given(sources.facts, asset)),
      factsOfCard(sources.details.get(asset.id) ?? {}),
      factsOfBoms(asset, purlOf(asset), sources.boms),
      addressed(installedFacts(sources.dir, asset)),
    ]);
    const parts = partsOf({
      asset,
      facts,
      evidence: evidenceOf(asset, { records, fingerprint, known, sourcedShare }),
      now: sources.now,
      maintainedDays: sources.maintainedDays,
    });
    return { asset, parts, documentation: share(parts, 'documentation'), security: share(parts, 'security') };
  });
}

function given(file: FactsFile, asset: Asset): ComponentFacts {
  const found = Object.hasOwn(file, asset.id) ? file[asset.id] : undefined;
  return found ? Object.fromEntries(Object.entries(found).filter(([, value]) => value !== undefined)) : {};
}

function share(parts: readonly Part[], group: Part['group']): number {
  const all = parts.filter((part) => part.group === group);
  return all.length === 0 ? 0 : all.filter((part) => part.met).length / all.length;
}

/** The component by its content; where none is here, such as that of hosted models, the system that uses it. */
export function subjectFor({ id, digest }: Asset, system: Subject): Subject {
  return digest === undefined ? system : subject(id, digest);
}

/** @param system at its fingerprint */
export function scoreStatement(score: ComponentScore, system: Subject, at: Instant): Statement {
  const { asset, parts, documentation, security } = score;
  const content: Content<'component-score'> = {
    component: asset.id,
    ...(asset.version === undefined ? {} : { version: asset.version }),
    documentation,
    security,
    parts: Object.fromEntries(parts.map((part) => [part.name, part.met])),
    reasons: Object.fromEntries(parts.map((part) => [part.name, part.reason])),
  };
  return statementOf({
    type: 'component-score',
    content,
    subject: [subjectFor(asset, system)],
    producer: PRODUCT,
    observedAt: at,
  });
}
