/** Bills that were made to hurt: each ends in a bill or in a CustosError that says what is wrong, soon and in bounded memory. */
import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { CustosError } from '@custos/core';
import { describe, expect, test } from 'vitest';
import { completenessOf } from './completeness/completeness.ts';
import type { Bom } from './cyclonedx/model.ts';
import { validateBom } from './cyclonedx/validate.ts';
import { diffBoms } from './diff/diff-boms.ts';
import { inventoryFixture } from './inventory/inventory.fixture.ts';
import { toCycloneDx } from './inventory/to-cyclonedx.ts';
import { DEFAULT_LIMITS, readJson } from './json/read-json.ts';
import { mergeBoms } from './merge/merge-boms.ts';
import { random } from './random.fixture.ts';
import { readBom } from './read-bom.ts';
import { toSpdx3 } from './spdx/to-spdx3.ts';
import { VECTORS } from './vectors.fixture.ts';

const OPTIONS = { timestamp: '2026-06-01T12:00:00Z', tool: { name: 'custos', version: '0.1.0' } };
const bytes = (text: string) => Buffer.from(text);
const head = '{"bomFormat":"CycloneDX","specVersion":"1.7"';

function codeOf(input: Uint8Array, limits = DEFAULT_LIMITS): string {
  try {
    readBom(input, 'x.json', limits);
    return 'read';
  } catch (error) {
    if (error instanceof CustosError) return error.code;
    throw error;
  }
}

describe('each kind of damage has its own reason', () => {
  test.each([
    ['nothing', '', 'BOM_JSON'],
    ['a list', '[]', 'BOM_FORMAT'],
    ['null', 'null', 'BOM_FORMAT'],
    ['a number', '7', 'BOM_FORMAT'],
    ['cut off', `${head},"components":[{"type":"lib`, 'BOM_JSON'],
    ['a wrong type', `${head},"components":{}}`, 'BOM_INVALID'],
    ['an unknown field', `${head},"extra":1}`, 'BOM_INVALID'],
    ['an old version', '{"bomFormat":"CycloneDX","specVersion":"1.2"}', 'BOM_VERSION'],
    ['a version of the wrong type', '{"bomFormat":"CycloneDX","specVersion":1.7}', 'BOM_VERSION'],
    ['a key twice', `${head},"version":1,"version":2}`, 'BOM_DUPLICATE_KEY'],
    ['a key twice, once escaped', `${head},"version":1,"\\u0076ersion":2}`, 'BOM_DUPLICATE_KEY'],
    ['a prototype', `${head},"metadata":{"__proto__":{"polluted":true}}}`, 'BOM_KEY'],
    ['a number too large', `${head},"version":12345678901234567890}`, 'BOM_NUMBER'],
    ['an endless number', `${head},"version":1e999}`, 'BOM_NUMBER'],
    ['SPDX 3 without graph', '{"@context":"https://spdx.org/rdf/3.0.1/spdx-context.jsonld"}', 'BOM_FORMAT'],
    ['SPDX 2 with packages of the wrong type', '{"spdxVersion":"SPDX-2.3","packages":7}', 'BOM_FORMAT'],
  ])('%s', (_, text, code) => {
    expect(codeOf(bytes(text))).toBe(code);
  });

  test('the key that is there twice is named', () => {
    expect(() => readJson(bytes('{"a":[{},{"b":1,"b":2}]}'), 'x.json')).toThrow('/a/1/b');
  });
  test('no UTF-8; a byte order mark is none of the content', () => {
    expect(codeOf(Buffer.from([0x7b, 0xff, 0x7d]))).toBe('BOM_ENCODING');
    expect(codeOf(Buffer.from(`${head}}`, 'utf16le'))).not.toBe('read');
    expect(codeOf(bytes(`\uFEFF${head}}`))).toBe('read');
  });
  test('deep nesting is refused before anything recurses', () => {
    expect(codeOf(bytes(`${'['.repeat(1e6)}${']'.repeat(1e6)}`))).toBe('BOM_TOO_DEEP');
    const nested = (depth: number) =>
      `${head},"components":${'[{"type":"library","name":"x","components":'.repeat(depth)}[]${'}]'.repeat(depth)}}`;
    expect(codeOf(bytes(nested(90)))).toBe('read');
    expect(codeOf(bytes(nested(101)))).toBe('BOM_TOO_DEEP');
  });
  test('what would not fit into memory is refused before it is parsed', () => {
    const many = bytes(`[${'{},'.repeat(200_000)}{}]`);
    expect(codeOf(many, { ...DEFAULT_LIMITS, maxMemory: 1024 * 1024 })).toBe('BOM_TOO_LARGE');
    expect(codeOf(many, { ...DEFAULT_LIMITS, maxBytes: 1000 })).toBe('BOM_TOO_LARGE');
  });
});

test('references used twice, leading nowhere, and in a circle are found', () => {
  const { problems, references } = validateBom(
    JSON.parse(
      `${head},"components":[{"type":"library","name":"a","bom-ref":"a","externalReferences":[{"type":"vcs","url":"https://example.org/a b"}]},{"type":"library","name":"b","bom-ref":"a"}],
      "dependencies":[{"ref":"a","dependsOn":["gone","c"]},{"ref":"c","dependsOn":["a"]}]}`,
    ),
    'x',
  );
  expect(problems).toEqual([]);
  expect(references.map(({ kind, refs }) => `${kind} ${refs.join('>')}`)).toEqual([
    'duplicate a',
    'dangling gone',
    'dangling c',
    'circle a>c>a',
    'address https://example.org/a b',
  ]);
});

function chain(length: number): Buffer {
  const components = Array.from({ length }, (_, i) => ({
    type: 'library',
    name: `n${i}`,
    'bom-ref': `r${i}`,
  }));
  const dependencies = components.map((_, i) => ({
    ref: `r${i}`,
    ...(i > 0 ? { dependsOn: [`r${i - 1}`] } : {}),
  }));
  return bytes(
    `${head},"components":${JSON.stringify(components)},"dependencies":${JSON.stringify(dependencies)}}`,
  );
}

test('100,000 components in one chain of dependencies are read and validated, 20,000 merged and compared', () => {
  expect(validateBom(readBom(chain(1e5), 'large.json').bom, 'large.json').references).toEqual([]);
  const { bom } = readBom(chain(2e4), 'large.json');
  const merged = mergeBoms(
    [
      { name: 'a', bom },
      { name: 'b', bom },
    ],
    OPTIONS,
  );
  expect(merged.bom.components?.length).toBe(2e4);
  expect(diffBoms(bom, merged.bom).removed).toEqual([]);
}, 60_000);

const TOKENS = [
  '{',
  '}',
  '[',
  ']',
  ',',
  ':',
  '"',
  '\\',
  'null',
  '1e400',
  '"__proto__":1,',
  '"bom-ref":"a",',
  '\u0000',
  '{}',
];

function mutate(source: Buffer, pick: (below: number) => number): Buffer {
  let text = source;
  for (let round = 0; round <= pick(4); round += 1) {
    const at = pick(text.length + 1);
    const token = Buffer.from(TOKENS[pick(TOKENS.length)] ?? '');
    const kind = pick(5);
    if (kind === 0) text = text.subarray(0, at);
    else if (kind === 1) text = Buffer.concat([text.subarray(0, at), token, text.subarray(at)]);
    else if (kind === 2) text = Buffer.concat([text.subarray(0, at), text.subarray(at + pick(40))]);
    else if (kind === 3) text = Buffer.concat([text.subarray(0, at), text.subarray(pick(text.length + 1))]);
    else {
      text = Buffer.from(text);
      if (text.length > 0) text[at % text.length] = pick(256);
    }
  }
  return text;
}

/** Mutations of the tree, which get past the parser more often than those of bytes. */
function mutateTree(source: Buffer, pick: (below: number) => number): Buffer {
  const values: unknown[] = [null, [], {}, '', 'a', 0, -1, true, [[]], [null], { a: 1 }, 'x'.repeat(2000)];
  const root: unknown = JSON.parse(source.toString());
  const places: (() => void)[] = [];
  const visit = (value: unknown): void => {
    if (typeof value !== 'object' || value === null) return;
    for (const key of Object.keys(value)) {
      places.push(() => {
        if (pick(3) === 0) Reflect.deleteProperty(value, key);
        else Reflect.set(value, key, values[pick(values.length)]);
      });
      visit(Reflect.get(value, key));
    }
  };
  visit(root);
  for (let round = 0; round <= pick(3); round += 1) places[pick(places.length)]?.();
  return Buffer.from(JSON.stringify(root));
}

function readOrReason(input: Uint8Array): Bom | undefined {
  try {
    return readBom(input, 'fuzz.json').bom;
  } catch (error) {
    if (!(error instanceof CustosError)) throw error;
    expect(error.code).toMatch(/^BOM_/);
    return undefined;
  }
}

test('seeded mutations of every format end in a bill or a reason', () => {
  const folder = join(VECTORS, 'cyclonedx/tools/src/test/resources/1.7');
  const own = toCycloneDx(inventoryFixture());
  const seeds = [
    ...(existsSync(folder) ? readdirSync(folder) : [])
      .filter((name) => name.startsWith('valid-'))
      .map((name) => readFileSync(join(folder, name))),
    bytes(JSON.stringify(own)),
    bytes(JSON.stringify(toSpdx3(own))),
    bytes(
      '{"spdxVersion":"SPDX-2.3","name":"n","creationInfo":{"created":"2026-01-01T00:00:00Z","creators":["Tool: t"]},"packages":[{"SPDXID":"a","name":"p","checksums":[{"algorithm":"SHA1","checksumValue":"00"}]}],"relationships":[{"spdxElementId":"a","relatedSpdxElement":"a","relationshipType":"DEPENDS_ON"}]}',
    ),
  ];
  const pick = random(20260601);
  let readable = 0;
  for (let run = 0; run < 1500; run += 1) {
    const seed = seeds[run % seeds.length] ?? bytes('');
    const input = run % 2 === 0 ? mutate(seed, pick) : mutateTree(seed, pick);
    const bom = readOrReason(input);
    if (bom === undefined) continue;
    readable += 1;
    // What was accepted is worked with as with any bill.
    completenessOf(bom);
    diffBoms(own, bom);
    toSpdx3(bom);
    mergeBoms(
      [
        { name: 'own', bom: own },
        { name: 'fuzz', bom },
      ],
      OPTIONS,
    );
  }
  expect(readable).toBeGreaterThan(100);
  expect(Object.hasOwn(Object.prototype, 'polluted')).toBe(false);
}, 120_000);
