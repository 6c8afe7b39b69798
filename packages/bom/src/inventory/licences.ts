/** Licences as SPDX knows them: an id, an expression, or a name of the author's own. */
import parseExpression from 'spdx-expression-parse';
import deprecated from 'spdx-license-ids/deprecated.json' with { type: 'json' };
import current from 'spdx-license-ids/index.json' with { type: 'json' };
import type { LicenceChoice } from '../cyclonedx/model.ts';

const ids: ReadonlyMap<string, string> = new Map(
  [...deprecated, ...current].map((id) => [id.toLowerCase(), id]),
);

/** Words that hubs use for "there is none" or "it is somewhere else". */
const NO_LICENCE = /^(?:unknown|none|other|n\/?a|unlicensed|no[- ]license)$/i;

/** The SPDX id in its own spelling. @example spdxId('apache-2.0') // 'Apache-2.0' */
export function spdxId(name: string): string | undefined {
  return ids.get(name.trim().toLowerCase());
}

export function isSpdxExpression(text: string): boolean {
  try {
    parseExpression(text);
    return true;
  } catch {
    return false;
  }
}

/** True where the words name some licence, be it of the author's own. */
export function namesLicence(text: string): boolean {
  return text.trim() !== '' && !NO_LICENCE.test(text.trim());
}

/**
 * Licences as CycloneDX holds them. An expression stands alone, so several of them become names.
 * @param url of the licence's text, given to licences that SPDX does not know
 */
export function licenceChoices(names: readonly string[], url?: string): LicenceChoice[] {
  const wanted = [...new Set(names.map((name) => name.trim()))].filter(namesLicence);
  const single = wanted.length === 1 ? wanted[0] : undefined;
  if (single !== undefined && spdxId(single) === undefined && isSpdxExpression(single))
    return [{ expression: single, acknowledgement: 'declared' }];
  return wanted.map((name) => {
    const id = spdxId(name);
    return {
      license: {
        ...(id === undefined ? { name } : { id }),
        acknowledgement: 'declared' as const,
        ...(id === undefined && url !== undefined ? { url } : {}),
      },
    };
  });
}
