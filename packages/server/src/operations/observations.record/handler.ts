import { recordObservations } from '@custos/contract';
import { receiveObservations } from '@custos/engine';
import { refuseUnstorable } from '../../http/body.ts';
import { handle } from '../../http/handler.ts';
import { senderOf } from '../actor.ts';

export default handle(recordObservations, ({ service, who, params, body }) =>
  receiveObservations(service, params, senderOf(who), body.observations, {
    allOrNone: body.allOrNone,
    check: refuseUnstorable,
  }),
);
