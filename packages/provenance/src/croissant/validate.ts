/**
 * Validates Croissant dataset descriptions, versions 0.8 to 1.1, with the RAI and PROV-O terms.
 * Source: https://docs.mlcommons.org/croissant/docs/croissant-spec-1.1.html
 */
import { isObject, type JsonObject, text } from '../records/json.ts';
import { expand, list } from './expand.ts';
import { checkFields, checkJoins } from './fields.ts';
import { type CroissantIssue, Issues } from './issues.ts';
import {
  type CroissantNode,
  type CroissantVersion,
  hasType,
  idOf,
  referencesIn,
  versionOf,
} from './nodes.ts';
import { checkProv, checkResponsible } from './responsible.ts';
import { notText } from './text-values.ts';

export interface CroissantReport {
  readonly valid: boolean;
  readonly version: CroissantVersion;
  readonly issues: readonly CroissantIssue[];
  /** The dataset's node under stable names, for reading it; undefined when there is none. */
  readonly dataset: JsonObject | undefined;
}

/** State of one validation. */
export interface Validation {
  readonly version: CroissantVersion;
  readonly issues: Issues;
  readonly nodes: Map<string, CroissantNode>;
  /** A dataset that changes has files without checksums. */
  readonly live: boolean;
}

/**
 * @param document parsed JSON
 * @example validateCroissant({ '@type': 'sc:Dataset' }).issues[0]?.code // 'CONTEXT_REMOTE'
 */
export function validateCroissant(document: unknown): CroissantReport {
  const issues = new Issues();
  const found = isObject(document) ? expand(document) : undefined;
  if (isObject(document) && !found)
    issues.error('TOO_DEEP', 'document', 'It is nested more than 64 levels deep.');
  const root = found && datasetIn(found.root);
  if (!root || !found) {
    if (issues.all.length === 0)
      issues.error(
        'NOT_DATASET',
        'document',
        'It describes no https://schema.org/Dataset: @type must be sc:Dataset.',
      );
    return { valid: false, version: '0.8', issues: issues.all, dataset: undefined };
  }
  if (found.context.remote)
    issues.warn(
      'CONTEXT_REMOTE',
      'document',
      'Its @context is not inside it; the usual Croissant context was used.',
    );
  const validation: Validation = {
    version: versionOf(root),
    issues,
    nodes: new Map(),
    live: root['cr:isLiveDataset'] === true,
  };
  checkDataset(root, validation);
  const files = list(root['sc:distribution']).flatMap((node) => checkFile(node, validation));
  const sets = list(root['cr:recordSet']).flatMap((node) => checkRecordSet(node, validation));
  for (const file of files) checkContainers(file, validation);
  for (const { set, fields } of sets) checkFields(set, fields, validation);
  for (const { set, fields } of sets) checkJoins(set, fields, validation);
  return {
    valid: issues.all.every(({ severity }) => severity !== 'error'),
    version: validation.version,
    issues: issues.all,
    dataset: root,
  };
}

function datasetIn(root: JsonObject): JsonObject | undefined {
  return [root, ...list(root['@graph'])].find(
    (node): node is JsonObject => isObject(node) && hasType(node, 'sc:Dataset'),
  );
}

function checkDataset(root: JsonObject, { issues, version }: Validation): void {
  // The text of 1.0 asks for a name; its reference tool, and published documents, do without.
  if (version === '0.8') requireProperties(root, ['sc:name'], 'Dataset', issues);
  const recommended = ['sc:description', 'sc:license', 'sc:url', 'sc:datePublished', 'sc:version'];
  if (version !== '0.8') recommended.push('sc:name', 'cr:citeAs');
  for (const name of recommended)
    if (isMissing(root[name])) issues.warn('PROPERTY_RECOMMENDED', 'Dataset', `${name} is recommended.`);
  checkWords(root, 'Dataset', issues);
  checkResponsible(root, issues);
  checkProv(root, 'Dataset', issues);
}

export function isMissing(value: unknown): boolean {
  return (
    value === undefined || value === null || value === '' || (Array.isArray(value) && value.length === 0)
  );
}

function requireProperties(node: JsonObject, names: readonly string[], where: string, issues: Issues): void {
  for (const name of names)
    if (isMissing(node[name])) issues.error('PROPERTY_MISSING', where, `${name} is mandatory and missing.`);
}

export function checkWords(node: JsonObject, where: string, issues: Issues): void {
  for (const name of ['sc:name', 'sc:description'])
    for (const type of notText(node[name]))
      issues.error('TEXT_EXPECTED', where, `${name} must be text, not ${type}.`);
}

/** Adds a node under its id; leaves the reason where it has none, a bad one, or one that is taken. */
export function register(
  kind: CroissantNode['kind'],
  node: JsonObject,
  parent: CroissantNode | undefined,
  { version, issues, nodes }: Validation,
): CroissantNode {
  const id = idOf(node, version, parent);
  const made: CroissantNode = {
    kind,
    id: id ?? '',
    node,
    parent,
    where: `${parent ? parent.where : 'Dataset'} > ${kind}(${id ?? ''})`,
  };
  if (id === undefined && version === '0.8')
    issues.error('PROPERTY_MISSING', made.where, 'sc:name is mandatory and missing.');
  else if (id === undefined)
    issues.warn('PROPERTY_RECOMMENDED', made.where, '@id is missing, so nothing can refer to it.');
  else {
    if (version !== '0.8' && /\s|%20/.test(id))
      issues.error('ID_INVALID', made.where, `The @id "${id}" must not hold white space.`);
    if (nodes.has(id)) issues.error('ID_REPEATED', made.where, `The id "${id}" is used twice.`);
    else nodes.set(id, made);
  }
  checkWords(node, made.where, issues);
  checkProv(node, made.where, issues);
  return made;
}

function checkFile(value: unknown, validation: Validation): CroissantNode[] {
  const { issues, version } = validation;
  if (!isObject(value)) {
    issues.error('TYPE_WRONG', 'Dataset', 'A distribution must be a FileObject or a FileSet.');
    return [];
  }
  const isSet = hasType(value, 'cr:FileSet', 'sc:FileSet');
  if (!isSet && !hasType(value, 'cr:FileObject', 'sc:FileObject')) {
    issues.error(
      'TYPE_WRONG',
      'Dataset',
      `"${idOf(value, version) ?? ''}" must have the @type FileObject or FileSet, not ${list(value['@type']).join(', ') || 'none'}.`,
    );
    return [];
  }
  const file = register(isSet ? 'FileSet' : 'FileObject', value, undefined, validation);
  requireProperties(value, ['sc:encodingFormat'], file.where, issues);
  if (isSet) requireProperties(value, ['cr:includes'], file.where, issues);
  else if (isMissing(value['cr:containedIn']) && isMissing(value['sc:containedIn'])) {
    requireProperties(value, ['sc:contentUrl'], file.where, issues);
    const sums = ['sc:sha256', 'cr:sha256', 'cr:md5', 'sc:md5'].filter((name) => !isMissing(value[name]));
    const md5 = sums.some((name) => name.endsWith('md5'));
    const sha = sums.some((name) => name.endsWith('sha256'));
    if (!md5 && !sha && !validation.live)
      issues.error(
        'CHECKSUM',
        file.where,
        'Neither sha256 nor md5 is given, so the file can not be recognised.',
      );
  }
  const sha256 = text(value['sc:sha256']);
  if (sha256 !== undefined && /^[0-9A-Fa-f]+$/.test(sha256) && sha256.length !== 64)
    issues.warn('CHECKSUM', file.where, `sha256 has ${sha256.length} digits instead of 64.`);
  return [file];
}

function checkContainers(file: CroissantNode, { nodes, issues }: Validation): void {
  for (const key of ['cr:containedIn', 'sc:containedIn'])
    for (const item of list(file.node[key])) {
      const source = isObject(item) && !('@id' in item) ? Object.values(item) : [item];
      for (const id of source.flatMap(referencesIn))
        if (!nodes.has(id))
          issues.error('REFERENCE_UNKNOWN', file.where, `It refers to "${id}", which does not exist.`);
    }
}

function checkRecordSet(value: unknown, validation: Validation): { set: CroissantNode; fields: unknown[] }[] {
  const { issues, version } = validation;
  if (!isObject(value) || !hasType(value, 'cr:RecordSet')) {
    const id = isObject(value) ? idOf(value, version) : undefined;
    issues.error('TYPE_WRONG', 'Dataset', `"${id ?? ''}" must have the @type RecordSet.`);
    return [];
  }
  const set = register('RecordSet', value, undefined, validation);
  const data = value['cr:data'];
  const records = list(data);
  if (data !== undefined && (records.length === 0 || !records.every(isObject)))
    issues.error('DATA_INVALID', set.where, 'data must be records, at least one.');
  return [{ set, fields: list(value['cr:field']) }];
}
