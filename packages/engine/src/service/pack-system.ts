/** The evidence pack of a system in the service: its own ledger and the organisation's, as of one assessment. */
import { CustosError, isDigest } from '@custos/core';
import { findAssessment } from '@custos/store';
import { makePack, type Pack } from '../pack/make-pack.ts';
import type { SystemAssessor } from './assess-system.ts';
import type { ServiceContext, SystemRef } from './context.ts';

/**
 * @param sequence of a past assessment; default: as of now
 * @throws CustosError NOT_FOUND, CONFLICT when the specification of then was not kept, EVIDENCE_DAMAGED, PACK_REPLAY
 */
export async function packSystem(
  context: ServiceContext,
  assessor: SystemAssessor,
  ref: SystemRef,
  sequence?: number,
): Promise<Pack & { readonly sequence: number }> {
  const wanted = sequence ?? (await assessor.current(ref)).sequence;
  const { row, basis } = await context.database.within(ref.organisation, async (control) => {
    const found = await findAssessment(control, ref.system, wanted);
    return { row: found, basis: found && (await assessor.basisOf(control, found.specification)) };
  });
  if (!row) throw new CustosError('NOT_FOUND', `${ref.system} has no assessment ${wanted}.`);
  if (!basis || !isDigest(row.digest))
    throw new CustosError(
      'CONFLICT',
      `Assessment ${wanted} was made by a specification (${row.specification}) that was not kept. Take the pack of a newer one.`,
    );
  const { database, keyring, signer } = context;
  const pack = await makePack({
    ledgers: [
      {
        name: 'system',
        store: await database.ledger(ref.organisation, ref.system),
        evaluated: row.system_ledger,
      },
      {
        name: 'organisation',
        store: await database.ledger(ref.organisation),
        evaluated: row.organisation_ledger,
      },
    ],
    keyring,
    handovers: context.handovers ?? [],
    signer,
    specification: basis.specification,
    specificationDigest: basis.specificationDigest,
    evaluatedAt: row.evaluated_at,
    ledger: { size: row.system_ledger, root: null },
    recorded: { digest: row.digest, engine: row.engine },
  });
  return { ...pack, sequence: wanted };
}
