/**
 * Evidence sorted for evaluation: by type, newest first, withdrawn ones left out, each content parsed once and only when
 * a check asks for its type. Order never depends on the order of input, so evaluation is replayable.
 */
import {
  type Content,
  type Digest,
  digestFromHex,
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
  type SystemDeclaration,
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

/** People withdraw what they said themselves; an independent auditor withdraws anything. Nobody else withdraws a measurement. */
function mayRetract(retraction: Evidence, target: Evidence, auditors: readonly string[]): boolean {
  const by = retraction.statement.predicate.actor;
  if (by === undefined) return false;
  return (
    target.statement.predicate.actor?.id === by.id || (by.role === 'auditor' && auditors.includes(by.id))
  );
}

/** Declared auditors who hold no other role: whoever does would withdraw what speaks against their own work. */
function independentAuditors(declared: SystemDeclaration | undefined): string[] {
  if (declared === undefined) return [];
  const { auditor, ...others } = declared.roles;
  const busy = new Set(Object.values(others).flatMap((people) => people.map((one) => one.toLowerCase())));
  return auditor.filter((person) => !busy.has(person.toLowerCase()));
}

export class EvidenceIndex {
  readonly #raw = new Map<PredicateName, Evidence[]>();
  readonly #parsed = new Map<PredicateName, Found<PredicateName>[]>();
  readonly #retracted = new Set<Digest>();
  readonly #byId = new Map<Digest, Evidence>();
  readonly #now: Instant | undefined;
  #roles: Partial<SystemDeclaration['roles']> = {};
  /** The declaration asks that measurements are signed by the tool that they name. */
  #signedOnly = false;
  readonly size: number;

  /** @param now declarations and retractions that begin to count later do not count; without it all do */
  constructor(evidence: Iterable<Evidence>, now?: Instant) {
    const counts = (found: Found<PredicateName>) =>
      found.unreliable === undefined && (now === undefined || beginOf(found.evidence) <= millis(now));
    this.#now = now;
    const byId = this.#byId;
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
    const auditors = independentAuditors(declared);
    for (const retraction of this.all('retraction')) {
      const target = byId.get(retraction.content.of);
      if (target && counts(retraction) && mayRetract(retraction.evidence, target, auditors))
        this.#retracted.add(target.id);
    }
    this.#signedOnly = declared?.producers === 'signed';
    this.#roles = declared?.roles ?? {};
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
      if (name === 'approval') list = this.#judged(list as Found<'approval'>[]);
      if (name === 'data-use-decision') list = this.#guarded(list as Found<'data-use-decision'>[]);
      this.#parsed.set(name, list);
    }
    return list as Found<N>[];
  }

  /** Approvals that decide nothing, told so: of one's own work, and those that a request's others have not joined yet. */
  #judged(approvals: readonly Found<'approval'>[]): Found<'approval'>[] {
    const own = approvals.map((found) => ({
      ...found,
      unreliable: found.unreliable ?? this.#ownWork(found) ?? this.#approvedInConflict(found),
    }));
    const people = this.#peoplePerRequest(own);
    const withdrawn = (this.#raw.get('approval') ?? [])
      .filter(({ id }) => this.#retracted.has(id))
      .map((item) => parse('approval', item, this.#signedOnly) as Found<'approval'>);
    const needed = new Map<string, number>();
    for (const found of [...own, ...withdrawn]) {
      const { request, decision } = found.content;
      if (request === undefined || decision !== 'approved') continue;
      const key = requestKey(found);
      needed.set(key, Math.max(needed.get(key) ?? 1, request.needed ?? request.outstanding + 1));
    }
    return own.map((found) => ({
      ...found,
      unreliable: found.unreliable ?? incomplete(found, needed, people),
    }));
  }

  /** Who approved the very same thing on the same request, in a role that they hold, and did not withdraw it. */
  #peoplePerRequest(approvals: readonly Found<'approval'>[]): ReadonlyMap<string, ReadonlySet<string>> {
    const people = new Map<string, Set<string>>();
    for (const found of approvals) {
      const { content, evidence, unreliable } = found;
      const { actor } = evidence.statement.predicate;
      const begun = this.#now === undefined || beginOf(evidence) <= millis(this.#now);
      if (content.decision !== 'approved' || content.request === undefined) continue;
      if (unreliable !== undefined || !begun || actor === undefined || !this.#speaksInRole(evidence))
        continue;
      const key = requestKey(found);
      people.set(key, (people.get(key) ?? new Set<string>()).add(actor.id.toLowerCase()));
    }
    return people;
  }

  /** By the declaration in force. */
  #speaksInRole({ statement }: Evidence): boolean {
    const { actor } = statement.predicate;
    const roles: Partial<Record<string, readonly string[]>> = this.#roles;
    return actor !== undefined && (roles[actor.role]?.includes(actor.id) ?? false);
  }

  /** Nobody approves what they said themselves. Their own rejection counts: it withdraws. */
  #ownWork({ content, evidence }: Found<'approval'>): string | undefined {
    const by = evidence.statement.predicate.actor?.id.toLowerCase();
    if (content.decision !== 'approved' || by === undefined) return undefined;
    const own = this.#approved(content, evidence).find(({ authors }) => authors.includes(by));
    return (
      own &&
      `${by} approved what they said themselves (${own.what}); somebody else who holds a role for it has to approve it`
    );
  }

  /** Uses of data that were let through by somebody who may not. A refusal counts from any custodian. */
  #guarded(decisions: readonly Found<'data-use-decision'>[]): Found<'data-use-decision'>[] {
    return decisions.map((found) =>
      found.content.decision === 'refused'
        ? found
        : { ...found, unreliable: found.unreliable ?? this.#conflict(found.evidence) },
    );
  }

  /** The Data Custodian guards the data from those who build with it. */
  #conflict({ statement }: Evidence): string | undefined {
    const { actor } = statement.predicate;
    if (actor?.role !== 'data_custodian' || !this.#roles.developer?.includes(actor.id)) return undefined;
    return `${actor.id} is a Developer of this system and decided as its Data Custodian; another Data Custodian has to decide`;
  }

  #approvedInConflict({ content, evidence }: Found<'approval'>): string | undefined {
    return content.decision === 'approved' ? this.#conflict(evidence) : undefined;
  }

  /** What an approval is about, as far as it is recorded, and who said it. */
  #approved(
    { of, target }: Content<'approval'>,
    { statement }: Evidence,
  ): { what: string; authors: string[] }[] {
    const digests = new Set(statement.subject.map(({ digest }) => digest.sha256));
    const named = [...digests].flatMap((hex) => {
      const item = hex === undefined ? undefined : this.#byId.get(digestFromHex(hex));
      return item ? [authored(item)] : [];
    });
    if (of === 'plan')
      for (const { evidence } of this.all('plan'))
        if (digests.has(evidence.statement.subject[0]?.digest.sha256)) named.push(authored(evidence));
    if (of === 'transfer' || of === 'disposal')
      for (const { content, evidence, unreliable } of this.all('lifecycle-event')) {
        if (content.id !== target) continue;
        // Else anybody could make it somebody's own work, and so take their word from them.
        const believed =
          unreliable === undefined && (this.#speaksInRole(evidence) || measuredByCustos(evidence));
        named.push(authored(evidence, ...(believed ? [content.by] : [])));
      }
    return named;
  }
}

function authored({ id, statement }: Evidence, ...more: string[]): { what: string; authors: string[] } {
  const { actor } = statement.predicate;
  return {
    what: `${predicateName(statement.predicateType) ?? statement.predicateType} ${id}`,
    authors: [...(actor ? [actor.id] : []), ...more].map((person) => person.toLowerCase()),
  };
}

function measuredByCustos({ statement }: Evidence): boolean {
  return statement.predicate.producer.name === OWN_PRODUCER;
}

/** Approvals that were given on one request for exactly the same thing. */
function requestKey({ content, evidence }: Found<'approval'>): string {
  const subjects = evidence.statement.subject.map(({ digest }) => JSON.stringify(digest)).sort();
  return JSON.stringify([content.request?.id, content.of, content.target, subjects]);
}

function incomplete(
  found: Found<'approval'>,
  neededPerRequest: ReadonlyMap<string, number>,
  people: ReadonlyMap<string, ReadonlySet<string>>,
): string | undefined {
  const { request, decision } = found.content;
  if (decision !== 'approved' || request === undefined) return undefined;
  const needed = neededPerRequest.get(requestKey(found)) ?? 1;
  const stand = people.get(requestKey(found))?.size ?? 0;
  // One word that is enough by itself: whether it came in a role that is held is for the check to say.
  if (needed === 1 || stand >= needed) return undefined;
  return `request ${request.id} waited for ${needed - stand} more: approvals of it by ${stand} of ${needed} people stand`;
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
