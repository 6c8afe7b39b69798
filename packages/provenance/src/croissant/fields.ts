/** Fields of record sets: their types, sources, shapes, and the joins between sources. */
import { isObject, type JsonObject } from '../records/json.ts';
import { list } from './expand.ts';
import { type CroissantNode, hasType, idOf, targetsOf } from './nodes.ts';
import { isMissing, register, type Validation } from './validate.ts';

const SCHEMA_TYPES =
  'AudioObject Boolean Date DateTime Enumeration Float GeoCoordinates GeoShape ImageObject Integer Number Text Time URL VideoObject';
const OWN_TYPES =
  'BoundingBox Float16 Float32 Float64 Int8 Int16 Int32 Int64 Label SegmentationMask Split UInt8 UInt16 UInt32 UInt64 TestSplit TrainingSplit ValidationSplit';
const TYPES: ReadonlySet<string> = new Set([
  ...SCHEMA_TYPES.split(' ').map((name) => `sc:${name}`),
  ...OWN_TYPES.split(' ').map((name) => `cr:${name}`),
]);

/** Registers the fields of a set first, so that they may refer to one another, then checks each. */
export function checkFields(set: CroissantNode, values: readonly unknown[], validation: Validation): void {
  const fields = values.flatMap((value) => registerField(set, value, validation));
  const hasData = !isMissing(set.node['cr:data']);
  if (hasData) checkData(set, fields, validation);
  for (const field of fields) checkField(field, hasData, validation);
}

/** Records inside the document have exactly the columns of their set. */
function checkData(
  set: CroissantNode,
  fields: readonly CroissantNode[],
  { issues, version }: Validation,
): void {
  const names = fields
    .filter(({ parent }) => parent === set)
    .map(({ id }) => (version === '0.8' ? id.slice(set.id.length + 1) : id));
  const expected = JSON.stringify(names.sort());
  for (const [i, record] of list(set.node['cr:data']).entries())
    if (isObject(record) && JSON.stringify(Object.keys(record).sort()) !== expected)
      issues.error(
        'DATA_INVALID',
        set.where,
        `Record ${i + 1} of data does not have the columns ${expected}.`,
      );
}

function registerField(parent: CroissantNode, value: unknown, validation: Validation): CroissantNode[] {
  if (!isObject(value) || !hasType(value, 'cr:Field')) {
    const id = isObject(value) ? idOf(value, validation.version) : undefined;
    const type = isObject(value) ? list(value['@type']).join(', ') : typeof value;
    validation.issues.error(
      'TYPE_WRONG',
      parent.where,
      `"${id ?? ''}" must have the @type Field, not ${type || 'none'}.`,
    );
    return [];
  }
  const field = register('Field', value, parent, validation);
  const inner = [...list(value['cr:subField']), ...list(value['cr:annotation'])];
  return [field, ...inner.flatMap((child) => registerField(field, child, validation))];
}

function checkField(field: CroissantNode, hasData: boolean, validation: Validation): void {
  const { node, where } = field;
  const { issues } = validation;
  const hasParts = !isMissing(node['cr:subField']);
  const source = node['cr:source'];
  const hasValue = node['sc:value'] !== undefined && node['sc:value'] !== null;
  const targets = targetsOf(source);
  const joins = targetsOf(node['cr:references']);
  if (hasValue && source !== undefined)
    issues.error(
      'SOURCE_AND_VALUE',
      where,
      'It has both a source and a value; exactly one of them is right.',
    );
  if (source !== undefined && targets.length === 0)
    issues.error('SOURCE_MALFORMED', where, 'Its source names no field, fileObject or fileSet.');
  if (targets.length + joins.length === 0 && !hasValue && !hasParts && !hasData)
    issues.error(
      'SOURCE_MISSING',
      where,
      'It has neither a source nor a value; exactly one of them is right.',
    );
  for (const id of [...targets, ...joins])
    if (!validation.nodes.has(id)) {
      issues.error('SOURCE_MALFORMED', where, `Its source "${id}" refers to no node.`);
      issues.error(
        'REFERENCE_UNKNOWN',
        field.parent?.where ?? where,
        `It refers to "${id}", which does not exist.`,
      );
    }
  if (!hasParts) checkDataType(field, targets, validation);
  checkShape(node, where, validation);
}

function checkDataType(field: CroissantNode, targets: readonly string[], validation: Validation): void {
  let at: CroissantNode | undefined = field;
  let next = targets;
  for (let steps = 0; at && steps < 100; steps++) {
    const types = list(at.node['cr:dataType']).filter((type) => typeof type === 'string');
    if (types.length > 0) {
      if (
        at === field &&
        !types.some((type) => TYPES.has(type) || /^(https?|urn):|^(prov|dct|rai):/.test(type))
      )
        validation.issues.warn(
          'DATA_TYPE_UNKNOWN',
          field.where,
          `Its dataType ${types.join(', ')} is not known.`,
        );
      return;
    }
    at = next.map((id) => validation.nodes.get(id)).find((node) => node?.kind === 'Field');
    next = at ? targetsOf(at.node['cr:source']) : [];
  }
  validation.issues.error(
    'DATA_TYPE_MISSING',
    field.where,
    'Neither it nor the field it comes from has a cr:dataType.',
  );
}

function checkShape(node: JsonObject, where: string, { issues }: Validation): void {
  const shape = node['cr:arrayShape'];
  if (shape === undefined) return;
  if (node['cr:isArray'] !== true)
    issues.error('ARRAY_SHAPE', where, 'It has an arrayShape, but isArray is not true.');
  if (typeof shape !== 'string' || !/^\s*\(?\s*-?\d+\s*(,\s*-?\d+\s*)*,?\s*\)?\s*$/.test(shape))
    issues.error(
      'ARRAY_SHAPE',
      where,
      'arrayShape must be whole numbers with commas between, such as "-1,3".',
    );
}

/** Sources of one record set must be joined to one another by `references`. */
export function checkJoins(set: CroissantNode, values: readonly unknown[], validation: Validation): void {
  const sources = new Set<string>();
  const joined = new Set<string>();
  for (const value of values) {
    if (!isObject(value)) continue;
    const from = targetsOf(value['cr:source']).flatMap((id) => ownerOf(id, validation));
    const to = targetsOf(value['cr:references']).flatMap((id) => ownerOf(id, validation));
    for (const a of from) {
      sources.add(a);
      for (const b of to) joined.add(pair(a, b));
    }
  }
  const known = [...sources].sort();
  for (const [i, a] of known.entries())
    for (const b of known.slice(i + 1))
      if (!joined.has(pair(a, b)))
        validation.issues.error(
          'JOIN_MISSING',
          set.where,
          `It uses "${a}" and "${b}" without a join between them (references).`,
        );
}

function pair(a: string, b: string): string {
  return JSON.stringify([a, b].sort());
}

/** A file stands for itself, a field for its record set or parent field. */
function ownerOf(id: string, { nodes }: Validation): string[] {
  const node = nodes.get(id);
  return node ? [node.kind === 'Field' ? (node.parent?.id ?? id) : id] : [];
}
