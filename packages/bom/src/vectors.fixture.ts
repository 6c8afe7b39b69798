/** Where the public test vectors stand: beside the repository, or where CUSTOS_VECTORS says. For tests only. */
import { fileURLToPath } from 'node:url';

export const VECTORS =
  process.env.CUSTOS_VECTORS ?? fileURLToPath(new URL('../../../../shared/vectors', import.meta.url));
