/** The evidence pack of a system in the service: its own ledger and the organisation's, as of one assessment. */
import { CustosError, isDigest } from '@custos/core';
import { findAssessment } from '@custos/store';
import { makePack, type Pack } from '../pack/make-pack.ts';
import type { SystemAssessor } from './assess-system.ts';
import type { ServiceContext, SystemRef } from './context.ts';

/**
 * @param sequence of a past assessment; default: as of now
 * @throws CustosError NOT_FOUND, CONFLICT when it was made by another specification, EVIDENCE_DAMAGED, PACK_REPLAY
 */
export async function packSystem(
  context: ServiceContext,
  assessor: SystemAssessor,
  ref: SystemRef,
  sequence?: number,
): Promise<Pack & { readonly sequence: number }> {
  const wanted = sequence ?? (await assessor.current(ref)).sequence;
  const row = await context.database.within(ref.organisation, (control) =>
    findAssessment(control, ref.system, wanted),
  );
  if (!row) throw new CustosError('NOT_FOUND', `${ref.system} has no assessment ${wanted}.`);
  if (row.specification !== context.specificationDigest || !isDigest(row.digest))
    throw new CustosError(
      'CONFLICT',
      `Assessment ${wanted} was made by another specification (${row.specification}) than the one in use. Take the pack of a newer one.`,
    );
  const { database, keyring, signer, specification, specificationDigest } = context;
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
    specification,
    specificationDigest,
    evaluatedAt: row.evaluated_at,
    ledger: { size: row.system_ledger, root: null },
    expected: row.digest,
  });
  return { ...pack, sequence: wanted };
}
