import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { isObject, type JsonObject } from '../records/json.ts';
import { mutations } from '../testing/mutate.ts';
import type { CroissantCode } from './issues.ts';
import { validateCroissant } from './validate.ts';

const vectors = join(
  process.env.CUSTOS_VECTORS ?? fileURLToPath(new URL('../../../../../shared/vectors', import.meta.url)),
  'croissant/python/mlcroissant/mlcroissant/_src/tests/graphs',
);

const errorsOf = (document: unknown) =>
  validateCroissant(document).issues.filter(({ severity }) => severity === 'error');
const codesOf = (document: unknown) => [...new Set(errorsOf(document).map(({ code }) => code))].sort();

/** A valid description of each version; every case below breaks it in one place. */
function valid(version: '0.8' | '1.0' | '1.1'): JsonObject {
  const old = version === '0.8';
  const kind = (name: string) =>
    old && name.startsWith('File') ? `sc:${name}` : `${old ? 'ml' : 'cr'}:${name}`;
  const named = (id: string) => (old ? { name: id } : { '@id': id, name: id });
  const field = (id: string, column: string, file: string) => ({
    '@type': kind('Field'),
    ...(old ? { name: id.split('/')[1] } : { '@id': id, name: id }),
    dataType: 'sc:Text',
    source: old
      ? { distribution: file, extract: { column } }
      : { fileObject: { '@id': file }, extract: { column } },
  });
  const own = old ? 'ml:' : 'cr:';
  return {
    '@context': {
      '@vocab': 'https://schema.org/',
      sc: 'https://schema.org/',
      ml: 'http://mlcommons.org/schema/',
      cr: 'http://mlcommons.org/croissant/',
      dct: 'http://purl.org/dc/terms/',
      conformsTo: 'dct:conformsTo',
      dataType: { '@id': `${own}dataType`, '@type': '@vocab' },
      ...Object.fromEntries(
        'recordSet field source fileObject fileSet extract column references includes containedIn subField isArray arrayShape data'
          .split(' ')
          .map((term) => [term, term === 'containedIn' && version !== '1.1' ? 'sc:containedIn' : own + term]),
      ),
    },
    '@type': 'sc:Dataset',
    ...(old ? {} : { conformsTo: `http://mlcommons.org/croissant/${version}` }),
    name: 'pages',
    distribution: [
      {
        '@type': kind('FileObject'),
        ...named('archive'),
        contentUrl: 'https://example.org/a.zip',
        encodingFormat: 'application/zip',
        sha256: 'a'.repeat(64),
      },
      {
        '@type': kind('FileObject'),
        ...named('table'),
        contentUrl: 't.csv',
        encodingFormat: 'text/csv',
        containedIn: old ? 'archive' : { '@id': 'archive' },
      },
      {
        '@type': kind('FileSet'),
        ...named('images'),
        includes: '*.jpg',
        encodingFormat: 'image/jpeg',
        containedIn: old ? 'archive' : { '@id': 'archive' },
      },
    ],
    recordSet: [
      {
        '@type': kind('RecordSet'),
        ...named('rows'),
        field: [field('rows/a', 'a', 'table'), field('rows/b', 'b', 'table')],
      },
    ],
  };
}

type Path = (string | number)[];

function at(root: unknown, path: Path): JsonObject {
  let here = root;
  for (const key of path)
    here = Array.isArray(here) ? here[Number(key)] : isObject(here) ? here[key] : undefined;
  if (!isObject(here)) throw new Error(`nothing at ${path.join('.')}`);
  return here;
}

const FILE: Path = ['distribution', 0];
const FIELD: Path = ['recordSet', 0, 'field', 0];

describe.each(['0.8', '1.0', '1.1'] as const)('Croissant %s', (version) => {
  it('accepts what is right', () => {
    expect(validateCroissant(valid(version))).toMatchObject({ valid: true, version });
  });

  const cases: [string, CroissantCode, Path, (node: JsonObject) => void][] = [
    ['another type of dataset', 'NOT_DATASET', [], (node) => (node['@type'] = 'sc:Thing')],
    ['a file of a wrong type', 'TYPE_WRONG', FILE, (node) => (node['@type'] = 'sc:Wrong')],
    ['a file without a format', 'PROPERTY_MISSING', FILE, (node) => delete node.encodingFormat],
    ['a file without an address', 'PROPERTY_MISSING', FILE, (node) => delete node.contentUrl],
    [
      'a set of files without a pattern',
      'PROPERTY_MISSING',
      ['distribution', 2],
      (node) => delete node.includes,
    ],
    [
      'a container that is not there',
      'REFERENCE_UNKNOWN',
      ['distribution', 1],
      (node) => (node.containedIn = { '@id': 'nowhere' }),
    ],
    ['a record set of a wrong type', 'TYPE_WRONG', ['recordSet', 0], (node) => (node['@type'] = 'sc:Wrong')],
    ['a field of a wrong type', 'TYPE_WRONG', FIELD, (node) => (node['@type'] = 'sc:Wrong')],
    ['a field without a source', 'SOURCE_MISSING', FIELD, (node) => delete node.source],
    ['a field with a source and a value', 'SOURCE_AND_VALUE', FIELD, (node) => (node.value = 1)],
    [
      'a source that is not there',
      'SOURCE_MALFORMED',
      FIELD,
      (node) => (node.source = { field: { '@id': 'nowhere' } }),
    ],
    ['a field without a type', 'DATA_TYPE_MISSING', FIELD, (node) => delete node.dataType],
    [
      'a join that is not declared',
      'JOIN_MISSING',
      [...FIELD, 'source'],
      (node) => {
        delete node.distribution;
        node.fileObject = { '@id': 'archive' };
      },
    ],
    ['a shape without an array', 'ARRAY_SHAPE', FIELD, (node) => (node.arrayShape = '-1')],
    [
      'a shape of letters',
      'ARRAY_SHAPE',
      FIELD,
      (node) => Object.assign(node, { isArray: true, arrayShape: 'a,b' }),
    ],
    ['a name that is no text', 'TEXT_EXPECTED', [], (node) => (node.description = [42])],
    ['a file that can not be recognised', 'CHECKSUM', FILE, (node) => delete node.sha256],
    [
      'data with other columns',
      'DATA_INVALID',
      ['recordSet', 0],
      (node) => {
        node.data = [{ 'rows/a': 1 }];
      },
    ],
    [
      'an id that is taken',
      'ID_REPEATED',
      ['distribution', 1],
      (node) => Object.assign(node, { '@id': 'archive', name: 'archive' }),
    ],
    [
      'an activity that ends before it begins',
      'TIME_INVALID',
      [],
      (node) =>
        (node['prov:wasGeneratedBy'] = {
          'prov:startedAtTime': '2024-02-01T00:00:00Z',
          'prov:endedAtTime': '2024-01-01T00:00:00Z',
        }),
    ],
    ['a derivation from a number', 'PROV_INVALID', [], (node) => (node['prov:wasDerivedFrom'] = [5])],
    ['a RAI term that is no text', 'TEXT_EXPECTED', [], (node) => (node['rai:dataBiases'] = [true])],
    ['empty data', 'DATA_INVALID', ['recordSet', 0], (node) => (node.data = [])],
  ];
  it.each(cases)('rejects %s', (_name, code, path, change) => {
    const document = valid(version);
    change(at(document, path));
    expect(codesOf(document)).toContain(code);
  });
});

it('accepts a live dataset without checksums', () => {
  const document = valid('1.1');
  document['cr:isLiveDataset'] = true;
  delete at(document, FILE).sha256;
  expect(codesOf(document)).toEqual([]);
});

it('rejects ids with blanks since 1.0, and names that are missing before', () => {
  const blank = valid('1.0');
  at(blank, FILE)['@id'] = 'with blank';
  expect(codesOf(blank)).toContain('ID_INVALID');
  for (const path of [[], FILE, ['recordSet', 0], FIELD]) {
    const nameless = valid('0.8');
    delete at(nameless, path).name;
    expect(codesOf(nameless)).toContain('PROPERTY_MISSING');
  }
});

it('follows sources to the type of another field, and finds no end in a circle', () => {
  const document = valid('1.1');
  const field = at(document, FIELD);
  delete field.dataType;
  field.source = { field: { '@id': 'rows/b' } };
  expect(codesOf(document)).not.toContain('DATA_TYPE_MISSING');
  const other = at(document, ['recordSet', 0, 'field', 1]);
  delete other.dataType;
  other.source = { field: { '@id': 'rows/a' } };
  expect(codesOf(document)).toContain('DATA_TYPE_MISSING');
});

it('survives whatever JSON holds', () => {
  for (const value of [
    null,
    1,
    'x',
    [],
    {},
    { '@context': 5, '@type': [null, 'sc:Dataset'], recordSet: 'x', distribution: [[]] },
  ])
    expect(validateCroissant(value)).toMatchObject({ valid: false });
  let deep: unknown = {};
  for (let i = 0; i < 50_000; i++) deep = { subField: deep };
  expect(codesOf({ '@type': 'sc:Dataset', deep })).toEqual(['TOO_DEEP']);
  const text = Buffer.from(JSON.stringify(valid('1.1')));
  for (const bytes of mutations(text, 3000, 5)) {
    let value: unknown;
    try {
      value = JSON.parse(bytes.toString('utf8'));
    } catch {
      continue;
    }
    const report = validateCroissant(value);
    expect(report.valid).toBe(report.issues.every(({ severity }) => severity !== 'error'));
  }
});

/** What the reference tool says, by the words that carry its meaning. */
const MEANINGS: readonly (readonly [RegExp, readonly CroissantCode[]])[] = [
  [/reference to node with UUID/, ['REFERENCE_UNKNOWN']],
  [/Malformed source data/, ['SOURCE_MALFORMED']],
  [/should have an attribute "@type"/, ['TYPE_WRONG']],
  [/is mandatory, but does not exist/, ['PROPERTY_MISSING']],
  [/doesn't extend https:\/\/schema\.org\/Dataset/, ['NOT_DATASET']],
  [/declare a join between them/, ['JOIN_MISSING']],
  [/does not specify a valid .*dataType/, ['DATA_TYPE_MISSING']],
  [/`array_shape`|array_shape `/, ['ARRAY_SHAPE']],
  [/should have type https:\/\/schema\.org\/Text/, ['TEXT_EXPECTED']],
  [/contains a wrong `@id`/, ['ID_INVALID']],
];

describe.skipIf(!existsSync(vectors))('the graphs that the reference tool rejects', () => {
  const graphs = existsSync(vectors)
    ? ['0.8', '1.0', '1.1'].flatMap((version) =>
        readdirSync(join(vectors, version)).map((name) => `${version}/${name}`),
      )
    : [];

  it.each(graphs)('%s', (name) => {
    const folder = join(vectors, name);
    const said = readFileSync(join(folder, 'output.txt'), 'utf8').split('warning(s)')[0] ?? '';
    const wanted = new Set(MEANINGS.filter(([words]) => words.test(said)).flatMap(([, codes]) => codes));
    // Where the id itself is refused, the tool says that the field has no source; here it has one.
    if (!wanted.has('ID_INVALID') && /does not define `source` or `value`/.test(said))
      wanted.add('SOURCE_MISSING');
    expect(wanted.size).toBeGreaterThan(0);
    expect(codesOf(JSON.parse(readFileSync(join(folder, 'metadata.json'), 'utf8')))).toEqual(
      [...wanted].sort(),
    );
  });

  it('all are there', () => expect(graphs).toHaveLength(30));
});
