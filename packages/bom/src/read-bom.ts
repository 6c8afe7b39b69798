/** Any bill by anybody, as one model: CycloneDX 1.4 to 1.7 as it is, SPDX 2.2, 2.3 and 3.0 read into CycloneDX. */
import { CustosError } from '@custos/core';
import type { Bom } from './cyclonedx/model.ts';
import { requireBom } from './cyclonedx/validate.ts';
import { isObject, type JsonValue } from './json/json.ts';
import { DEFAULT_LIMITS, type ReadLimits, readJson } from './json/read-json.ts';
import { fromSpdx3, isSpdx3 } from './spdx/from-spdx3.ts';
import { fromSpdx23, isSpdx2 } from './spdx/from-spdx23.ts';

export interface ReadBom {
  readonly bom: Bom;
  /** What the file was, such as `CycloneDX 1.6` or `SPDX 2.3`. */
  readonly format: string;
}

/**
 * Reads one bill.
 * @param name as it should be called in messages
 * @throws CustosError BOM_* naming the file, what is wrong and what to do
 * @example const { bom, format } = readBom(await readFile('vendor.json'), 'vendor.json')
 */
export function readBom(bytes: Uint8Array, name: string, limits: ReadLimits = DEFAULT_LIMITS): ReadBom {
  return bomOf(readJson(bytes, name, limits), name);
}

export function bomOf(value: JsonValue, name: string): ReadBom {
  if (isSpdx3(value)) return { bom: requireBom(fromSpdx3(value, name), name), format: 'SPDX 3.0' };
  if (isObject(value) && isSpdx2(value))
    return {
      bom: requireBom(fromSpdx23(value, name), name),
      format: String(value.spdxVersion).replace('-', ' '),
    };
  if (isObject(value) && value.bomFormat === 'CycloneDX') {
    const bom = requireBom(value, name);
    return { bom, format: `CycloneDX ${bom.specVersion}` };
  }
  throw new CustosError(
    'BOM_FORMAT',
    `${name} is no bill of materials that Custos reads: CycloneDX 1.4–1.7 JSON (bomFormat), SPDX 3.0 JSON-LD (@context) or SPDX 2.2/2.3 JSON (spdxVersion).`,
  );
}
