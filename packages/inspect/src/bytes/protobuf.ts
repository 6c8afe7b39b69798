/**
 * The wire format of Protocol Buffers, without schemas and without copies: a message is a range of a source, its fields
 * are found one after the other, and only what a rule looks at is read. Length-delimited fields are passed over by
 * seeking, so that a file of tensors costs as much as its structure.
 * Source: https://protobuf.dev/programming-guides/encoding/
 */
import { Malformed } from './malformed.ts';
import type { Reader } from './reader.ts';

/** A part of a source: from `start` up to, without, `end`. */
export interface Range {
  readonly start: number;
  readonly end: number;
}

export type Field =
  | { readonly number: number; readonly wire: 'varint'; readonly value: bigint; readonly start: number }
  | { readonly number: number; readonly wire: 'bytes'; readonly start: number; readonly end: number }
  | {
      readonly number: number;
      readonly wire: 'fixed32' | 'fixed64';
      readonly start: number;
      readonly end: number;
    };

const LAST_FIELD = 2 ** 29 - 1;

/** At most ten bytes, 64 bits. */
export function varint(reader: Reader): bigint {
  const start = reader.offset;
  let low = 0;
  // Up to 28 bits without BigInt: nearly every number of a file.
  for (let shift = 0; shift < 28; shift += 7) {
    const byte = reader.u8();
    low |= (byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt(low);
  }
  let value = BigInt(low);
  for (let shift = 28n; shift < 70n; shift += 7n) {
    const byte = reader.u8();
    value |= BigInt(byte & 0x7f) << shift;
    if (byte < 0x80) return BigInt.asUintN(64, value);
  }
  throw new Malformed('a protobuf number of more than ten bytes', start);
}

/**
 * The fields of a message, in file order.
 * @throws Malformed where a field crosses the end of its message, or has the wire type of a group
 * @example for (const field of fields(reader, range)) if (field.number === 7 && field.wire === 'bytes') …
 */
export function* fields(reader: Reader, range: Range): Generator<Field> {
  let at = range.start;
  for (let count = 0; at < range.end; count += 1) {
    if ((count & 0xff) === 0) reader.tick();
    reader.seek(at);
    const tag = Number(varint(reader));
    const number = Math.floor(tag / 8);
    if (number < 1 || number > LAST_FIELD) throw new Malformed(`the protobuf field number ${number}`, at);
    const start = reader.offset;
    switch (tag % 8) {
      case 0: {
        const value = varint(reader);
        at = within(reader.offset, range, start);
        yield { number, wire: 'varint', value, start };
        break;
      }
      case 1:
        at = within(start + 8, range, start);
        yield { number, wire: 'fixed64', start, end: at };
        break;
      case 2: {
        const length = varint(reader);
        const from = reader.offset;
        if (length > BigInt(range.end - from))
          throw new Malformed(
            `a protobuf field of ${length} bytes where ${range.end - from} are left`,
            start,
          );
        at = from + Number(length);
        yield { number, wire: 'bytes', start: from, end: at };
        break;
      }
      case 5:
        at = within(start + 4, range, start);
        yield { number, wire: 'fixed32', start, end: at };
        break;
      default:
        throw new Malformed(`the protobuf wire type ${tag % 8}`, at);
    }
  }
}

function within(end: number, range: Range, start: number): number {
  if (end > range.end) throw new Malformed('a protobuf field crosses the end of its message', start);
  return end;
}

/** The text of a field, cut at `limit` bytes. */
export function textOf(reader: Reader, field: Range, limit = 64 * 1024): string {
  reader.seek(field.start);
  return reader.text(Math.min(field.end - field.start, limit));
}

/** The embedded message with this number that comes last, as the wire format says for fields that stand once. */
export function lastMessage(reader: Reader, range: Range, number: number): Range | undefined {
  let found: Range | undefined;
  for (const field of fields(reader, range))
    if (field.number === number && field.wire === 'bytes') found = field;
  return found;
}

/** A signed 64-bit value of a varint, as a number where it fits. */
export function int64(value: bigint): number {
  return Number(BigInt.asIntN(64, value));
}

/** Numbers of a repeated integer field, packed or not; at most `limit`. */
export function* packedIntegers(reader: Reader, field: Field, limit = 1_000_000): Generator<number> {
  if (field.wire === 'varint') yield int64(field.value);
  if (field.wire !== 'bytes') return;
  let at = field.start;
  for (let count = 0; at < field.end && count < limit; count += 1) {
    reader.seek(at);
    const value = varint(reader);
    at = reader.offset;
    yield int64(value);
  }
}

/**
 * The field numbers and wire types that the beginning of some bytes reads as, for formats without magic; undefined
 * where it is no protobuf. Bytes may end within a field.
 */
export function shapeOf(
  head: Uint8Array,
  most = 32,
): { number: number; wire: number; at: number; length: number }[] | undefined {
  const shape: { number: number; wire: number; at: number; length: number }[] = [];
  let at = 0;
  const number = (): number | undefined => {
    let value = 0;
    for (let shift = 0; shift < 10; shift += 1) {
      const byte = head[at];
      if (byte === undefined) return undefined;
      at += 1;
      value += (byte & 0x7f) * 2 ** (7 * shift);
      if (byte < 0x80) return value;
    }
    return undefined;
  };
  while (at < head.length && shape.length < most) {
    const tag = number();
    if (tag === undefined) return undefined;
    const field = Math.floor(tag / 8);
    const wire = tag % 8;
    if (field < 1 || field > LAST_FIELD) return undefined;
    let length = 0;
    const from = at;
    if (wire === 0) {
      const value = number();
      if (value === undefined) return undefined;
      length = value;
    } else if (wire === 1) at += 8;
    else if (wire === 5) at += 4;
    else if (wire === 2) {
      const value = number();
      if (value === undefined) return undefined;
      length = value;
    } else return undefined;
    shape.push({ number: field, wire, at: wire === 2 ? at : from, length });
    if (wire === 2) at += length;
  }
  return shape.length === 0 ? undefined : shape;
}
