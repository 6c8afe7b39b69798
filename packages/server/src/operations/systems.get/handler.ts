import { getSystem } from '@custos/contract';
import { handle } from '../../http/handler.ts';
import { detailOf } from '../system-view.ts';

export default handle(getSystem, async ({ service, params, setVersion }) => {
  const { version, detail } = await detailOf(service, params);
  setVersion(version);
  return detail;
});
