/** What is wrong in a catalogue, with its place, so that a loader can add the line and a person can repair it. */
import { CustosError } from '@custos/core';

export type Field = readonly (string | number)[];

export interface CatalogueProblem {
  /** The document, as the caller named it. */
  path: string;
  /** Keys and indexes from the document's root; empty for the whole document. */
  field: Field;
  /** The mistake is the key itself, not its value. */
  key?: true;
  /** What is wrong. */
  message: string;
  /** What to do about it. */
  suggestion: string;
}

const SHOWN = 20;

/** `duties[0].when[1]`; `document` for the root. */
export function fieldName(field: Field): string {
  if (field.length === 0) return 'document';
  return field.reduce<string>((name, part) => {
    if (typeof part === 'number') return `${name}[${part}]`;
    return name === '' ? part : `${name}.${part}`;
  }, '');
}

/**
 * One CATALOGUE_INVALID error for all problems; the first 20 are shown and the rest counted.
 * @param where names the place of a problem, by default its document's path.
 */
export function catalogueInvalid(
  problems: readonly CatalogueProblem[],
  where: (problem: CatalogueProblem) => string = ({ path }) => path,
): CustosError {
  const lines = problems
    .slice(0, SHOWN)
    .map((item) => `${where(item)}: ${fieldName(item.field)} ${item.message}; ${item.suggestion}.`);
  if (problems.length > SHOWN) lines.push(`… and ${problems.length - SHOWN} more problems.`);
  return new CustosError('CATALOGUE_INVALID', lines.join('\n'));
}
