import { proposeSetting } from '@custos/contract';
import { proposeSetting as propose } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { settingNow } from '../setting-view.ts';

export default handle(proposeSetting, async ({ service, who, params, body, version, setVersion }) => {
  await propose(service.context, params, { by: who.person, version, ...body });
  const now = await settingNow(service, params.organisation, params.setting);
  setVersion(now.version);
  return now.state;
});
