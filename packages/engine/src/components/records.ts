/** Recorded evidence at one time: the newest of a kind that counts, or why the newest one does not. */
import { beginOf, EvidenceIndex, type Found, sameComponent } from '@custos/conformity';
import {
  type Asset,
  DAY,
  type Digest,
  type Evidence,
  hexOf,
  type Instant,
  millis,
  type PredicateName,
  type Role,
} from '@custos/core';
import { day } from '../report/text.ts';

/** Who may speak in which role, as `custos.yaml` says. */
export type Roles = Partial<Record<Role, readonly string[]>>;

/** What speaks against a record, as the end of a sentence about it; undefined when nothing does. */
type Objection<N extends PredicateName> = (found: Found<N>) => string | undefined;

export interface RecordQuery<N extends PredicateName> {
  /** The `component` that the content names; of types whose content names none, left out. */
  readonly component?: string;
  readonly about?: (found: Found<N>) => boolean;
  /** Records of something else are passed over; an older one may be of it. */
  readonly otherThan?: Objection<N>;
  /** Roles that may say it. */
  readonly from?: readonly Role[];
  /** How many days it counts. */
  readonly days?: number;
  /** Asked of the newest only: what it says decides, good or bad. */
  readonly against?: Objection<N>;
}

/** Either the record that counts, or why none does; neither where there is none. */
export interface Answer<N extends PredicateName> {
  readonly found?: Found<N>;
  /** @example 'that of 2026-05-01 ended on 2026-05-30' */
  readonly why?: string;
}

export class Records {
  readonly #now: Instant;
  readonly #roles: Roles;
  readonly #standing: EvidenceIndex;
  /** With what was withdrawn. */
  readonly #all: EvidenceIndex;
  readonly #parsed = new Map<PredicateName, ReadonlyMap<string, readonly Found<PredicateName>[]>>();
  readonly #ids = new Map<PredicateName, ReadonlySet<Digest>>();

  constructor(evidence: readonly Evidence[], now: Instant, roles: Roles) {
    this.#now = now;
    this.#roles = roles;
    this.#standing = new EvidenceIndex(evidence);
    const retractions = new Set(this.#standing.all('retraction').map(({ id }) => id));
    this.#all = new EvidenceIndex(evidence.filter(({ id }) => !retractions.has(id)));
  }

  newest<N extends PredicateName>(name: N, query: RecordQuery<N>): Answer<N> {
    const { component = '', about, otherThan, from, days, against } = query;
    let pool = [...(this.#allOf(name).get(component) ?? [])].filter((found) => about?.(found) ?? true);
    const objections: Objection<N>[] = [
      (found) => (this.#stands(found, name) ? undefined : 'was withdrawn'),
      ({ unreliable }) => (unreliable === undefined ? undefined : `can't be relied on: ${unreliable}`),
      ({ evidence }) => (beginOf(evidence) <= millis(this.#now) ? undefined : 'is of the future'),
      (found) => (from === undefined ? undefined : this.#notFrom(found, from)),
      (found) => otherThan?.(found),
    ];
    for (const objection of objections) {
      const newest = pool[0];
      if (newest === undefined) return {};
      pool = pool.filter((found) => objection(found) === undefined);
      if (pool.length === 0) return { why: sentence(newest, objection(newest)) };
    }
    const found = pool[0];
    if (found === undefined) return {};
    const problem = this.#ended(found, days) ?? against?.(found);
    return problem === undefined ? { found } : { why: sentence(found, problem) };
  }

  /** All of a type whose content fits it, by the component that they name. */
  #allOf<N extends PredicateName>(name: N): ReadonlyMap<string, readonly Found<N>[]> {
    const known = this.#parsed.get(name) ?? byComponent(this.#all.all(name));
    this.#parsed.set(name, known);
    return known as ReadonlyMap<string, readonly Found<N>[]>;
  }

  #stands({ id }: Found<PredicateName>, name: PredicateName): boolean {
    const ids = this.#ids.get(name) ?? new Set(this.#standing.all(name).map((found) => found.id));
    this.#ids.set(name, ids);
    return ids.has(id);
  }

  #notFrom({ evidence }: Found<PredicateName>, from: readonly Role[]): string | undefined {
    const { actor } = evidence.statement.predicate;
    if (actor === undefined) return 'is by nobody by name';
    const who = `is by ${actor.id} as ${actor.role}`;
    if (!from.includes(actor.role)) return `${who}, who may not say it`;
    return this.#roles[actor.role]?.includes(actor.id)
      ? undefined
      : `${who}, whom custos.yaml does not name so`;
  }

  #ended({ evidence, observedAt }: Found<PredicateName>, days: number | undefined): string | undefined {
    const { validUntil } = evidence.statement.predicate;
    const now = millis(this.#now);
    if (validUntil !== undefined && millis(validUntil) < now) return `ended on ${day(validUntil)}`;
    return days !== undefined && millis(observedAt) + days * DAY < now
      ? `is older than ${days} days`
      : undefined;
  }
}

/** The record names the digest among its subjects. */
export function isOf({ evidence }: Found<PredicateName>, digest: Digest | undefined): boolean {
  return (
    digest !== undefined &&
    evidence.statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest))
  );
}

/** Why a record on a component is not of the version in use. */
export function otherComponent(asset: Asset) {
  return ({ content, evidence }: OfComponent): string | undefined => {
    const { version } = content;
    const same = sameComponent(asset, { version, subjects: evidence.statement.subject });
    if (same === 'same') return undefined;
    if (same === 'unknown') return 'does not say of which version it is';
    return asset.digest === undefined ? `is of version ${version}` : 'is of other content';
  };
}

interface OfComponent {
  readonly content: { readonly version?: string | undefined };
  readonly evidence: Evidence;
}

/** Newest first, as they came. Content that does not fit its type is empty, and left out. */
function byComponent<N extends PredicateName>(all: readonly Found<N>[]): Map<string, Found<N>[]> {
  const groups = new Map<string, Found<N>[]>();
  for (const found of all) {
    if (Object.keys(found.content).length === 0) continue;
    const { content } = found;
    const component = 'component' in content ? content.component : '';
    const group = groups.get(component);
    if (group === undefined) groups.set(component, [found]);
    else group.push(found);
  }
  return groups;
}

function sentence({ observedAt }: Found<PredicateName>, problem: string | undefined): string {
  return `that of ${day(observedAt)} ${problem ?? ''}`;
}
