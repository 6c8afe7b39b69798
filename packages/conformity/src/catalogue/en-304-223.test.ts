/** The shipped standard is what EN 304 223 is: its ids, its verbs, and references that exist. */
import { existsSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, test } from 'vitest';
import { specification } from '../testing/world.ts';
import { specificationCounts } from './counts.ts';
import { FRAMEWORK_IDS } from './framework-ids.fixtures.ts';

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

/** How many ids each framework has, or how many of it the list holds. */
const SIZES = [
  ['nist_ai_rmf', 72],
  ['iso_42001', 38 + 32],
  ['eu_ai_act', 20 + 98],
  ['aisvs', 12 + 44 + 191],
  ['owasp_llm', 10],
] as const;

test.each(SIZES)('every id of %s exists', (name, size) => {
  const known: ReadonlySet<string> = FRAMEWORK_IDS[name];
  expect(known.size).toBe(size);
  const used = spec.provisions.flatMap(({ references }) =>
    references.filter(({ framework }) => framework === name).map(({ id }) => id),
  );
  expect(used.length).toBeGreaterThan(40);
  expect(used.filter((id) => !known.has(id))).toEqual([]);
});

test.each([
  ['nist_ai_rmf', ['GOVERN 1.8', 'MAP 2.4', 'MEASURE 2.14', 'MANAGE 5.1']],
  ['iso_42001', ['A.2.1', 'A.6.2.1', 'A.6.2.9', 'A.10.5', '6.1', '6.1.5', '9.4', '10.3']],
  ['eu_ai_act', ['Art.4(4)', 'Art.10(5)', 'Art.15(6)', 'Art.26(13)', 'Art.114']],
  ['aisvs', ['C13', 'C3.6', 'C3.2.4']],
  ['owasp_llm', ['LLM11:2025', 'LLM01:2023']],
] as const)('no id that %s lacks is known', (name, ids) => {
  const known: ReadonlySet<string> = FRAMEWORK_IDS[name];
  expect(ids.filter((id) => known.has(id))).toEqual([]);
});

test('no item is referred to twice by one provision', () => {
  for (const { id, references } of spec.provisions) {
    const items = references.map((reference) => `${reference.framework} ${reference.id}`);
    expect(new Set(items).size, id).toBe(items.length);
  }
});

test('what is countered is never called the same: risks and techniques are only supported, and nothing is equal', () => {
  const references = spec.provisions.flatMap((provision) => provision.references);
  const countered = references.filter(
    ({ framework, id }) => framework === 'owasp_llm' || id.startsWith('AML.T'),
  );
  expect(new Set(countered.map(({ relation }) => relation))).toEqual(new Set(['supports']));
  expect(references.filter(({ relation }) => relation === 'equal')).toEqual([]);
});
