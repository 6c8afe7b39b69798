/** What every machine-readable format tells: 72 provisions with both verdicts, and their duties, joined with the words of the specification. */
import type { Assessment, Digest, Norm, Specification, Verdict } from '@custos/core';
import { order } from './model.ts';
import { clean } from './text.ts';
import { ROLE_WORD } from './words.ts';

export interface DutyLine {
  id: string;
  norm: Norm;
  text: string;
  roles: string[];
  verdict: Verdict;
  waived: boolean;
  /** `CODE: message`, one after the other. */
  reasons: string;
  reasonCount: number;
  observations: Digest[];
  /** Empty where nothing expires. */
  validUntil: string;
}

export interface ProvisionLine {
  id: string;
  title: string;
  norm: Norm;
  /** Null where the provision has no duty of that verb. */
  shall: Verdict | null;
  should: Verdict | null;
  duties: DutyLine[];
}

/** In the order of the assessment; all text is clean. */
export function verdictTable(assessment: Assessment, specification: Specification): ProvisionLine[] {
  const provisions = new Map(specification.provisions.map((provision) => [provision.id, provision]));
  return assessment.provisions.map(({ id, norm, shall, should, duties }) => {
    const provision = provisions.get(id);
    const words = new Map(provision?.duties.map((duty) => [duty.id, duty]));
    return {
      id,
      title: clean(provision?.title ?? 'Not in the specification given to this report'),
      norm,
      shall,
      should,
      duties: duties.map((duty) => ({
        id: duty.id,
        norm: duty.norm,
        text: clean(words.get(duty.id)?.text ?? 'Not in the specification given to this report'),
        roles: words.get(duty.id)?.roles.map((role) => ROLE_WORD[role]) ?? [],
        verdict: duty.verdict,
        waived: duty.waived,
        reasons: clean(duty.reasons.map(({ code, message }) => `${code}: ${message}`).join(' ')),
        reasonCount: duty.reasons.length,
        observations: duty.observations,
        validUntil: duty.validUntil ?? '',
      })),
    };
  });
}

/** Ids of the observations on which verdicts rest, sorted. */
export function observationsUsed(assessment: Assessment): Digest[] {
  const used = assessment.provisions.flatMap(({ duties }) => duties.flatMap((duty) => duty.observations));
  return [...new Set(used)].sort(order);
}
