import { allows, listSettings } from '@custos/contract';
import { declaredThresholds, organisationSettings } from '@custos/store';
import { handle } from '../../http/handler.ts';
import { settingOf } from '../setting-view.ts';

/** Which systems differ is told to those who read every system. */
export default handle(listSettings, async ({ service, who, params: { organisation } }) => {
  const { database, specification } = service.context;
  const { rows, declared } = await database.within(organisation, async (control) => ({
    rows: new Map((await organisationSettings(control)).map((row) => [row.setting, row])),
    declared: allows(who.held, 'system.read') ? await declaredThresholds(control) : [],
  }));
  return {
    items: specification.settings.map((setting) =>
      settingOf(
        setting,
        rows.get(setting.id),
        declared.filter((one) => one.setting === setting.id),
      ),
    ),
  };
});
