/** Each rule of a catalogue: a small right one, and one change that breaks it. */
import { CustosError, nearest } from '@custos/core';
import { expect, test } from 'vitest';
import { specificationCounts } from './counts.ts';
import type { CatalogueDocument } from './document.ts';
import { compareIds, mergeSpecification, tryMergeSpecification } from './merge-specification.ts';

const provision = () => ({
  id: 'A-1',
  principle: 1,
  phase: 'design',
  norm: 'shall',
  title: 'Owners are known',
  roles: ['developer'],
  automation: 'machine',
  duties: [
    {
      id: 'A-1/a',
      norm: 'shall',
      roles: ['developer'],
      text: 'Each model has an owner',
      when: ['cloud_service_used'],
    },
    { id: 'A-1/b', norm: 'should', roles: ['developer'], text: 'Each owner has a deputy', when: [] },
  ],
  triggers: ['T-MODEL'],
  ixit: [1],
  references: [{ framework: 'atlas', id: 'AML.M0023', relation: 'supports' }],
});

const settings = () => ({
  settings: [
    { id: 'owner.review_days', default: 90, unit: 'days', reason: 'Owners change within a quarter.' },
    { id: 'owner.share', default: 0.9, unit: 'share', reason: 'A few may be in transfer.' },
    { id: 'owner.deputies', default: 1, unit: 'count', reason: 'One deputy covers a holiday.' },
  ],
});

const catalogue = (): Record<string, unknown> => ({
  'specification.yaml': {
    standard: 'House rules',
    version: '1',
    features: { cloud_service_used: 'A cloud service is used' },
    triggers: { 'T-MODEL': 'The model changed' },
  },
  'principles.yaml': { principles: [{ number: 1, clause: 'A', title: 'Ownership', phase: 'design' }] },
  'ixit.yaml': { ixit: [{ number: 1, title: 'Owners' }] },
  'settings.yaml': settings(),
  'provisions/A-1.yaml': provision(),
});

const documents = (changes: Record<string, unknown> = {}): CatalogueDocument[] =>
  Object.entries({ ...catalogue(), ...changes })
    .filter(([, value]) => value !== undefined)
    .map(([path, value]) => ({ path, value }));

/** The changed provision, as a document. */
const changed = (change: object) => ({ 'provisions/A-1.yaml': { ...provision(), ...change } });
const duty = (change: object) => {
  const { duties } = provision();
  return changed({ duties: [{ ...duties[0], ...change }, duties[1]] });
};
const setting = (change: object) => ({
  'settings.yaml': { settings: [{ ...settings().settings[0], ...change }] },
});

test('joins a right catalogue in any order of its documents', () => {
  const specification = mergeSpecification(documents());
  expect(mergeSpecification(documents().reverse())).toEqual(specification);
  expect(specificationCounts(specification)).toMatchObject({
    leading: { shall: 1, should: 0 },
    mixed: ['A-1'],
    verbs: { shall: 1, should: 1 },
    references: { atlas: 1 },
  });
});

test('IXIT and settings may be left out', () => {
  const without = { ...changed({ ixit: [] }), 'ixit.yaml': undefined, 'settings.yaml': undefined };
  expect(mergeSpecification(documents(without))).toMatchObject({ ixit: [], settings: [] });
});

test('paths may have folders before them', () => {
  const inFolder = documents().map(({ path, value }) => ({ path: `standard/house/${path}`, value }));
  expect(mergeSpecification(inFolder).provisions).toHaveLength(1);
});

const second = (change: object) => ({ 'provisions/A-2.yaml': { ...provision(), id: 'A-2', ...change } });
const duties2 = provision().duties.map((item) => ({ ...item, id: item.id.replace('A-1', 'A-2') }));

test.each<[string, Record<string, unknown>, RegExp]>([
  ['missing head', { 'specification.yaml': undefined }, /^specification\.yaml: document is missing; add it/],
  ['missing principles', { 'principles.yaml': undefined }, /^principles\.yaml: document is missing/],
  ['no provision', { 'provisions/A-1.yaml': undefined }, /^provisions\/<id>\.yaml: document is missing/],
  [
    'second head',
    { 'more/specification.yml': catalogue()['specification.yaml'] },
    /is a second specification document/,
  ],
  ['stray document', { 'notes.yaml': {} }, /^notes\.yaml: document has no place in a catalogue; name it/],
  ['empty document', { 'ixit.yaml': null }, /^ixit\.yaml: document is null/],
  ['unknown key', changed({ titel: 'x' }), /A-1\.yaml: titel is not a known key; did you mean title\?/],
  ['unknown key in a duty', duty({ wenn: [] }), /duties\[0\]\.wenn is not a known key; did you mean when\?/],
  ['missing key', changed({ title: undefined }), /A-1\.yaml: title is missing; add it/],
  ['missing word', changed({ automation: undefined }), /A-1\.yaml: automation is missing; add it/],
  ['number for an id', changed({ uk: 1.1 }), /uk is 1\.1: .*; put it in quotes/],
  ['unknown verb', duty({ norm: 'must' }), /duties\[0\]\.norm is "must"; use one of shall, should/],
  ['unknown feature', duty({ when: ['cloud_used'] }), /when\[0\] is "cloud_used"; /],
  ['misspelt feature', duty({ when: ['cloud_service_use'] }), /did you mean cloud_service_used\?/],
  [
    'feature nobody described',
    duty({ when: ['major_update'] }),
    /duties\[0\]\.when\[0\] is major_update, which is not described; describe it in specification\.yaml/,
  ],
  [
    'unknown trigger',
    changed({ triggers: ['T-MODELS'] }),
    /triggers\[0\] is "T-MODELS"; did you mean T-MODEL\?/,
  ],
  [
    'trigger nobody described',
    changed({ triggers: ['T-EOL'] }),
    /triggers\[0\] is T-EOL, which is not described/,
  ],
  [
    'unknown feature in the head',
    { 'specification.yaml': { standard: 'x', version: '1', features: { clod: 'x' }, triggers: {} } },
    /features\.clod is not a known/,
  ],
  [
    'unknown principle',
    changed({ principle: 9 }),
    /principle is 9, which is no principle; add it to principles\.yaml/,
  ],
  ['unknown IXIT table', changed({ ixit: [1, 7] }), /ixit\[1\] is 7, which is no IXIT table/],
  [
    'duty of another provision',
    duty({ id: 'B-1/a' }),
    /duties\[0\]\.id is B-1\/a, which is no duty of A-1; write A-1\//,
  ],
  ['duty id without a letter', duty({ id: 'A-1/' }), /which is no duty of A-1/],
  ['duty id twice', duty({ id: 'A-1/b' }), /duties\[1\]\.id is A-1\/b, which is taken/],
  ['provision id twice', { 'other/provisions/A-1.yaml': provision() }, /id is A-1, which is taken/],
  [
    'UK number twice',
    { ...changed({ uk: '1.1' }), ...second({ uk: '1.1', duties: duties2 }) },
    /uk is 1\.1, which is taken/,
  ],
  [
    'file name that differs',
    { 'provisions/A-9.yaml': { ...provision(), id: 'A-2', duties: duties2 } },
    /id is A-2, but the file is called A-9/,
  ],
  [
    'role the provision does not name',
    duty({ roles: ['end_user'] }),
    /roles\[0\] is end_user, which the provision does not name/,
  ],
  ['no duty', changed({ duties: [] }), /duties is \[\]/],
  [
    'verb against its first duty',
    changed({ norm: 'should' }),
    /norm is should, but the first duty says shall/,
  ],
  [
    'shall hidden in a should',
    changed({ norm: 'should', duties: [...provision().duties].reverse() }),
    /duties\[1\]\.norm is shall in a provision that says should/,
  ],
  ['blank text', duty({ text: '  ' }), /duties\[0\]\.text is blank/],
  [
    'unknown relation',
    changed({ references: [{ framework: 'atlas', id: 'AML.M0023', relation: 'same' }] }),
    /relation is "same"; use one of equal/,
  ],
  [
    'wrong reference id',
    changed({ references: [{ framework: 'atlas', id: 'M0023', relation: 'equal' }] }),
    /references\[0\]\.id is "M0023", which is no id of atlas; write it like AML\.M0018/,
  ],
  [
    'reference twice',
    changed({ references: [...provision().references, ...provision().references] }),
    /references\[1\]\.id is atlas AML\.M0023, which is taken/,
  ],
  [
    'setting twice',
    { 'settings.yaml': { settings: [settings().settings[0], settings().settings[0]] } },
    /settings\[1\]\.id is owner\.review_days, which is taken/,
  ],
  ['negative setting', setting({ default: -1 }), /settings\[0\]\.default is -1; use 0 or more/],
  [
    'share above 1',
    setting({ unit: 'share', default: 95 }),
    /default is 95, but a share; use a number from 0 to 1/,
  ],
  ['broken count', setting({ unit: 'count', default: 1.5 }), /default is 1\.5, but a count/],
  ['unknown unit', setting({ unit: 'day' }), /unit is "day"; did you mean days\?/],
])('refuses a catalogue with: %s', (_name, changes, message) => {
  const attempt = (): unknown => mergeSpecification(documents(changes));
  expect(attempt).toThrow(CustosError);
  expect(attempt).toThrow(
    expect.objectContaining({ code: 'CATALOGUE_INVALID', message: expect.stringMatching(message) }),
  );
});

test('reports all problems, and shows the first 20', () => {
  const many = Array.from({ length: 25 }, (_, index) => `unknown ${index}`);
  const result = tryMergeSpecification(documents(changed({ triggers: many })));
  expect(result.ok ? 0 : result.problems.length).toBe(25);
  expect(() => mergeSpecification(documents(changed({ triggers: many })))).toThrow(/and 5 more problems/);
});

test('orders ids by their numbers', () => {
  const ordered = ['5.1.1-1', '5.1.1-1.1', '5.1.1-2', '5.1.1-10', '5.10.1-1', 'A-1', 'B-1'];
  expect([...ordered].reverse().sort(compareIds)).toEqual(ordered);
});

test('suggests only what is near', () => {
  expect(nearest('titel', ['title', 'text'])).toBe('title');
  expect(nearest('weather', ['title', 'text'])).toBeUndefined();
});
