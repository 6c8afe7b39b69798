/** The graph of a Croissant document: files, record sets and fields by their ids, and what refers to what. */
import { isObject, type JsonObject, text } from '../records/json.ts';
import { list } from './expand.ts';

export type CroissantVersion = '0.8' | '1.0' | '1.1';

export interface CroissantNode {
  readonly kind: 'FileObject' | 'FileSet' | 'RecordSet' | 'Field';
  readonly id: string;
  readonly node: JsonObject;
  readonly where: string;
  readonly parent: CroissantNode | undefined;
}

export function versionOf(root: JsonObject): CroissantVersion {
  const claimed = list(root['dct:conformsTo'])
    .map((item) => (isObject(item) ? item['@id'] : item))
    .filter((item) => typeof item === 'string' && item.includes('mlcommons.org/croissant/'));
  if (claimed.some((item) => String(item).includes('/1.1'))) return '1.1';
  return claimed.some((item) => String(item).includes('/1.')) ? '1.0' : '0.8';
}

/** What nodes are called by: names before 1.0, `@id` since. */
export function idOf(
  node: JsonObject,
  version: CroissantVersion,
  parent?: CroissantNode,
): string | undefined {
  const own = version === '0.8' ? (text(node['sc:name']) ?? text(node['@id'])) : text(node['@id']);
  if (own === undefined) return undefined;
  return version === '0.8' && parent ? `${parent.id}/${own}` : own;
}

export function hasType(node: JsonObject, ...names: string[]): boolean {
  return list(node['@type']).some((type) => typeof type === 'string' && names.includes(type));
}

/** The ids that a value refers to: `{"@id": "x"}`, `"x"`, `"#{x}"`, or lists of them. */
export function referencesIn(value: unknown): string[] {
  return list(value).flatMap((item) => {
    const id = isObject(item) ? item['@id'] : item;
    return typeof id === 'string'
      ? [id.replace(/^#\{(.*)\}$/, '$1').replaceAll('.', id.startsWith('#{') ? '/' : '.')]
      : [];
  });
}

/** What a `source` or `references` points at. Before 1.0 a dot could join a record set and a field. */
export function targetsOf(source: unknown): string[] {
  if (typeof source === 'string') return referencesIn(source);
  if (!isObject(source)) return [];
  const named = [
    'cr:fileObject',
    'cr:fileSet',
    'cr:field',
    'cr:recordSet',
    'sc:distribution',
    'cr:distribution',
    'sc:field',
  ].flatMap((key) => referencesIn(source[key]));
  return named.length > 0 ? named : referencesIn(source);
}
