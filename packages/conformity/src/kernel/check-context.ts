/**
 * What a check works with. A check asks for evidence and states expectations; the context keeps the reasons, the
 * observations used and how long all of it holds. A check that used no observation can't pass.
 */
import {
  type Asset,
  type AssetKind,
  DAY,
  type Digest,
  type Duty,
  type Edge,
  type Evidence,
  hexOf,
  type Instant,
  millis,
  type Outcome,
  type PredicateName,
  predicateName,
  type Reason,
  type Role,
  type Setting,
  type SystemDeclaration,
  type Verdict,
  worst,
} from '@custos/core';
import type { EvidenceIndex, Found } from './evidence-index.ts';
import { beginOf, daysLate, RECORDING_DAYS } from './recording.ts';

const UNIT: Record<'days' | 'hours' | 'minutes', number> = {
  days: DAY,
  hours: DAY / 24,
  minutes: DAY / 1440,
};

/** What holds for the whole evaluation. */
export interface Facts {
  readonly index: EvidenceIndex;
  readonly now: Instant;
  readonly system: SystemDeclaration;
  readonly fingerprint: Digest | undefined;
  /** What was found, without what is dismissed. */
  readonly inventory: { readonly assets: readonly Asset[]; readonly edges: readonly Edge[] };
  /** Found, and decided by somebody responsible to be no part of an AI system. */
  readonly dismissed: readonly Dismissed[];
  readonly settings: ReadonlyMap<string, Setting>;
}

export interface Dismissed {
  readonly asset: Asset;
  readonly decision: Found<'asset-decision'>;
}

/** Interval of a setting in milliseconds; undefined where the catalogue has no such interval. */
export function intervalOf(facts: Facts, id: string): number | undefined {
  const setting = facts.settings.get(id);
  if (setting?.unit !== 'days' && setting?.unit !== 'hours' && setting?.unit !== 'minutes') return undefined;
  return (facts.system.thresholds[id] ?? setting.default) * UNIT[setting.unit];
}

/** The actor of evidence speaks in one of the roles and holds it by the declaration. */
export function speaksAs(system: SystemDeclaration, evidence: Evidence, roles: readonly Role[]): boolean {
  const { actor } = evidence.statement.predicate;
  return actor !== undefined && roles.includes(actor.role) && holdsRole(system, actor.id, [actor.role]);
}

function holdsRole(system: SystemDeclaration, person: string, roles: readonly Role[]): boolean {
  const register: Partial<Record<Role, readonly string[]>> = system.roles;
  return roles.some((role) => register[role]?.includes(person) ?? false);
}

/** Its own end has passed. */
export function hasEnded({ statement }: Evidence, now: number): boolean {
  const { validUntil } = statement.predicate;
  return validUntil !== undefined && millis(validUntil) < now;
}

export interface Query<N extends PredicateName> {
  /** Selects by identity (which policy, which asset), never by result: the newest decides, good or bad. */
  where?: (content: Found<N>['content'], found: Found<N>) => boolean;
  /** Roles that may say this; the actor must hold one by the declaration. */
  from?: readonly Role[];
  /** Setting (days, hours or minutes) that says how old it may be. */
  maxAge?: string;
  /** Digest that a subject must have: the very thing that is in use. */
  subject?: Digest | undefined;
  /** What this is, for messages: "a threat model". */
  what: string;
  /** The exact next step when it is missing. */
  step: string;
}

export interface Known<N extends PredicateName> {
  where?: Query<N>['where'];
  from?: readonly Role[];
  /** Only the newest of each key. */
  key?: (content: Found<N>['content']) => string;
}

export class CheckContext {
  readonly duty: Duty;
  readonly #facts: Facts;
  readonly #wants: ReadonlySet<PredicateName>;
  readonly #reasons: { verdict: Verdict; reason: Reason }[] = [];
  readonly #used = new Set<Digest>();
  /** Used evidence that came into the ledger long after it was observed. */
  readonly #late = new Map<Digest, Evidence>();
  #until = Number.POSITIVE_INFINITY;

  constructor(facts: Facts, duty: Duty, wants: ReadonlySet<PredicateName>) {
    this.#facts = facts;
    this.duty = duty;
    this.#wants = wants;
  }

  get system(): SystemDeclaration {
    return this.#facts.system;
  }
  get fingerprint(): Digest | undefined {
    return this.#facts.fingerprint;
  }
  get now(): number {
    return millis(this.#facts.now);
  }

  /** Assets of the scan, all or of some kinds. */
  assets(...kinds: AssetKind[]): readonly Asset[] {
    this.#want('scan-result');
    const assets = this.#facts.inventory.assets;
    return kinds.length === 0 ? assets : assets.filter((asset) => kinds.includes(asset.kind));
  }

  /** Assets that somebody responsible decided to be no part of an AI system, with the decision. */
  dismissed(): readonly Dismissed[] {
    this.#want('asset-decision');
    return this.#facts.dismissed;
  }

  edges(): readonly Edge[] {
    this.#want('scan-result');
    return this.#facts.inventory.edges;
  }

  /** Value of an organisation's setting; shares and counts as they are, intervals in the setting's unit. */
  setting(id: string): number {
    const setting = this.#facts.settings.get(id);
    if (!setting) throw new Error(`setting ${id} is not in the catalogue`);
    return this.#facts.system.thresholds[id] ?? setting.default;
  }

  /** Interval of a setting in milliseconds. */
  interval(id: string): number {
    const interval = intervalOf(this.#facts, id);
    if (interval === undefined) throw new Error(`setting ${id} is no interval`);
    return interval;
  }

  /** The newest reliable, fresh evidence; undefined and an `inconclusive` reason when there is none. */
  newest<N extends PredicateName>(name: N, query: Query<N>): Found<N> | undefined {
    const candidates = this.#candidates(name, query);
    const found = candidates[0];
    if (!found || !this.#fresh(found, name, query)) return undefined;
    this.use(found);
    if (query.maxAge) this.holdsUntil(millis(found.observedAt) + this.interval(query.maxAge));
    return found;
  }

  /**
   * All reliable, fresh evidence, newest first; an `inconclusive` reason when there is none. Use with a key when several
   * speak of the same thing: only the newest of each key is returned, so an old pass never hides a new fail.
   */
  every<N extends PredicateName>(
    name: N,
    query: Query<N>,
    key?: (content: Found<N>['content']) => string,
  ): Found<N>[] {
    const candidates = newestOfEach(this.#candidates(name, query), key);
    if (candidates.length === 0) return [];
    const fresh = candidates.filter((found) => this.#staleness(found, query) === undefined);
    if (fresh.length === 0 && candidates[0]) this.#fresh(candidates[0], name, query);
    for (const found of fresh) {
      this.use(found);
      if (query.maxAge) this.holdsUntil(millis(found.observedAt) + this.interval(query.maxAge));
    }
    return fresh;
  }

  /**
   * Reliable evidence in force whose absence is no reason in itself (incidents, threats); newest first. Not aged, and not
   * marked as used. Where the newest of a key has ended, a `STALE` reason stays: nothing older takes its place.
   */
  known<N extends PredicateName>(name: N, options: Known<N> = {}): Found<N>[] {
    const all = this.past(name, options);
    const ended = all.filter(({ evidence }) => hasEnded(evidence, this.now));
    if (options.key && ended.length > 0)
      this.unclear(
        'STALE',
        `${name} that ended, with nothing newer in its place: ${list(
          ended.map((found) => `of ${found.observedAt} on ${found.evidence.statement.predicate.validUntil}`),
        )}. Next: record it again, or retract what no longer holds.`,
      );
    const inForce = all.filter(({ evidence }) => !hasEnded(evidence, this.now));
    for (const { evidence } of inForce) {
      const until = evidence.statement.predicate.validUntil;
      if (until) this.holdsUntil(millis(until));
    }
    return inForce;
  }

  /** The newest of what is known; undefined when there is none, and with a `STALE` reason when it has ended. */
  latest<N extends PredicateName>(name: N, options: Omit<Known<N>, 'key'> = {}): Found<N> | undefined {
    return this.known(name, { ...options, key: () => '' })[0];
  }

  /**
   * As `known`, with what has ended since: for what happened, and for what held at a time gone by. A check that takes
   * anything for good on its word must use it, so that its end shows.
   */
  past<N extends PredicateName>(name: N, options: Known<N> = {}): Found<N>[] {
    this.#want(name);
    const { where, from, key } = options;
    const reliable = this.#facts.index
      .all(name)
      .filter(
        (found) =>
          found.unreliable === undefined &&
          this.#begun(found) &&
          (!where || where(found.content, found)) &&
          (!from || this.holds(found, from)),
      );
    return newestOfEach(reliable, key);
  }

  /** A person's judgement that this duty is met adequately, by somebody with one of the roles (default: the duty's). */
  adequacy(from: readonly Role[] = this.duty.roles): Found<'adequacy-attestation'> | undefined {
    return this.newest('adequacy-attestation', {
      where: (content) => content.duty === this.duty.id,
      from,
      maxAge: 'documentation.review_days',
      what: `a statement of adequacy for ${this.duty.id}`,
      step: `\`custos attest ${this.duty.id}\` as ${from.join(' or ')}`,
    });
  }

  /** Names an observation as one that the verdict rests on. */
  use(found: { id: Digest; evidence: Found<PredicateName>['evidence'] }): void {
    this.#used.add(found.id);
    if (
      daysLate(found.evidence) >
      (this.#facts.settings.has(RECORDING_DAYS) ? this.setting(RECORDING_DAYS) : Number.POSITIVE_INFINITY)
    )
      this.#late.set(found.id, found.evidence);
    const until = found.evidence.statement.predicate.validUntil;
    if (until) this.holdsUntil(millis(until));
  }

  /** The verdict lapses then at the latest. Milliseconds since the epoch. */
  holdsUntil(at: number): void {
    this.#until = Math.min(this.#until, at);
  }

  /** Something is shown to be wrong. The message says what; reports tell it from what is missing by having no `Next:`. */
  fail(code: string, message: string): void {
    this.#reasons.push({ verdict: 'fail', reason: { code, message } });
  }

  /** It can't be decided. The message ends with `Next: <the exact step>.` */
  unclear(code: string, message: string): void {
    if (this.#reasons.some(({ reason }) => reason.code === code && reason.message === message)) return;
    this.#reasons.push({ verdict: 'inconclusive', reason: { code, message } });
  }

  /** Fails unless the condition holds. Returns the condition. */
  expect(condition: boolean, code: string, message: string): boolean {
    if (!condition) this.fail(code, message);
    return condition;
  }

  /** Fails when the list is not empty, naming up to five entries. */
  none(offenders: readonly string[], code: string, message: string): boolean {
    return this.expect(offenders.length === 0, code, `${message}: ${list(offenders)}`);
  }

  /** True while a time is not older than an interval, and not in the future; the verdict then lapses when it is older. */
  recent(at: Instant, settingId: string): boolean {
    const end = millis(at) + this.interval(settingId);
    if (end < this.now || millis(at) > this.now) return false;
    this.holdsUntil(end);
    return true;
  }

  /** The actor of evidence holds the role by the declaration. */
  holds(found: { evidence: Found<PredicateName>['evidence'] }, roles: readonly Role[]): boolean {
    return speaksAs(this.system, found.evidence, roles);
  }

  /** The person holds one of the roles by the declaration. */
  holder(person: string, roles: readonly Role[]): boolean {
    return holdsRole(this.system, person, roles);
  }

  outcome(): Outcome {
    if (this.#reasons.length === 0 && this.#until < this.now)
      this.unclear(
        'STALE',
        `What it rests on ended on ${new Date(this.#until).toISOString()}. Next: renew it.`,
      );
    const verdict =
      this.#reasons.length > 0
        ? worst(this.#reasons.map((entry) => entry.verdict))
        : this.#used.size > 0
          ? 'pass'
          : 'inconclusive';
    // What is shown to be wrong comes before what is missing.
    const reasons = [
      ...this.#reasons.filter((entry) => entry.verdict === 'fail'),
      ...this.#reasons.filter((entry) => entry.verdict !== 'fail'),
    ].map((entry) => entry.reason);
    if (reasons.length === 0)
      reasons.push(
        verdict === 'pass'
          ? {
              code: 'EVIDENCE_HOLDS',
              message: `${this.#used.size} observation${this.#used.size === 1 ? '' : 's'} show it.`,
            }
          : { code: 'NO_EVIDENCE', message: 'Nothing recorded speaks to this duty.' },
      );
    if (verdict === 'pass' && this.#late.size > 0) reasons.push(afterwards([...this.#late.values()]));
    const observations = [...this.#used].sort();
    return Number.isFinite(this.#until)
      ? { verdict, reasons, observations, validUntil: new Date(this.#until).toISOString() }
      : { verdict, reasons, observations };
  }

  #want(name: PredicateName): void {
    if (!this.#wants.has(name))
      throw new Error(`${this.duty.id} reads ${name} but does not declare that it wants it`);
  }

  #begun(found: Found<PredicateName>): boolean {
    return beginOf(found.evidence) <= this.now;
  }

  #candidates<N extends PredicateName>(name: N, query: Query<N>): Found<N>[] {
    this.#want(name);
    let pool = this.#facts.index
      .all(name)
      .filter((found) => found.unreliable !== undefined || !query.where || query.where(found.content, found));
    if (pool.length === 0)
      return this.#missing('MISSING', `There is no ${bare(query.what)}. Next: ${query.step}.`);
    const narrow = (
      keep: (found: Found<N>) => boolean,
      code: string,
      message: (found: Found<N>) => string,
    ): boolean => {
      const kept = pool.filter(keep);
      const first = pool[0];
      if (kept.length === 0 && first) {
        this.unclear(code, message(first));
        return false;
      }
      pool = kept;
      return true;
    };
    const ok =
      narrow(
        (f) => f.unreliable === undefined,
        'UNVERIFIED',
        (f) => `${cap(query.what)} can't be relied on: ${f.unreliable}. Next: ${query.step}.`,
      ) &&
      narrow(
        (f) => this.#begun(f),
        'FUTURE',
        (f) =>
          millis(f.observedAt) <= this.now && f.evidence.recordedAt !== undefined
            ? `${cap(query.what)} was recorded on ${f.evidence.recordedAt}, after the time of this assessment. Next: assess for a later time, or set the clock right.`
            : `${cap(query.what)} is dated ${f.observedAt}, in the future. Next: check the producer's clock.`,
      ) &&
      narrow(
        (f) => !query.from || this.holds(f, query.from),
        'WRONG_ROLE',
        (f) => this.#wrongRole(f, query),
      ) &&
      narrow(
        (f) => !('subject' in query) || hasSubject(f, query.subject),
        'WRONG_SUBJECT',
        () =>
          `${cap(query.what)} exists for another version, not for ${query.subject ?? 'the version in use'}. Next: ${query.step}.`,
      );
    return ok ? pool : [];
  }

  #missing(code: string, message: string): [] {
    this.unclear(code, message);
    return [];
  }

  #wrongRole<N extends PredicateName>(found: Found<N>, query: Query<N>): string {
    const actor = found.evidence.statement.predicate.actor;
    const who = actor ? `${actor.id} as ${actor.role}` : 'nobody by name';
    return `${cap(query.what)} comes from ${who}; it must come from ${query.from?.join(' or ')} named in custos.yaml (roles). Next: ${query.step}.`;
  }

  #staleness<N extends PredicateName>(found: Found<N>, query: Query<N>): string | undefined {
    if (hasEnded(found.evidence, this.now))
      return `ended on ${found.evidence.statement.predicate.validUntil}`;
    if (query.maxAge && millis(found.observedAt) + this.interval(query.maxAge) < this.now)
      return `is from ${found.observedAt}, older than ${query.maxAge} allows (${this.setting(query.maxAge)})`;
    return undefined;
  }

  #fresh<N extends PredicateName>(found: Found<N>, _name: N, query: Query<N>): boolean {
    const stale = this.#staleness(found, query);
    if (stale) this.unclear('STALE', `${cap(query.what)} ${stale}. Next: ${query.step}.`);
    return stale === undefined;
  }
}

function hasSubject(found: Found<PredicateName>, digest: Digest | undefined): boolean {
  return (
    digest !== undefined &&
    found.evidence.statement.subject.some((subject) => subject.digest.sha256 === hexOf(digest))
  );
}

function newestOfEach<N extends PredicateName>(
  found: Found<N>[],
  key?: (content: Found<N>['content']) => string,
): Found<N>[] {
  if (!key) return found;
  const seen = new Set<string>();
  return found.filter((item) => {
    const k = key(item.content);
    if (seen.has(k)) return false;
    seen.add(k);
    return true;
  });
}

/** Says of evidence which a pass rests on that it was recorded long after. */
function afterwards(late: readonly Evidence[]): Reason {
  const names = late.map((item) => {
    const type = predicateName(item.statement.predicateType) ?? item.statement.predicateType;
    return `${type} of ${item.statement.predicate.observedAt} (${daysLate(item)} days)`;
  });
  return {
    code: 'RECORDED_AFTERWARDS',
    message: `Recorded long after it was observed, by its own word: ${list(names.sort())}.`,
  };
}

/** Up to five names, then how many more. */
export function list(names: readonly string[]): string {
  const shown = names.slice(0, 5).join(', ');
  return names.length > 5 ? `${shown} and ${names.length - 5} more` : shown;
}

function cap(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function bare(text: string): string {
  return text.replace(/^(a|an|the) /, '');
}
