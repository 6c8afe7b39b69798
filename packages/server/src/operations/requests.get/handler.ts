import { getRequest } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { requestDetail } from '../request-view.ts';

export default handle(getRequest, ({ service, who, params }) => requestDetail(service, who, params));
