/** Inputs that make a careless reader work for hours: each is done in seconds, and none is clean without being read. */
import { describe, expect, it } from 'vitest';
import { inspectSource } from './inspect.ts';
import { BytesSource } from './sources.ts';
import { concat, field, json, message, u32, utf8, varint, zeros } from './testing/build.ts';
import { onnxModel } from './testing/onnx.ts';
import { safetensorsFile } from './testing/safetensors.ts';

const MEGABYTE = 1024 * 1024;
const repeated = (text: string, bytes = MEGABYTE) => text.repeat(Math.ceil(bytes / text.length));
const jinja = (text: string) => utf8(`{% for m in messages %}${text}{% endfor %}`);
const pmml = (text: string) => utf8(`<PMML version="4.4">${text}</PMML>`);
const row = `{{ ${Array.from({ length: 290 }, () => "'a' == m.content").join(' or ')} }}`;

/** Read to its end in spite of its size; or not read, which it says. */
type Outcome = 'clean' | 'not_inspected' | 'suspicious';

const NOT_READ: ReadonlySet<string> = new Set([
  'an XML comment that opens again and again',
  '300,000 keys',
  'YAML that goes ever deeper',
  'LightGBM without a line end',
  'a FlatBuffer whose rows point to one table',
  'a UBJSON object of empty objects',
  'a varint that does not end',
]);

function outcomeOf(what: string): Outcome {
  if (what === 'Python of a million tokens') return 'suspicious';
  return NOT_READ.has(what) ? 'not_inspected' : 'clean';
}

const INPUTS: readonly (readonly [what: string, path: string, bytes: () => Uint8Array])[] = [
  ['an XML tag of a million ">"', 'm.pmml', () => pmml(`<a b="${repeated('>', 900_000)}"/>`)],
  ['an XML tag of 100,000 attributes', 'm.pmml', () => pmml(`<a ${repeated('b="c" ', 900_000)}/>`)],
  ['an XML tag of words without values', 'm.pmml', () => pmml(`<a ${repeated('word ', 900_000)}/>`)],
  ['an XML tag of one long word', 'm.pmml', () => pmml(`<a ${repeated('b', 900_000)}/>`)],
  [
    'comments before the root of an XML document',
    'm.pmml',
    () => utf8(`${repeated('<!-- -->', 60_000)}<PMML version="4.4"/>`),
  ],
  ['an XML comment that opens again and again', 'm.pmml', () => utf8(`${repeated('<!--', 60_000)}`)],
  ['a template of one long word', 'm.jinja', () => jinja(repeated('a', 900_000))],
  ['a template of open pictures', 'm.jinja', () => jinja(repeated('![', 900_000))],
  [
    'a template of open braces in a pattern',
    'm.jinja',
    () => jinja(`{{ '${repeated('{.', 400_000)}'.format(x) }}`),
  ],
  ['a template of long rows', 'm.jinja', () => jinja(repeated(row, 200_000))],
  [
    'a template of additions',
    'm.jinja',
    () => jinja(repeated(`{{ ${Array.from({ length: 290 }, () => "'abcdefgh'").join(' + ')} }}`, 200_000)),
  ],
  [
    'a template of nested conditions',
    'm.jinja',
    () =>
      jinja(
        repeated(`${'{% if a %}'.repeat(100)}some words that are prose${'{% endif %}'.repeat(100)}`, 200_000),
      ),
  ],
  ['a million empty arrays', 'config.json', () => utf8(`{"model_type":[${repeated('[],', 3_300_000)}[]]}`)],
  [
    '300,000 keys',
    'config.json',
    () => utf8(`{${Array.from({ length: 300_000 }, (_, index) => `"k${index}":1`).join(',')}}`),
  ],
  ['a long text of escapes', 'config.json', () => utf8(`{"model_type":"${repeated('\\u0041')}"}`)],
  [
    'safetensors with 20,000 tensors',
    'm.safetensors',
    () =>
      safetensorsFile(
        Object.fromEntries(
          Array.from({ length: 20_000 }, (_, index) => [
            `t${index}`,
            { dtype: 'U8', shape: [1], data_offsets: [index, index + 1] },
          ]),
        ),
        20_000,
      ),
  ],
  [
    'a protobuf message of tiny fields',
    'm.onnx',
    () => concat(onnxModel([]), message(field(14, new Uint8Array(MEGABYTE).fill(8)))),
  ],
  [
    'an ONNX graph of 100,000 empty nodes',
    'm.onnx',
    () => onnxModel([new Uint8Array(200_000).map((_, index) => (index % 2 === 0 ? 0x0a : 0))]),
  ],
  [
    'YAML of aliases to aliases',
    'm.yaml',
    () =>
      utf8(
        `a: &a [x,x]\n${Array.from({ length: 26 }, (_, index) => `k${index}: &${String.fromCharCode(98 + (index % 25))} [*${String.fromCharCode(97 + (index % 25))},*${String.fromCharCode(97 + (index % 25))}]`).join('\n')}\n`,
      ),
  ],
  ['YAML of many lines', 'm.yaml', () => utf8(repeated('- a\n', 200_000))],
  [
    'YAML that goes ever deeper',
    'm.yaml',
    () => utf8(Array.from({ length: 1200 }, (_, depth) => `${' '.repeat(depth)}a:`).join('\n')),
  ],
  ['Python of a million tokens', 'modeling_x.py', () => utf8(repeated('f(', 900_000))],
  ['a Modelfile of open quotes', 'Modelfile', () => utf8(`FROM x\n${repeated('TEMPLATE """\n', 500_000)}`)],
  ['LightGBM without a line end', 'm.txt', () => utf8(`tree\nversion=v4\n${repeated('a', 4 * MEGABYTE)}`)],
  [
    'a FlatBuffer whose rows point to one table',
    'm.tflite',
    () => concat(u32(16), utf8('TFL3'), zeros(8), u32(12), u32(0xffffffff), zeros(400)),
  ],
  [
    'a UBJSON object of empty objects',
    'm.ubj',
    () => concat(utf8('{L'), zeros(7), Uint8Array.of(7), utf8('learner['), utf8(repeated('{}'))),
  ],
  [
    'a varint that does not end',
    'm.onnx',
    () => concat(onnxModel([]), new Uint8Array(1000).fill(0xff), varint(1)),
  ],
  [
    'an array of JSON texts',
    'tokenizer.json',
    () => json({ model_type: Array.from({ length: 200_000 }, (_, index) => `token ${index}`) }),
  ],
];

describe('endless work', () => {
  it.each(INPUTS)('%s', (what, path, bytes) => {
    const source = new BytesSource(bytes(), path);
    const from = performance.now();
    const { verdict, coverage, findings } = inspectSource(source);
    expect(performance.now() - from).toBeLessThan(8000);
    expect(verdict).toBe(outcomeOf(what));
    if (verdict === 'clean') expect([coverage.bytes, coverage.members]).toEqual([source.size, coverage.of]);
    else expect(findings.length + coverage.skipped.length).toBeGreaterThan(0);
  });
});

/** What must still be seen behind the work, by the end of the name. */
const PLANTED: readonly (readonly [path: RegExp, plant: (text: string) => string])[] = [
  [/\.jinja$/, (text) => `${text}{{ ''.__class__.__mro__ }}`],
  [/config\.json$/, (text) => text.replace('{', '{"auto_map":{"AutoModel":"other--x.Y"},')],
  [/\.yaml$/, (text) => `${text}\nz: !!python/object/apply:os.system [id]\n`],
  [/\.pmml$/, (text) => `<!DOCTYPE PMML SYSTEM "file:///etc/passwd">${text}`],
];

describe('a payload behind endless work', () => {
  const cases = INPUTS.flatMap(([what, path, bytes]) => {
    const plant = PLANTED.find(([pattern]) => pattern.test(path))?.[1];
    return plant === undefined
      ? []
      : [[what, path, () => utf8(plant(new TextDecoder().decode(bytes())))] as const];
  });
  it('is planted in many', () => expect(cases.length).toBeGreaterThan(15));
  it.each(cases)('%s', (_, path, bytes) => {
    const { verdict, coverage } = inspectSource(new BytesSource(bytes(), path));
    expect(verdict).not.toBe('clean');
    expect(coverage.skipped.map(({ why }) => why)).not.toContain('not a model file: text');
  });
});
