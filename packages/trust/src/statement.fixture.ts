/** A statement to sign. For tests only. */
import { STATEMENT_TYPE, type Statement } from '@custos/core';

export const AT = '2026-01-01T00:00:00.000Z';

export function statement(n = 0, observedAt: string = AT): Statement {
  return {
    _type: STATEMENT_TYPE,
    subject: [{ name: `model-${n}`, digest: { sha256: n.toString(16).padStart(64, '0') } }],
    predicateType: 'urn:custos:predicate:scan-result:v1',
    predicate: {
      producer: { name: 'test', version: '1' },
      observedAt,
      validFrom: observedAt,
      content: { run: n },
    },
  };
}
