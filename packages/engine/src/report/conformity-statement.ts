/** The verdicts as an in-toto statement in a DSSE envelope: about the system at its fingerprint and the assessment by digest. */
import {
  type Assessment,
  hexOf,
  type Norm,
  PREDICATE_PREFIX,
  STATEMENT_TYPE,
  type Verdict,
} from '@custos/core';
import { canonicalize, type Signer, sha256, signStatement } from '@custos/trust';
import { PRODUCT } from '../observations/new-observation.ts';

export const CONFORMITY_PREDICATE = `${PREDICATE_PREFIX}conformity:v1`;

/** Verdicts without their reasons; the assessment that the digest names has those. */
export interface ConformityContent {
  specification: Assessment['specification'];
  system: Assessment['system'];
  counts: Assessment['counts'];
  provisions: {
    id: string;
    shall: Verdict | null;
    should: Verdict | null;
    duties: { id: string; norm: Norm; verdict: Verdict; waived: boolean }[];
  }[];
}

export function conformityContent(assessment: ConformityContent): ConformityContent {
  return {
    specification: assessment.specification,
    system: assessment.system,
    counts: assessment.counts,
    provisions: assessment.provisions.map(({ id, shall, should, duties }) => ({
      id,
      shall,
      should,
      duties: duties.map((duty) => ({
        id: duty.id,
        norm: duty.norm,
        verdict: duty.verdict,
        waived: duty.waived,
      })),
    })),
  };
}

/** @returns the envelope in RFC 8785 form with a final line break. Ed25519 gives the same bytes each time. */
export async function renderInToto(assessment: Assessment, signer: Signer): Promise<string> {
  const envelope = await signStatement(
    {
      _type: STATEMENT_TYPE,
      subject: [
        { name: 'assessment.json', digest: { sha256: hexOf(sha256(canonicalize(assessment))) } },
        ...(assessment.fingerprint === null
          ? []
          : [{ name: assessment.system.id, digest: { sha256: hexOf(assessment.fingerprint) } }]),
      ],
      predicateType: CONFORMITY_PREDICATE,
      predicate: {
        producer: PRODUCT,
        observedAt: assessment.evaluatedAt,
        validFrom: assessment.evaluatedAt,
        content: conformityContent(assessment),
      },
    },
    signer,
  );
  return `${canonicalize(envelope)}\n`;
}
