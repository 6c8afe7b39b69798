/** How the organisation's limits are shown: default, own value, proposal, and who differs. */
import { CustosError, type Setting } from '@custos/core';
import { systemValueCounts } from '@custos/engine';
import { declaredThresholds, findSetting, type SettingRow } from '@custos/store';
import type { Service } from '../service.ts';

export function settingOf(
  setting: Setting,
  row: SettingRow | undefined,
  systems: { system: string; value: number }[],
) {
  const { id, unit, default: standard, reason } = setting;
  return {
    id,
    unit,
    default: standard,
    reason,
    ...(row && row.value !== null && row.approved_by !== null && row.approved_at !== null
      ? {
          own: {
            value: row.value,
            reason: row.reason ?? '',
            approvedBy: row.approved_by,
            approvedAt: row.approved_at,
          },
        }
      : {}),
    ...(row && row.proposed_by !== null && row.proposed_at !== null
      ? {
          proposal: {
            ...(row.proposed === null ? {} : { value: row.proposed }),
            reason: row.proposed_reason ?? '',
            by: row.proposed_by,
            at: row.proposed_at,
          },
        }
      : {}),
    version: row?.version ?? 0,
    systems: systems.map(({ system, value }) => ({
      system,
      value,
      counts: systemValueCounts(setting, row?.value, value),
    })),
  };
}

/** @throws CustosError NOT_FOUND */
export async function settingNow({ context }: Service, organisation: string, id: string) {
  const setting = context.specification.settings.find((one) => one.id === id);
  if (!setting) throw new CustosError('NOT_FOUND', `There is no setting "${id}".`);
  return context.database.within(organisation, async (control) => {
    const row = await findSetting(control, id);
    const declared = await declaredThresholds(control, id);
    return { version: row?.version ?? 0, state: settingOf(setting, row, declared) };
  });
}
