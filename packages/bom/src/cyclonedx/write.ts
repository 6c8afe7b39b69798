/** Writing a bill: validated first, then as JSON that is the same bytes for the same bill. */
import { requireBom } from './validate.ts';

/**
 * @param bom a bill of CycloneDX 1.4 to 1.7; written in the version that it names, keys in the order they stand
 * @returns JSON with two blanks for each level and a newline at the end
 * @throws CustosError BOM_INVALID: nothing that the schema refuses is ever written
 */
export function writeBom(bom: unknown, name = 'the bill of materials'): string {
  return `${JSON.stringify(requireBom(bom, name), undefined, 2)}\n`;
}
