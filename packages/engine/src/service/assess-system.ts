/**
 * Conformity of one system, as of now, over its evidence in the service. An assessment that still stands is given again;
 * a new one is kept with what changed against the one before, and its digest goes into the ledger, so that nobody can say
 * later that something else was shown. Every past one can be computed again from the ledger.
 */
import { assess } from '@custos/conformity';
import {
  type Assessment,
  CustosError,
  DAY,
  type Digest,
  type Instant,
  isDigest,
  millis,
  Specification,
} from '@custos/core';
import {
  type AssessmentRow,
  type Control,
  currentAssessment,
  emit,
  type FailingDuty,
  findAssessment,
  findSpecification,
  insertAssessment,
  keepSpecification,
  type ServiceLedger,
  type VerdictChange,
} from '@custos/store';
import { canonicalize, sha256 } from '@custos/trust';
import { PRODUCT } from '../observations/new-observation.ts';
import type { ProducerRegister } from '../observations/producers.ts';
import type { ServiceContext, SystemRef } from './context.ts';
import { declarationToRecord } from './declare-system.ts';
import { EvidenceCache, pastEvidence, type SystemEvidence, systemEvidence } from './system-evidence.ts';

/** A verdict that is no pass can change as old events leave the look-back. */
const STANDS_FOR = DAY / 24;
const ASSESSED = 'system.assessed';

export interface SystemAssessment {
  readonly sequence: number;
  readonly digest: Digest;
  readonly assessment: Assessment;
}

export class SystemAssessor {
  readonly #context: ServiceContext;
  readonly #cache: EvidenceCache;
  readonly #underWay = new Map<string, Promise<SystemAssessment>>();
  /** Once by each process, so that a database that is older than the table gets it too. */
  #keptSpecification = false;
  readonly #next = new Map<string, Promise<SystemAssessment>>();

  constructor(context: ServiceContext) {
    this.#context = context;
    this.#cache = new EvidenceCache(context);
  }

  evidence(ref: SystemRef): Promise<SystemEvidence> {
    return systemEvidence(this.#context, this.#cache, ref);
  }

  /** The tools with keys of their own in a ledger. */
  producers(ledger: ServiceLedger): Promise<ProducerRegister> {
    return this.#cache.producers(ledger);
  }

  /**
   * The assessment as of now: it knows what was recorded before it was asked for. Those who ask while one is computed share
   * the next one, as the one under way may have begun before what they recorded.
   * @throws CustosError NOT_FOUND, EVIDENCE_DAMAGED
   */
  current(ref: SystemRef): Promise<SystemAssessment> {
    const name = `${ref.organisation}/${ref.system}`;
    const next = this.#next.get(name);
    if (next) return next;
    const underWay = this.#underWay.get(name);
    if (underWay === undefined) return this.#begin(name, ref);
    const after = underWay
      .catch(() => undefined)
      .then(() => {
        this.#next.delete(name);
        return this.#begin(name, ref);
      });
    this.#next.set(name, after);
    return after;
  }

  #begin(name: string, ref: SystemRef): Promise<SystemAssessment> {
    const begun = this.#current(ref).finally(() => this.#underWay.delete(name));
    this.#underWay.set(name, begun);
    return begun;
  }

  async #current(ref: SystemRef): Promise<SystemAssessment> {
    for (let attempt = 0; attempt < 10; attempt++) {
      const found = await this.#tryCurrent(ref, attempt === 0);
      if (found) return found;
    }
    throw new CustosError('UNAVAILABLE', 'The evidence changes faster than it is assessed. Try again.');
  }

  /** @param declare record the declaration if it changed; once, as others may change it again and again */
  async #tryCurrent(ref: SystemRef, declare: boolean): Promise<SystemAssessment | undefined> {
    const { database, clock } = this.#context;
    const now = clock.now();
    const ledger = await database.ledger(ref.organisation, ref.system);
    const evidence = await this.evidence(ref);
    const damaged = evidence.damaged[0];
    if (damaged)
      throw new CustosError(
        'EVIDENCE_DAMAGED',
        `Entry ${damaged.index} of the ledger of ${ref.system} can't be read. Verify the ledger and restore a backup.`,
      );
    const declaration = declare && (await declarationToRecord(this.#context, ref, evidence, now));
    if (declaration) {
      await ledger.record([declaration]);
      return undefined;
    }
    const previous = await database.within(ref.organisation, (control) =>
      currentAssessment(control, ref.system),
    );
    if (previous?.body && this.#stands(previous, evidence, now)) return parsed(previous, previous.body);
    // Another instance saw more; nothing older comes after it.
    if (previous && previous.system_ledger > evidence.systemLedger) return undefined;
    return this.#assess(ref, evidence, now, previous);
  }

  /**
   * By the same specification and version of Custos; no evidence was recorded since, nothing lapsed, and it is not old. Acts
   * that bear on no evidence change nothing.
   */
  #stands(previous: AssessmentRow, evidence: SystemEvidence, now: Instant): boolean {
    return (
      previous.specification === this.#context.specificationDigest &&
      previous.engine === PRODUCT.version &&
      previous.system_ledger >= evidence.systemRelevant &&
      previous.organisation_ledger >= evidence.organisationRelevant &&
      (previous.next_expiry === null || millis(previous.next_expiry) >= millis(now)) &&
      millis(now) - millis(previous.evaluated_at) < STANDS_FOR
    );
  }

  async #assess(
    ref: SystemRef,
    evidence: SystemEvidence,
    now: Instant,
    previous: (AssessmentRow & { body: string | null }) | undefined,
  ): Promise<SystemAssessment | undefined> {
    const ledger = await this.#context.database.ledger(ref.organisation, ref.system);
    const { specification, specificationDigest } = this.#context;
    const assessment = assessmentOf(this.#context, evidence, now);
    const body = canonicalize(assessment);
    const digest = sha256(body);
    const before = previous?.body ? parsed(previous, previous.body).assessment : undefined;
    const sequence = (previous?.sequence ?? 0) + 1;
    const engine = PRODUCT.version;
    const act = { type: ASSESSED, actor: 'custos', detail: { sequence, digest, evaluatedAt: now, engine } };
    const kept = await ledger
      .recordWith([{ kind: 'act', act }], async (control) => {
        const expiries = expiriesOf(assessment);
        const made = await insertAssessment(control, ref, sequence - 1, {
          evaluated_at: now,
          system_ledger: evidence.systemLedger,
          organisation_ledger: evidence.organisationLedger,
          digest,
          specification: specificationDigest,
          engine,
          fingerprint: assessment.fingerprint,
          counts: JSON.stringify(assessment.counts),
          next_expiry: expiries[0]?.at ?? null,
          body,
          verdicts: shallVerdicts(assessment),
          changes: changesBetween(before, assessment),
          failing: failingOf(assessment),
          expiries,
        });
        if (!made) throw new Overtaken();
        if (!this.#keptSpecification)
          await keepSpecification(control, {
            digest: specificationDigest,
            body: canonicalize(specification),
          });
        await emit(control, { kind: 'assessment.changed', system: ref.system, detail: { sequence } });
      })
      .then(
        () => true,
        (error: unknown) => {
          if (error instanceof Overtaken) return false;
          throw error;
        },
      );
    if (!kept) return undefined;
    this.#keptSpecification = true;
    return { sequence, digest, assessment };
  }

  /**
   * Computes a past assessment again, by the specification of then.
   * @throws CustosError NOT_FOUND, STORE_DAMAGED when the specification that was kept is another by now
   */
  async replay(ref: SystemRef, sequence: number): Promise<Replayed> {
    const { row, basis } = await this.#context.database.within(ref.organisation, async (control) => {
      const found = await findAssessment(control, ref.system, sequence);
      return { row: found, basis: found && (await this.basisOf(control, found.specification)) };
    });
    if (!row) throw new CustosError('NOT_FOUND', `${ref.system} has no assessment ${sequence}.`);
    if (!basis) return { row };
    const evidence = await pastEvidence(this.#context, ref, {
      systemLedger: row.system_ledger,
      organisationLedger: row.organisation_ledger,
    });
    const assessment = assessmentOf(basis, evidence, row.evaluated_at);
    return { row, again: { digest: sha256(canonicalize(assessment)), assessment } };
  }

  /**
   * The specification of a digest: the one in use, or one that was kept; undefined where it was not.
   * @throws CustosError STORE_DAMAGED
   */
  async basisOf(control: Control, digest: string): Promise<Basis | undefined> {
    if (digest === this.#context.specificationDigest) return this.#context;
    const body = await findSpecification(control, digest);
    if (body === undefined) return undefined;
    const specificationDigest = sha256(body);
    if (specificationDigest !== digest)
      throw new CustosError(
        'STORE_DAMAGED',
        `The specification ${digest} was altered in the database. Restore it from a backup.`,
      );
    return { specification: Specification.parse(JSON.parse(body)), specificationDigest };
  }
}

/** A past assessment. Without `again` it can't be computed again: the specification of then was not kept. */
export interface Replayed {
  readonly row: AssessmentRow;
  readonly again?: { readonly digest: Digest; readonly assessment: Assessment };
}

type Basis = Pick<ServiceContext, 'specification' | 'specificationDigest'>;

/** Another assessment came first. */
class Overtaken extends CustosError {
  constructor() {
    super('CONFLICT', 'Another assessment came first.');
  }
}

function assessmentOf(
  { specification, specificationDigest }: Basis,
  evidence: SystemEvidence,
  now: Instant,
): Assessment {
  return assess({
    specification,
    specificationDigest,
    evidence: evidence.evidence,
    now,
    ledger: { size: evidence.systemLedger, root: null },
  });
}

function parsed(row: AssessmentRow, body: string): SystemAssessment {
  if (!isDigest(row.digest) || sha256(body) !== row.digest)
    throw new CustosError('STORE_DAMAGED', `Assessment ${row.sequence} was altered in the database.`);
  // The digest says that these are the bytes that this package wrote.
  const assessment: Assessment = JSON.parse(body);
  return { sequence: row.sequence, digest: row.digest, assessment };
}

function duties(assessment: Assessment) {
  return assessment.provisions.flatMap((provision) => provision.duties);
}

function shallVerdicts(assessment: Assessment): string[] {
  return [
    ...new Set(
      duties(assessment)
        .filter((duty) => duty.norm === 'shall')
        .map((duty) => duty.verdict),
    ),
  ].sort();
}

function failingOf(assessment: Assessment): FailingDuty[] {
  return duties(assessment)
    .filter(({ verdict }) => verdict === 'fail')
    .map(({ id, norm, waived, reasons }) => ({
      duty: id,
      norm,
      waived,
      reason: reasons[0]?.message ?? '',
    }));
}

function expiriesOf(assessment: Assessment): { duty: string; at: Instant }[] {
  return duties(assessment)
    .flatMap(({ id, verdict, validUntil }) =>
      verdict === 'pass' && validUntil !== undefined ? [{ duty: id, at: validUntil }] : [],
    )
    .sort((a, b) => millis(a.at) - millis(b.at));
}

/** Duties whose verdict is another than before, with the first reason of the new one. */
export function changesBetween(before: Assessment | undefined, after: Assessment): VerdictChange[] {
  if (before === undefined) return [];
  const was = new Map(duties(before).map((duty) => [duty.id, duty.verdict]));
  return duties(after).flatMap(({ id, verdict, reasons }) => {
    const old = was.get(id);
    return old === undefined || old === verdict
      ? []
      : [{ duty: id, was: old, became: verdict, reason: reasons[0]?.message ?? '' }];
  });
}
