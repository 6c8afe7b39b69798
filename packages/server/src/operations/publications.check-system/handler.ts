import { checkSystemPublication } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { lookAtPage } from '../publication-view.ts';

export default handle(checkSystemPublication, ({ service, params, body }) =>
  lookAtPage(service, params, body.axe),
);
