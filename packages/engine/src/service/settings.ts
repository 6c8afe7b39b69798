/** The organisation's own limits. One administrator proposes a value, another approves it; then it counts for every system. */
import { CustosError, type Setting } from '@custos/core';
import {
  type Control,
  changeSetting,
  findSetting,
  organisationSettings,
  type SettingChange,
} from '@custos/store';
import { z } from 'zod';
import type { ServiceContext } from './context.ts';

export interface SettingRef {
  readonly organisation: string;
  readonly setting: string;
}

/** Values in force in place of defaults, by setting. */
export async function organisationThresholds(control: Control): Promise<Record<string, number>> {
  return Object.fromEntries(
    (await organisationSettings(control)).flatMap(({ setting, value }) =>
      value === null ? [] : [[setting, value]],
    ),
  );
}

/** Settings by which people gain or keep a right; no system has its own. */
const GOVERNS_RIGHTS = /^(waiver\.max_days$|training\.|approval\.)/;

/**
 * Whether a value that a system declares counts: it can only ask for more than what the organisation has in force.
 * @param own the organisation's value; null or undefined: the default
 */
export function systemValueCounts(
  setting: Setting,
  own: number | null | undefined,
  declared: number,
): boolean {
  if (GOVERNS_RIGHTS.test(setting.id)) return false;
  const inForce = own ?? setting.default;
  return setting.stricter === 'higher' ? declared >= inForce : declared <= inForce;
}

/** The limits of one system: the organisation's, and of those that the system declares the ones that count. */
export async function thresholdsInForce(
  control: Control,
  settings: readonly Setting[],
  declared: Readonly<Record<string, number>>,
): Promise<Record<string, number>> {
  const own = await organisationThresholds(control);
  const counting = settings.flatMap((setting) => {
    const value = declared[setting.id];
    return value !== undefined && systemValueCounts(setting, own[setting.id], value)
      ? [[setting.id, value]]
      : [];
  });
  return { ...own, ...Object.fromEntries(counting) };
}

/** @throws CustosError NOT_FOUND */
function requireSetting({ specification }: ServiceContext, id: string): Setting {
  const found = specification.settings.find((setting) => setting.id === id);
  if (found) return found;
  throw new CustosError('NOT_FOUND', `There is no setting "${id}".`);
}

/**
 * @param value null: back to the default
 * @throws CustosError NOT_FOUND, INVALID for a share above 1, CONFLICT when nothing would change, VERSION_CHANGED
 */
export async function proposeSetting(
  context: ServiceContext,
  ref: SettingRef,
  { by, version, value, reason }: { by: string; version: number; value: number | null; reason: string },
): Promise<void> {
  const setting = requireSetting(context, ref.setting);
  if (setting.unit === 'share' && value !== null && value > 1)
    throw new CustosError('INVALID', `${ref.setting} is a share, from 0 to 1; ${value} is none.`);
  const row = await context.database.within(ref.organisation, (control) => findSetting(control, ref.setting));
  if ((row?.value ?? null) === value)
    throw new CustosError(
      'CONFLICT',
      `${ref.setting} is ${value ?? `the default ${setting.default}`} already.`,
    );
  await change(context, ref, {
    version,
    act: { type: 'setting.proposed', actor: by, detail: { setting: ref.setting, value, reason } },
    change: {
      proposed: value,
      removal: value === null,
      proposed_reason: reason,
      proposed_by: by,
      proposed_at: context.clock.now(),
    },
  });
}

const NO_PROPOSAL = {
  proposed: null,
  removal: false,
  proposed_reason: null,
  proposed_by: null,
  proposed_at: null,
} as const;

/** @throws CustosError NOT_FOUND, CONFLICT without a proposal, SELF_APPROVAL, VERSION_CHANGED */
export async function decideSetting(
  context: ServiceContext,
  ref: SettingRef,
  {
    by,
    version,
    decision,
    reason,
  }: { by: string; version: number; decision: 'approved' | 'rejected'; reason: string },
): Promise<void> {
  requireSetting(context, ref.setting);
  const row = await context.database.within(ref.organisation, (control) => findSetting(control, ref.setting));
  if (!row?.proposed_by)
    throw new CustosError('CONFLICT', `Nothing is proposed for ${ref.setting}, or it was decided already.`);
  if (decision === 'approved' && row.proposed_by === by)
    throw new CustosError(
      'SELF_APPROVAL',
      'You proposed this value yourself. Another administrator approves it.',
    );
  await change(context, ref, {
    version,
    act: {
      type: 'setting.decided',
      actor: by,
      detail: { setting: ref.setting, value: row.proposed, decision, reason, proposedBy: row.proposed_by },
    },
    change:
      decision === 'approved'
        ? {
            ...NO_PROPOSAL,
            value: row.proposed,
            reason: row.proposed_reason,
            approved_by: by,
            approved_at: context.clock.now(),
          }
        : NO_PROPOSAL,
  });
}

async function change(
  { database }: ServiceContext,
  ref: SettingRef,
  {
    act,
    version,
    change: to,
  }: { act: { type: string; actor: string; detail: object }; version: number; change: SettingChange },
): Promise<void> {
  const ledger = await database.ledger(ref.organisation);
  const entry = { kind: 'act' as const, act: { ...act, detail: z.json().parse(act.detail) } };
  await ledger.recordWith([entry], async (control) => {
    if (await changeSetting(control, { ...ref, version }, to)) return;
    throw new CustosError('VERSION_CHANGED', 'Somebody changed the setting in the meantime. Read it again.');
  });
}
