import { decideSetting } from '@custos/contract';
import { decideSetting as decide } from '@custos/engine';
import { handle } from '../../http/handler.ts';
import { settingNow } from '../setting-view.ts';

export default handle(decideSetting, async ({ service, who, params, body, version, setVersion }) => {
  await decide(service.context, params, { by: who.person, version, ...body });
  const now = await settingNow(service, params.organisation, params.setting);
  setVersion(now.version);
  return now.state;
});
