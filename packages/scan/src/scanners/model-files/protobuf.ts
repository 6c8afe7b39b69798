/** Whether bytes read as a protobuf message with certain fields. */

/** Fields looked at; a message is told by its first few. */
const MAX_FIELDS = 64;

/** Wire types by the number of their field: 0 for numbers, 2 for bytes and messages. */
export type Fields = Readonly<Record<number, 0 | 2>>;

/**
 * Numbers of the fields that stand first in a message, as far as the head of its file goes.
 * @param head the first bytes of a file of `size` bytes
 * @returns undefined where a field is none of `fields`, or does not fit into the file
 */
export function fieldsOf(head: Buffer, size: number, fields: Fields): ReadonlySet<number> | undefined {
  const found = new Set<number>();
  let at = 0;
  for (let count = 0; count < MAX_FIELDS && at < head.length; count += 1) {
    const tag = varint(head, at);
    if (tag === 'broken-off') break;
    if (tag === undefined || fields[Math.floor(tag.value / 8)] !== tag.value % 8) return undefined;
    const value = varint(head, tag.end);
    if (value === 'broken-off') break;
    if (value === undefined) return undefined;
    at = tag.value % 8 === 0 ? value.end : value.end + value.value;
    if (at > size) return undefined;
    found.add(Math.floor(tag.value / 8));
  }
  return found;
}

function varint(head: Buffer, start: number): { value: number; end: number } | 'broken-off' | undefined {
  let value = 0;
  for (let index = 0; index < 10; index += 1) {
    const byte = head[start + index];
    if (byte === undefined) return 'broken-off';
    value += (byte & 0x7f) * 2 ** (7 * index);
    if (byte < 0x80) return { value, end: start + index + 1 };
  }
  return undefined;
}
