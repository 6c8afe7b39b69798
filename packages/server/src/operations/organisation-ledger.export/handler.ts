import { exportSharedLedger } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { exportOf } from '../ledger-view.ts';

export default handle(exportSharedLedger, async ({ service, params, setHeader }) =>
  exportOf(service, await service.context.database.ledger(params.organisation), setHeader),
);
