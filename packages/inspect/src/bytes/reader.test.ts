import { describe, expect, it } from 'vitest';
import { BytesSource } from '../sources.ts';
import { Malformed } from './malformed.ts';
import { fields } from './protobuf.ts';
import { Reader } from './reader.ts';
import { xmlEvents } from './xml.ts';

const ticker = { tick: () => undefined };
const reader = (bytes: Uint8Array, options = {}) => new Reader(new BytesSource(bytes, 'x'), ticker, options);

describe('a reader', () => {
  it('reads numbers in both byte orders, across its windows', () => {
    const bytes = new Uint8Array(200_000);
    new DataView(bytes.buffer).setUint32(65_534, 0x01020304);
    const big = reader(bytes, { littleEndian: false });
    big.u8();
    big.seek(65_534);
    expect(big.u32()).toBe(0x01020304);
    const little = reader(bytes);
    little.seek(65_534);
    expect(little.u32()).toBe(0x04030201);
  });

  it('never crosses the end of its range', () => {
    const bytes = new Uint8Array(16);
    for (const act of [
      (one: Reader) => one.skip(17),
      (one: Reader) => one.skip(-1),
      (one: Reader) => one.skip(Number.NaN),
      (one: Reader) => one.seek(2 ** 60),
      (one: Reader) => one.bytes(17),
      (one: Reader) => one.bytes(2, 1),
      (one: Reader) => {
        one.seek(13);
        return one.u32();
      },
    ])
      expect(() => act(reader(bytes))).toThrow(Malformed);
    expect(() => reader(bytes, { end: 4 }).bigU64()).toThrow(Malformed);
  });

  it('refuses numbers of more than 53 bits', () => {
    expect(() => reader(new Uint8Array(8).fill(0xff)).u64()).toThrow(
      /declares the number 18446744073709551615/,
    );
  });

  it('keeps its window when the source uses its buffer again', () => {
    const shared = new Uint8Array(8);
    const source = {
      path: 'x',
      size: 1024,
      read: (offset: number, length: number) => shared.fill(offset & 0xff).subarray(0, Math.min(length, 8)),
    };
    const one = new Reader(source, ticker);
    expect(one.u8()).toBe(0);
    source.read(5, 8);
    expect(one.u8()).toBe(0);
  });
});

describe('protobuf', () => {
  const read = (...bytes: readonly number[]) => [
    ...fields(reader(Uint8Array.from(bytes)), { start: 0, end: bytes.length }),
  ];

  it('reads every wire type but groups', () => {
    expect(read(0x08, 0x96, 0x01)).toEqual([{ number: 1, wire: 'varint', value: 150n, start: 1 }]);
    expect(read(0x12, 0x01, 0x61, 0x1d, 0, 0, 0, 0).map(({ number, wire }) => [number, wire])).toEqual([
      [2, 'bytes'],
      [3, 'fixed32'],
    ]);
    expect(() => read(0x0b)).toThrow(/wire type 3/);
  });

  it('refuses lengths beyond the message and numbers without end', () => {
    expect(() => read(0x12, 0x7f)).toThrow(/127 bytes where 0 are left/);
    expect(() => read(0x08, ...Array.from({ length: 11 }, () => 0xff))).toThrow(/more than ten bytes/);
    expect(() => read(0x00)).toThrow(/field number 0/);
  });
});

describe('XML', () => {
  const events = (text: string) => [...xmlEvents(reader(new TextEncoder().encode(text)))];

  it('reads elements, attributes and what stands between', () => {
    const found = events('<?xml version="1.0"?><!-- a --><a b="1 > 0" c=\'"\'>t<![CDATA[<x>]]></a>');
    expect(found.map(({ kind }) => kind)).toEqual([
      'instruction',
      'comment',
      'open',
      'text',
      'cdata',
      'close',
    ]);
    const open = found[2];
    expect(open?.kind === 'open' && [...open.attributes]).toEqual([
      ['b', '1 > 0'],
      ['c', '"'],
    ]);
  });

  it('reads tags that cross its pieces', () => {
    const long = 'v'.repeat(300_000);
    const open = events(`<a>${' '.repeat(262_100)}<b c="${long}" d=">"/></a>`).find(
      (event) => event.kind === 'open' && event.name === 'b',
    );
    expect(open?.kind === 'open' && open.attributes.get('c')?.length).toBe(300_000);
    expect(open?.kind === 'open' && open.attributes.get('d')).toBe('>');
  });

  it('passes a DOCTYPE over with its internal subset', () => {
    expect(events('<!DOCTYPE a [<!ENTITY x "y>">]><a/>').map(({ kind }) => kind)).toEqual([
      'doctype',
      'open',
    ]);
  });
});
