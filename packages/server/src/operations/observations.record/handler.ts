import { recordObservations } from '@custos/contract';
import { receiveObservations } from '@custos/engine';
import { refuseUnstorable } from '../../http/body.ts';
import { handle } from '../../http/handler.ts';
import { rolesOf } from '../roles.ts';

export default handle(recordObservations, ({ service, who, params, body }) =>
  receiveObservations(service, params, { person: who.person, roles: rolesOf(who.held) }, body.observations, {
    allOrNone: body.allOrNone,
    check: refuseUnstorable,
  }),
);
