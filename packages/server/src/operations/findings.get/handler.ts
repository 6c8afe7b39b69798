import { getFinding } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { findingDetail } from '../finding-view.ts';

export default handle(getFinding, async ({ service, params, setVersion }) => {
  const { version, detail } = await findingDetail(service, params);
  setVersion(version);
  return detail;
});
