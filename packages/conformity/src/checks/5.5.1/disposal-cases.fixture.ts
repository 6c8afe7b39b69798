/** What takes the pass away from both occasions of disposal alike: assets change hands, assets are decommissioned. */
import { backdated, type Change, changed, onDigest, plus, saidBy, without } from '../../testing/world.ts';
import { approved, probed } from './disposal-evidence.ts';

type Loses = Record<string, [Change, 'fail' | 'inconclusive']>;

/** Of the Data Custodian's approval before it happens. */
export function withoutApproval(of: 'transfer' | 'disposal'): Loses {
  return {
    'the approval was written today and dated back': [backdated('approval'), 'inconclusive'],
    'nobody approved': [without('approval'), 'inconclusive'],
    'approved by the Developer': [saidBy('approval', 'developer', 'dev@example.org'), 'inconclusive'],
    'approved afterwards': [(evidence) => [...evidence.slice(0, 1), approved(of, { age: 2 })], 'fail'],
    'something else was approved': [onDigest('approval'), 'inconclusive'],
    rejected: [changed('approval', (c) => ({ ...c, decision: 'rejected' })), 'fail'],
  };
}

/** Of the receipt, and the search that followed it. */
export const WITHOUT_PROOF: Loses = {
  'no receipt': [without('disposal-receipt'), 'inconclusive'],
  'a copy is left': [
    changed('disposal-receipt', (c) => ({
      ...c,
      assets: c.assets.map((a) => ({ ...a, residualCopies: 1 })),
    })),
    'fail',
  ],
  'backups are not mentioned': [
    changed('disposal-receipt', (c) => ({ ...c, assets: c.assets.filter((a) => a.kind !== 'backups') })),
    'inconclusive',
  ],
  'credentials still work': [
    changed('disposal-receipt', (c) => ({ ...c, credentialsRevoked: false })),
    'fail',
  ],
  'a receipt alone: nobody searched': [without('probe'), 'inconclusive'],
  'a newer search finds a copy': [plus(probed('recovered_copy', false, 1)), 'fail'],
  'held back without a reason': [
    changed('disposal-receipt', (c) => ({
      ...c,
      assets: c.assets.map((a) => ({ ...a, method: 'legal_hold' as const })),
    })),
    'fail',
  ],
};
