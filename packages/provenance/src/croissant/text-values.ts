/** `name` and `description`: words, words by language, or a list of either. */
import { isObject } from '../records/json.ts';
import { list } from './expand.ts';

/** The values that are no words, as JSON names their type. */
export function notText(value: unknown): string[] {
  return list(value).flatMap((item) => {
    if (typeof item === 'string') return [];
    if (!isObject(item)) return [typeof item];
    if ('@value' in item) return typeof item['@value'] === 'string' ? [] : [typeof item['@value']];
    return Object.entries(item).flatMap(([key, inner]) =>
      key.startsWith('@') || list(inner).every((word) => typeof word === 'string') ? [] : [typeof inner],
    );
  });
}

/** The first words of a value. */
export function firstText(value: unknown): string | undefined {
  for (const item of list(value)) {
    const word = isObject(item) ? (item['@value'] ?? Object.values(item)[0]) : item;
    if (typeof word === 'string' && word.trim() !== '') return word;
  }
  return undefined;
}
