import { exportAssessment } from '@custos/contract';
import { EXPORT_FORMATS, renderExport } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(exportAssessment, async ({ service, params, query, setHeader }) => {
  const { context, assessor } = service;
  const { assessment } = await assessor.current(params);
  const { evidence } = await assessor.evidence(params);
  const ledger = await context.database.ledger(params.organisation, params.system);
  const { note } = await ledger.ledger.checkpoint();
  const { mediaType, extension } = EXPORT_FORMATS[query.format];
  const report = { specification: context.specification, evidence: [...evidence], checkpointNote: note };
  const file = await renderExport(query.format, assessment, report, () => context.signer);
  setHeader('content-type', mediaType);
  const day = assessment.evaluatedAt.slice(0, 10);
  setHeader('content-disposition', `attachment; filename="${params.system}-${day}.${extension}"`);
  return whole(file);
});

async function* whole(file: string | Uint8Array): AsyncGenerator<string | Uint8Array> {
  yield file;
}
