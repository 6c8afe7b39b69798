/** AI services that logs show in use, for `custos scan --logs`. */
import { randomBytes } from 'node:crypto';
import { readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { CustosError, type Statement, systemClock } from '@custos/core';
import { PRODUCT, statementOf } from '@custos/engine';
import { readUsageLog, type UsageReport } from '@custos/scan';
import type { Environment } from './environment.ts';

export interface UsageFlags {
  logs?: string[];
  showUsers?: boolean;
}

export async function readLogs(flags: UsageFlags, environment: Environment): Promise<UsageReport[]> {
  const key = flags.showUsers ? undefined : await pseudonymKey(environment);
  const reports: UsageReport[] = [];
  for (const path of flags.logs ?? [])
    reports.push(
      await readUsageLog(path, {
        now: Date.parse(systemClock.now()),
        ...(key ? { key } : { users: 'plain' as const }),
      }),
    );
  return reports;
}

/** Kept with the signing keys, so that the same person has the same pseudonym in every scan, and only here. */
async function pseudonymKey(environment: Environment): Promise<Uint8Array> {
  const path = join(environment.dataDir, 'pseudonyms.key');
  try {
    await writeFile(path, randomBytes(32), { mode: 0o600, flag: 'wx' });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EEXIST')) throw error;
  }
  const key = await readFile(path);
  if (key.length === 32) return key;
  throw new CustosError('ENVIRONMENT', `${path} is damaged. Remove it; users get new pseudonyms then.`);
}

/** Observations of what was used: counts, and nobody's name or pseudonym. */
export function usageStatements(reports: readonly UsageReport[], subject: Statement['subject']): Statement[] {
  return reports.flatMap((report) => {
    const { log, from, until, services, lines, notUnderstood, path } = report;
    if (log === undefined || from === undefined || until === undefined) return [];
    return [
      statementOf({
        type: 'ai-usage',
        content: {
          log,
          from,
          until,
          services: services.map(({ asset, provider, requests, bytes, users, firstSeen, lastSeen }) => ({
            asset,
            ...(provider === undefined ? {} : { provider }),
            requests,
            ...(bytes === undefined ? {} : { bytes }),
            users: users.length,
            firstSeen,
            lastSeen,
          })),
          lines,
          notUnderstood,
        },
        subject,
        producer: PRODUCT,
        observedAt: systemClock.now(),
        source: path,
      }),
    ];
  });
}
