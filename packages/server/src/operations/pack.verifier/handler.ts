import { createReadStream } from 'node:fs';
import { downloadVerifier } from '@custos/contract';
import { CustosError } from '@custos/core';
import { handle } from '../../http/handler.ts';

export default handle(downloadVerifier, async ({ service, setHeader }) => {
  if (service.verifier === undefined)
    throw new CustosError(
      'NOT_FOUND',
      'This service runs from source, where the verifier is not built. Run `npm run build`.',
    );
  setHeader('content-disposition', 'attachment; filename="custos-verify.mjs"');
  return createReadStream(service.verifier);
});
