/** Validation against the specification's own schema, and against what a schema cannot say: references and identity. */
import { CustosError } from '@custos/core';
import { Ajv, type ErrorObject, type ValidateFunction } from 'ajv';
import addFormats from 'ajv-formats';
import { isObject } from '../json/json.ts';
import { isIdnEmail } from './formats.ts';
import { type Bom, SPEC_VERSIONS, type SpecVersion } from './model.ts';
import { type ReferenceProblem, referenceProblems } from './references.ts';
import { bomSchema, sharedSchemas } from './schemas.ts';
import { hasUniqueItems } from './unique-items.ts';

export interface SchemaProblem {
  /** JSON pointer into the bill. */
  readonly path: string;
  readonly message: string;
}

export interface Validation {
  readonly version: SpecVersion;
  /** What the schema of that version refuses; none means valid. At most {@link MOST_PROBLEMS}. */
  readonly problems: readonly SchemaProblem[];
  /** References that lead nowhere, references used twice, circles, addresses that are none. Looked for in bills that are valid. */
  readonly references: readonly ReferenceProblem[];
}

export const MOST_PROBLEMS = 100;

/** Above so many components all problems are no longer collected: only the first is. */
const ALL_PROBLEMS_UP_TO = 5000;

const validators = new Map<string, ValidateFunction<Bom>>();

/** Which CycloneDX a value says it is. @throws CustosError BOM_FORMAT, BOM_VERSION */
export function specVersionOf(value: unknown, name: string): SpecVersion {
  const format = isObject(value) ? value.bomFormat : undefined;
  if (!isObject(value) || format !== 'CycloneDX')
    throw new CustosError('BOM_FORMAT', `${name} is no CycloneDX bill: bomFormat must be "CycloneDX".`);
  const version = SPEC_VERSIONS.find((known) => known === value.specVersion);
  if (version === undefined)
    throw new CustosError(
      'BOM_VERSION',
      `${name}: specVersion ${JSON.stringify(value.specVersion) ?? '(none)'} is not read; it must be one of ${SPEC_VERSIONS.join(', ')}.`,
    );
  return version;
}

/**
 * Validates by the version that the bill names.
 * @throws CustosError BOM_FORMAT, BOM_VERSION where there is nothing to validate by
 * @example validateBom(readJson(bytes, 'bom.json'), 'bom.json').problems // []
 */
export function validateBom(value: unknown, name: string): Validation {
  const version = specVersionOf(value, name);
  const validate = validatorOf(version, false);
  if (validate(value)) return { version, problems: [], references: referenceProblems(value) };
  if (!isSmall(value)) return { version, problems: problemsOf(validate.errors), references: [] };
  const all = validatorOf(version, true);
  all(value);
  return { version, problems: problemsOf(all.errors), references: [] };
}

/** The value as a bill. @throws CustosError BOM_INVALID with the first problems */
export function requireBom(value: unknown, name: string): Bom {
  const version = specVersionOf(value, name);
  if (validatorOf(version, false)(value)) return value;
  const { problems } = validateBom(value, name);
  const shown = problems.slice(0, 5).map((problem) => `${problem.path || '/'} ${problem.message}`);
  throw new CustosError(
    'BOM_INVALID',
    `${name} is no valid CycloneDX ${version}: ${shown.join('; ')}. \`custos bom validate\` lists what must be corrected.`,
  );
}

function isSmall(value: unknown): boolean {
  return (
    !isObject(value) || !Array.isArray(value.components) || value.components.length <= ALL_PROBLEMS_UP_TO
  );
}

function validatorOf(version: SpecVersion, allErrors: boolean): ValidateFunction<Bom> {
  const key = `${version} ${allErrors}`;
  const known = validators.get(key);
  if (known) return known;
  // The schemas are the specification's own: checking and inlining them would double the time of the first validation.
  const ajv = new Ajv({
    strict: false,
    allErrors,
    addUsedSchema: false,
    validateSchema: false,
    inlineRefs: false,
    schemas: sharedSchemas(),
  });
  addFormats.default(ajv);
  // Shown as a reference problem: bills of Maven projects are full of `${project.url}`, and are read by everybody all the same.
  ajv.addFormat('iri-reference', true);
  ajv.addFormat('idn-email', isIdnEmail);
  ajv.removeKeyword('uniqueItems');
  ajv.addKeyword({
    keyword: 'uniqueItems',
    type: 'array',
    schemaType: 'boolean',
    error: { message: 'must not have the same item twice' },
    validate: (wanted: boolean, items: readonly unknown[]) => !wanted || hasUniqueItems(items),
  });
  const validate = ajv.compile<Bom>(bomSchema(version));
  validators.set(key, validate);
  return validate;
}

/** One line for each place and reason; branches of a choice that all fail at one place say the same thing often. */
function problemsOf(errors: readonly ErrorObject[] | null | undefined): SchemaProblem[] {
  const seen = new Map<string, SchemaProblem>();
  for (const error of errors ?? []) {
    const extra =
      error.keyword === 'additionalProperties' ? `: ${String(error.params.additionalProperty)}` : '';
    const allowed =
      error.keyword === 'enum' &&
      Array.isArray(error.params.allowedValues) &&
      error.params.allowedValues.length <= 20
        ? `: ${error.params.allowedValues.join(', ')}`
        : '';
    const problem = {
      path: error.instancePath,
      message: `${error.message ?? error.keyword}${extra}${allowed}`,
    };
    seen.set(`${problem.path} ${problem.message}`, problem);
    if (seen.size >= MOST_PROBLEMS) break;
  }
  return [...seen.values()];
}
