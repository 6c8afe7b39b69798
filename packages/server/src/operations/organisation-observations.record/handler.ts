import { recordSharedObservations } from '@custos/contract';
import { receiveObservations } from '@custos/engine';
import { refuseUnstorable } from '../../http/body.ts';
import { handle } from '../../http/handler.ts';
import { senderOf } from '../actor.ts';

export default handle(recordSharedObservations, ({ service, who, params, body }) =>
  receiveObservations(service, { organisation: params.organisation }, senderOf(who), body.observations, {
    allOrNone: body.allOrNone,
    check: refuseUnstorable,
  }),
);
