/** The shipped standard is what EN 304 223 is: its ids, its verbs, and references that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { specification } from '../testing/world.ts';
import { specificationCounts } from './counts.ts';

/** Each provision with the verbs of its duties in order: S is shall, o is should. Taken from the standard. */
const VERBS = `
  5.1.1-1 SS; 5.1.1-1.1 S; 5.1.1-2 SS; 5.1.1-2.1 o; 5.1.1-2.2 S; 5.1.2-1 SSS;
  5.1.2-1.1 S; 5.1.2-2 SSS; 5.1.2-3 SS; 5.1.2-4 SS; 5.1.2-5 SS; 5.1.2-5.1 oo;
  5.1.2-6 SS; 5.1.2-7 So; 5.1.3-1 Soo; 5.1.3-1.1 S; 5.1.3-1.2 SS; 5.1.3-1.3 SS;
  5.1.3-2 SSo; 5.1.3-3 o; 5.1.3-4 oo; 5.1.4-1 oo; 5.1.4-2 o; 5.1.4-3 SSS;
  5.1.4-4 o; 5.1.4-5 o; 5.2.1-1 SS; 5.2.1-2 SSSS; 5.2.1-3 SS; 5.2.1-3.1 o;
  5.2.1-4 S; 5.2.1-4.1 SS; 5.2.1-4.2 SS; 5.2.2-1 SS; 5.2.2-2 S; 5.2.2-3 SSS;
  5.2.2-4 SS; 5.2.2-5 SSSS; 5.2.2-6 o; 5.2.3-1 S; 5.2.3-2 S; 5.2.3-2.1 SS;
  5.2.3-2.2 SS; 5.2.3-3 S; 5.2.3-4 SS; 5.2.4-1 So; 5.2.4-1.1 o; 5.2.4-1.2 SS;
  5.2.4-2 SSS; 5.2.4-2.1 oo; 5.2.4-3 o; 5.2.5-1 S; 5.2.5-2 SS; 5.2.5-2.1 oo;
  5.2.5-3 o; 5.2.5-4 o; 5.2.5-4.1 o; 5.3.1-1 SS; 5.3.1-2 SS; 5.3.1-2.1 SSS;
  5.3.1-2.2 SS; 5.3.1-3 oo; 5.4.1-1 SSS; 5.4.1-1.1 SS; 5.4.1-2 o; 5.4.1-3 o;
  5.4.2-1 SSS; 5.4.2-2 oo; 5.4.2-3 oo; 5.4.2-4 o; 5.5.1-1 SS; 5.5.1-2 SS;
`;

const spec = specification();

test('has 13 principles, 72 provisions and 133 duties, 97 shall and 36 should', () => {
  expect(specificationCounts(spec)).toMatchObject({
    principles: 13,
    provisions: 72,
    leading: { shall: 49, should: 23 },
    mixed: ['5.1.2-7', '5.1.3-1', '5.1.3-2', '5.2.4-1'],
    duties: 133,
    verbs: { shall: 97, should: 36 },
    ixit: 41,
  });
});

test('has exactly the ids and verbs of the standard, in its order', () => {
  const expected = VERBS.split(';').flatMap((item) => (item.trim() === '' ? [] : [item.trim()]));
  const found = spec.provisions.map(
    ({ id, duties }) => `${id} ${duties.map(({ norm }) => (norm === 'shall' ? 'S' : 'o')).join('')}`,
  );
  expect(found).toEqual(expected);
  for (const { id, duties } of spec.provisions) {
    expect(duties.map((duty) => duty.id)).toEqual(duties.map((_, index) => `${id}/${'abcd'[index]}`));
  }
});

test('numbers follow the UK Code: principle, then the rest of the id', () => {
  for (const { id, uk, principle } of spec.provisions) {
    expect(uk).toBe(`${principle}.${id.slice(id.indexOf('-') + 1)}`);
  }
});

test('the clause of a provision is the clause of its principle, and so is the phase', () => {
  for (const { id, principle, phase } of spec.provisions) {
    const found = spec.principles.find(({ number }) => number === principle);
    expect(found, id).toMatchObject({ clause: id.split('-')[0], phase });
  }
});

test('every feature, trigger and IXIT table is used by some provision', () => {
  const duties = spec.provisions.flatMap((provision) => provision.duties);
  const features = new Set<string>(duties.flatMap(({ when }) => when));
  const triggers = new Set<string>(spec.provisions.flatMap((provision) => provision.triggers));
  const tables = new Set(spec.provisions.flatMap(({ ixit }) => ixit));
  // A contingency plan is owed before anything turns out to be without updates, so this feature switches no duty on;
  // it names what the plan is about.
  features.add('updates_not_possible');
  expect([...features].sort()).toEqual(Object.keys(spec.features).sort());
  expect([...triggers].sort()).toEqual(Object.keys(spec.triggers).sort());
  expect([...tables].sort((a, b) => a - b)).toEqual(spec.ixit.map(({ number }) => number));
});

test('every provision has references, and every table that informs it', () => {
  for (const { id, references, ixit } of spec.provisions) {
    expect(references.length, id).toBeGreaterThan(0);
    expect(ixit.length, id).toBeGreaterThan(0);
  }
});

const vectors =
  process.env.CUSTOS_VECTORS ?? fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url));
const atlasFile = join(vectors, 'atlas', 'ATLAS.yaml');

describe.skipIf(!existsSync(atlasFile))('against MITRE ATLAS', () => {
  test('every ATLAS id exists', () => {
    const known = new Set(
      [...readFileSync(atlasFile, 'utf8').matchAll(/\bid: (AML\.[MT]\d{4}(?:\.\d{3})?)\s/g)].map(
        ([, id]) => id,
      ),
    );
    expect(known.size).toBeGreaterThan(150);
    const used = spec.provisions.flatMap(({ references }) =>
      references.filter(({ framework }) => framework === 'atlas').map(({ id }) => id),
    );
    expect(used.length).toBeGreaterThan(100);
    expect(used.filter((id) => !known.has(id))).toEqual([]);
  });
});

/** How many items each part of a framework has: NIST AI RMF 1.0 (72), ISO/IEC 42001:2023 annex A (38), OWASP AISVS 1.0 (191). */
const NIST =
  'GOVERN 1:7 2:3 3:2 4:3 5:2 6:2 MAP 1:6 2:3 3:5 4:2 5:2 MEASURE 1:3 2:13 3:3 4:3 MANAGE 1:4 2:4 3:2 4:3';
const ISO = 'A.2:2-4 A.3:2-3 A.4:2-6 A.5:2-5 A.6.1:2-3 A.6.2:2-8 A.7:2-6 A.8:2-5 A.9:2-4 A.10:2-4';
const ISO_CLAUSES = '6.1.1 6.1.2 6.1.3 6.1.4 6.2 6.3 7.1 7.2 7.3 7.4 8.1 8.2 8.3 8.4 9.1 10.1 10.2';
const AISVS = `
  C1.1:5 C1.2:3 C1.3:5 C2.1:8 C2.2:4 C3.1:3 C3.2:3 C3.3:3 C3.4:2 C3.5:4 C4.1:4 C4.2:5 C4.3:5 C5.1:2 C5.2:7
  C5.3:2 C6.1:4 C6.2:3 C7.1:2 C7.2:3 C7.3:4 C7.4:4 C8.1:3 C8.2:5 C8.3:3 C9.1:3 C9.2:10 C9.3:8 C9.4:4
  C9.5:6 C9.6:3 C10.1:3 C10.2:7 C10.3:5 C10.4:8 C11.1:5 C11.2:5 C11.3:4 C11.4:3 C12.1:4 C12.2:6 C12.3:4
  C12.4:3 C12.5:4
`;

function range(prefix: string, first: number, last: number): string[] {
  return Array.from({ length: last - first + 1 }, (_, index) => `${prefix}.${first + index}`);
}

function nistIds(): string[] {
  let part = '';
  return NIST.split(' ').flatMap((word) => {
    const [category, size] = word.split(':');
    if (size !== undefined) return range(`${part} ${category}`, 1, Number(size));
    part = word;
    return [];
  });
}

function isoIds(): string[] {
  const annex = ISO.split(' ').flatMap((word) => {
    const [prefix = '', from, to] = word.split(/[:-]/);
    return range(prefix, Number(from), Number(to));
  });
  return [...annex, ...ISO_CLAUSES.split(' ')];
}

function aisvsIds(): string[] {
  return AISVS.trim()
    .split(/\s+/)
    .flatMap((word) => {
      const [section = '', size] = word.split(':');
      return [section.split('.')[0] ?? '', section, ...range(section, 1, Number(size))];
    });
}

test.each([
  ['nist_ai_rmf', nistIds(), 72],
  ['iso_42001', isoIds(), 38 + 17],
  ['aisvs', [...new Set(aisvsIds())], 247],
  ['owasp_llm', Array.from({ length: 10 }, (_, i) => `LLM${String(i + 1).padStart(2, '0')}:2025`), 10],
  ['eu_ai_act', Array.from({ length: 113 }, (_, i) => `Art.${i + 1}`), 113],
])('every id of %s exists', (name, known, size) => {
  expect(known).toHaveLength(size);
  const used = spec.provisions.flatMap(({ references }) =>
    references.filter(({ framework }) => framework === name).map(({ id }) => id.replace(/\(\d+\)$/, '')),
  );
  expect(used.length).toBeGreaterThan(40);
  expect(used.filter((id) => !known.includes(id))).toEqual([]);
});

test('what is countered is never called the same: risks and techniques are only supported, and nothing is equal', () => {
  const references = spec.provisions.flatMap((provision) => provision.references);
  const countered = references.filter(
    ({ framework, id }) => framework === 'owasp_llm' || id.startsWith('AML.T'),
  );
  expect(new Set(countered.map(({ relation }) => relation))).toEqual(new Set(['supports']));
  expect(references.filter(({ relation }) => relation === 'equal')).toEqual([]);
});
