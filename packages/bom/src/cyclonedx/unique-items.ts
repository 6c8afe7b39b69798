/**
 * `uniqueItems` in linear time. Ajv compares every object of a list with every other, which takes minutes for the
 * 50,000 components of a large bill; here equal objects meet in a set.
 */
import { identityText, isObject } from '../json/json.ts';

/** Lists up to this length are compared by text at once; longer ones are first told apart by their short fields. */
const SHORT = 8;

export function hasUniqueItems(items: readonly unknown[]): boolean {
  if (items.length < 2) return true;
  if (items.length <= SHORT) return new Set(items.map(identityText)).size === items.length;
  const groups = new Map<string, unknown[]>();
  for (const item of items) {
    const key = outline(item);
    const group = groups.get(key);
    if (group) group.push(item);
    else groups.set(key, [item]);
  }
  for (const group of groups.values())
    if (group.length > 1 && new Set(group.map(identityText)).size !== group.length) return false;
  return true;
}

/** Fields that name a thing; equal items have equal outlines. */
const NAMING = [
  'bom-ref',
  'ref',
  'purl',
  'name',
  'version',
  'id',
  'url',
  'location',
  'content',
  'value',
] as const;

function outline(item: unknown): string {
  if (!isObject(item)) return identityText(item);
  let key = '';
  for (const name of NAMING) {
    const value = item[name];
    if (typeof value === 'string') key += `${value}\n`;
  }
  return key;
}
