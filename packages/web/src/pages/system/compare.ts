/** What differs between two assessments of one system. */
import { FEATURES, type Feature, type Verdict } from '@custos/core';
import type { Assessment } from './data.ts';

export interface Difference {
  readonly verdicts: readonly { duty: string; was: Verdict; became: Verdict; reason: string }[];
  readonly facts: readonly { feature: Feature; was: string; became: string }[];
  readonly assets: Came;
  readonly findings: Came;
}

interface Came {
  readonly added: string[];
  readonly removed: string[];
}

export function differenceOf(before: Assessment, after: Assessment): Difference {
  const was = new Map(dutiesOf(before).map((duty) => [duty.id, duty.verdict]));
  return {
    verdicts: dutiesOf(after).flatMap(({ id, verdict, reasons }) => {
      const old = was.get(id);
      return old === undefined || old === verdict
        ? []
        : [{ duty: id, was: old, became: verdict, reason: reasons[0]?.message ?? '' }];
    }),
    facts: FEATURES.flatMap((feature) => {
      const [old, now] = [String(before.features[feature].value), String(after.features[feature].value)];
      return old === now ? [] : [{ feature, was: old, became: now }];
    }),
    assets: came(
      before.inventory.assets.map(({ id, version, digest }) =>
        [id, version ?? digest].filter(Boolean).join(' '),
      ),
      after.inventory.assets.map(({ id, version, digest }) =>
        [id, version ?? digest].filter(Boolean).join(' '),
      ),
    ),
    findings: came(before.findings.map(lineOf), after.findings.map(lineOf)),
  };
}

function dutiesOf({ provisions }: Assessment) {
  return provisions.flatMap(({ duties }) => duties);
}

function lineOf({ severity, message, location }: Assessment['findings'][number]): string {
  return `${severity}: ${message} (${location.path}${location.line === undefined ? '' : `:${location.line}`})`;
}

function came(before: readonly string[], after: readonly string[]): Came {
  const [old, now] = [new Set(before), new Set(after)];
  return {
    added: after.filter((one) => !old.has(one)),
    removed: before.filter((one) => !now.has(one)),
  };
}
