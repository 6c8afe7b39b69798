/**
 * Evidence sorted for evaluation: by type, newest first, withdrawn ones left out, each content parsed once and only when
 * a check asks for its type. Order never depends on the order of input, so evaluation is replayable.
 */
import {
  type Content,
  type Digest,
  type Evidence,
  type Instant,
  imitatesOwnProducer,
  isOwnProducer,
  MANUAL_PRODUCER,
  MEASURED,
  millis,
  ONLY_BY_CUSTOS,
  OWN_PRODUCER,
  type PredicateName,
  parseContent,
  predicateName,
} from '@custos/core';
import { beginOf } from './recording.ts';

/** One piece of evidence with typed content. */
export interface Found<N extends PredicateName> {
  readonly id: Digest;
  readonly content: Content<N>;
  readonly evidence: Evidence;
  readonly observedAt: Instant;
  /** Why this evidence can't be relied on; undefined when it can. */
  readonly unreliable: string | undefined;
}

/** People withdraw what they said themselves; a declared auditor withdraws anything. Nobody else withdraws a measurement. */
function mayRetract(retraction: Evidence, target: Evidence, auditors: readonly string[]): boolean {
  const by = retraction.statement.predicate.actor;
  if (by === undefined) return false;
  return (
    target.statement.predicate.actor?.id === by.id || (by.role === 'auditor' && auditors.includes(by.id))
  );
}

export class EvidenceIndex {
  readonly #raw = new Map<PredicateName, Evidence[]>();
  readonly #parsed = new Map<PredicateName, Found<PredicateName>[]>();
  readonly #retracted = new Set<Digest>();
  /** The declaration asks that measurements are signed by the tool that they name. */
  #signedOnly = false;
  readonly size: number;

  /** @param now declarations and retractions that begin to count later do not count; without it all do */
  constructor(evidence: Iterable<Evidence>, now?: Instant) {
    const counts = (found: Found<PredicateName>) =>
      found.unreliable === undefined && (now === undefined || beginOf(found.evidence) <= millis(now));
    const byId = new Map<Digest, Evidence>();
    for (const item of evidence) byId.set(item.id, item);
    for (const item of byId.values()) {
      const name = predicateName(item.statement.predicateType);
      if (name === undefined) continue;
      const list = this.#raw.get(name);
      if (list) list.push(item);
      else this.#raw.set(name, [item]);
    }
    for (const list of this.#raw.values()) list.sort(newestFirst);
    this.size = byId.size;
    const declared = this.all('system-declaration').find(counts)?.content;
    const auditors = declared?.roles.auditor ?? [];
    for (const retraction of this.all('retraction')) {
      const target = byId.get(retraction.content.of);
      if (target && counts(retraction) && mayRetract(retraction.evidence, target, auditors))
        this.#retracted.add(target.id);
    }
    this.#signedOnly = declared?.producers === 'signed';
    this.#parsed.clear();
  }

  /** Types of which evidence begins to count after `from` and until `until` (both in ms since the epoch). */
  beginning(from: number, until: number): Set<PredicateName> {
    const names = new Set<PredicateName>();
    for (const [name, list] of this.#raw) if (list.some((item) => within(item, from, until))) names.add(name);
    return names;
  }

  /** All evidence of a type, newest first. */
  all<N extends PredicateName>(name: N): readonly Found<N>[] {
    let list = this.#parsed.get(name);
    if (!list) {
      list = (this.#raw.get(name) ?? [])
        .filter((item) => !this.#retracted.has(item.id))
        .map((item) => parse(name, item, this.#signedOnly));
      this.#parsed.set(name, list);
    }
    return list as Found<N>[];
  }
}

function within(item: Evidence, from: number, until: number): boolean {
  const begins = beginOf(item);
  return begins > from && begins <= until;
}

function newestFirst(a: Evidence, b: Evidence): number {
  const byTime = millis(b.statement.predicate.observedAt) - millis(a.statement.predicate.observedAt);
  if (byTime !== 0) return byTime;
  return a.id < b.id ? -1 : a.id > b.id ? 1 : 0;
}

function parse<N extends PredicateName>(
  name: N,
  evidence: Evidence,
  signedOnly: boolean,
): Found<PredicateName> {
  const body = evidence.statement.predicate;
  const base = { id: evidence.id, evidence, observedAt: body.observedAt };
  try {
    const content = parseContent(name, body.content);
    return { ...base, content, unreliable: unreliability(name, evidence, signedOnly) };
  } catch (error) {
    const why = error instanceof Error ? error.message : 'its content does not fit its type';
    return { ...base, content: {} as Content<N>, unreliable: why };
  }
}

function unreliability(name: PredicateName, evidence: Evidence, signedOnly: boolean): string | undefined {
  if (!evidence.authenticity.verified) return evidence.authenticity.why;
  const producer = evidence.statement.predicate.producer.name;
  if (ONLY_BY_CUSTOS.has(name) && producer !== OWN_PRODUCER)
    return `${name} is what Custos reads itself; the word of ${JSON.stringify(producer)} for it decides nothing`;
  if (imitatesOwnProducer(producer))
    return `it names ${JSON.stringify(producer)} as its producer, which looks like Custos and is not`;
  if (
    signedOnly &&
    MEASURED.has(name) &&
    !isOwnProducer(producer) &&
    evidence.authenticity.producer !== producer
  )
    return `it names ${producer} as the tool that measured it, without a signature of ${producer}, which custos.yaml asks for (producers: signed); register the tool with \`custos keys add-producer\` and record with --producer-key`;
  if (MEASURED.has(name) && producer === MANUAL_PRODUCER)
    return `${name} must come from the tool that measured it, not from a person's entry`;
  return undefined;
}
