/** One case for each way in which a zip deceives; docs/inspection.md lists the same. */
import { expect, test } from 'vitest';
import { DEFAULT_LIMITS } from '../../limits.ts';
import { inspectBytes, rulesOf } from '../../testing/inspected.ts';
import { evilPickle, pickle, stateDictionary } from '../../testing/pickle.ts';
import { torchZip, zipOf } from '../../testing/zip.ts';

const good = pickle().emptyList().stop().done();
const evil = evilPickle();

test('members are inspected, stored and deflated', () => {
  for (const method of [0, 8] as const) {
    expect(inspectBytes(zipOf([{ name: 'x.pkl', content: good, method }])).verdict).toBe('clean');
    const result = inspectBytes(zipOf([{ name: 'x.pkl', content: evil, method }]), 'm.zip');
    expect(result.verdict).toBe('unsafe');
    expect(result.findings[0]?.member).toBe('m.zip!x.pkl');
  }
});

const CASES: readonly [string, Buffer, string][] = [
  [
    'another name in the member',
    zipOf([{ name: 'data.pkl', content: good, local: { name: 'evil.pkl' } }]),
    'zip.name-mismatch',
  ],
  [
    'another checksum',
    zipOf([{ name: 'a.pkl', content: good, central: { crc: 1 }, local: { crc: 1 } }]),
    'zip.wrong-crc',
  ],
  ['checksums that differ', zipOf([{ name: 'a.pkl', content: good, local: { crc: 1 } }]), 'zip.crc-mismatch'],
  [
    'other flags in the member',
    zipOf([{ name: 'a.pkl', content: good, local: { flags: 1 } }]),
    'zip.flag-mismatch',
  ],
  [
    'marked as patch data',
    zipOf([{ name: 'a.pkl', content: good, local: { flags: 0x20 }, central: { flags: 0x20 } }]),
    'zip.odd-flags',
  ],
  [
    'marked as encrypted, and is not',
    zipOf([{ name: 'a.pkl', content: good, local: { flags: 1 }, central: { flags: 1 } }]),
    'zip.false-encryption',
  ],
  [
    'another method in the member',
    zipOf([{ name: 'a.pkl', content: good, local: { method: 8 } }]),
    'zip.method-mismatch',
  ],
  [
    'two members in the same bytes',
    zipOf([
      { name: 'a.pkl', content: good },
      { name: 'b.pkl', content: good, central: { offset: 0 } },
    ]),
    'zip.overlap',
  ],
  [
    'one name twice',
    zipOf([
      { name: 'a.pkl', content: good },
      { name: 'a.pkl', content: good },
    ]),
    'zip.duplicate-name',
  ],
  [
    'a member that no directory names',
    zipOf([
      { name: 'a.pkl', content: good },
      { name: 'b.pkl', content: good, hidden: true },
    ]),
    'zip.hidden-member',
  ],
  [
    'something in front',
    zipOf([{ name: 'a.pkl', content: good }], { before: Buffer.from('#!/bin/sh\n'), relative: true }),
    'zip.prepended-data',
  ],
  [
    'something behind',
    zipOf([{ name: 'a.pkl', content: good }], { after: Buffer.from('more') }),
    'zip.trailing-data',
  ],
  ['a name that leads out', zipOf([{ name: '../../x.pkl', content: good }]), 'archive.path-traversal'],
  ['an absolute name', zipOf([{ name: '/etc/x.pkl', content: good }]), 'archive.path-traversal'],
  ['a drive of Windows', zipOf([{ name: 'C:\\x.pkl', content: good }]), 'archive.path-traversal'],
  [
    'a link that leads out',
    zipOf([{ name: 'l', content: Buffer.from('../../etc'), central: { mode: 0xa1ff } }]),
    'archive.link-outside',
  ],
];

test.each(CASES)('%s', (_, bytes, rule) => {
  expect(rulesOf(inspectBytes(bytes, 'm.zip'))).toContain(rule);
});

test('a hidden member is inspected', () => {
  const bytes = zipOf([
    { name: 'a.pkl', content: good },
    { name: 'b.pkl', content: evil, hidden: true },
  ]);
  expect(rulesOf(inspectBytes(bytes))).toContain('pickle.unsafe-call');
});

test('a pickle in front of a zip is inspected too', () => {
  const bytes = zipOf([{ name: 'a.pkl', content: good }], { before: evil, relative: true });
  expect(rulesOf(inspectBytes(bytes))).toEqual(
    expect.arrayContaining(['file.polyglot', 'pickle.unsafe-call']),
  );
});

test('without a directory the members are found by walking, and it is not clean', () => {
  const cut = zipOf([{ name: 'a.pkl', content: good }], { withoutDirectory: true });
  expect(inspectBytes(cut).verdict).toBe('not_inspected');
  expect(inspectBytes(zipOf([{ name: 'a.pkl', content: evil }], { withoutDirectory: true })).verdict).toBe(
    'unsafe',
  );
});

test('encrypted and unknown methods are not inspected', () => {
  const secret = zipOf([
    { name: 'a.pkl', content: good, local: { flags: 1, crc: 7 }, central: { flags: 1, crc: 7 } },
  ]);
  const result = inspectBytes(secret);
  expect(result.verdict).toBe('not_inspected');
  expect(result.coverage.skipped[0]?.why).toBe('is encrypted');
  const odd = zipOf([{ name: 'a.pkl', content: good, local: { method: 98 }, central: { method: 98 } }]);
  expect(inspectBytes(odd).coverage.skipped[0]?.why).toContain('method 98');
});

test('storages that the pickle names are not read; others in the folder are', () => {
  const data = stateDictionary([4]);
  const fine = inspectBytes(torchZip(data, [Buffer.alloc(16, 0x80)]), 'm.pt');
  expect([fine.verdict, fine.format]).toEqual(['clean', 'zip/pytorch']);
  expect(inspectBytes(torchZip(data, [Buffer.alloc(16), evil])).verdict).toBe('unsafe');
  expect(inspectBytes(torchZip(data, [Buffer.alloc(16), Buffer.from([1, 2, 3])])).verdict).toBe(
    'not_inspected',
  );
});

test('a zip in a zip in a zip ends at the limit of depth', () => {
  let bytes = zipOf([{ name: 'a.pkl', content: evil }]);
  for (let layer = 0; layer < 12; layer++) bytes = zipOf([{ name: 'a.zip', content: bytes }]);
  const result = inspectBytes(bytes);
  expect(result.verdict).toBe('not_inspected');
  expect(result.coverage.skipped[0]?.why).toContain('depth');
});

test('what goes beyond the limits of bytes is not inspected, and what was seen before stays', () => {
  const bytes = zipOf([
    { name: 'a.pkl', content: evil },
    { name: 'b.bin', content: Buffer.alloc(20 * 2 ** 20), method: 8 },
  ]);
  const result = inspectBytes(bytes, 'm.zip', { ...DEFAULT_LIMITS, bytes: 2 ** 20 });
  expect(result.verdict).toBe('unsafe');
  expect(result.coverage.skipped[0]?.why).toContain('1,048,576 bytes');
});

test('many copies of one member, as the bomb of overlaps has them, stay within the limits', () => {
  const members = Array.from({ length: 3_000 }, (_, index) => ({
    name: `${index}`,
    content: index === 0 ? Buffer.alloc(2 ** 20, 0x61) : Buffer.alloc(0),
    method: 8 as const,
    central: { offset: 0, size: 2 ** 20 },
  }));
  const result = inspectBytes(zipOf(members), 'm.zip', { ...DEFAULT_LIMITS, bytes: 64 * 2 ** 20 });
  expect(rulesOf(result)).toContain('zip.overlap');
});
