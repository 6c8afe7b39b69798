import { getCatalogue } from '@custos/contract';
import { evidenceTypes } from '@custos/engine';
import { handle } from '../../http/handler.ts';

export default handle(getCatalogue, async ({ service }) => {
  const { specification, specificationDigest } = service.context;
  return {
    ...specification,
    digest: specificationDigest,
    provisions: specification.provisions.map((provision) => ({
      ...provision,
      duties: provision.duties.map((duty) => ({ ...duty, evidence: evidenceTypes(duty) })),
    })),
  };
});
