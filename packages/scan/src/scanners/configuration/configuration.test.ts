import { describe, expect, it } from 'vitest';
import { names, scanFiles, unknowns } from '../../testing/tree.ts';

/** `name:line` of every model. */
async function models(text: string, path = 'a.yaml'): Promise<string[]> {
  const { assets } = await scanFiles({ [path]: text });
  return assets
    .filter((one) => one.kind === 'model')
    .flatMap((one) => one.locations.map((place) => `${one.name}:${place.line}`));
}

describe('aliases of YAML', () => {
  it.each([
    ['a value', 'x-m: &m gpt-4o\nllm:\n  model: *m\n', ['gpt-4o:3']],
    ['a list of variables', 'x: &e\n  - LLM_MODEL=gpt-4o\nenvironment: *e\n', ['gpt-4o:2']],
    ['one of the variables', 'x: &e LLM_MODEL=gpt-4o\nenvironment: [*e]\nmodel: *e\n', ['gpt-4o:1']],
    ['a merged mapping', 'b: &b\n  model: gpt-4.1\na:\n  <<: *b\n', ['gpt-4.1:2']],
    ['a key', 'k: &k model\na:\n  *k : gpt-4o\n', ['gpt-4o:3']],
    ['an anchor that is given anew', 'x: &m gpt-4.1\ny: &m gpt-4o\nmodel: *m\n', ['gpt-4o:3']],
    [
      'each document for itself',
      'x: &m gpt-4.1\nmodel: *m\n---\nx: &m gpt-4o\nmodel: *m\n',
      ['gpt-4.1:2', 'gpt-4o:5'],
    ],
    [
      'many uses of one',
      `x: &m gpt-4o\na:\n${'  - model: *m\n'.repeat(300)}`,
      Array.from({ length: 300 }, (_, at) => `gpt-4o:${at + 3}`),
    ],
  ])('%s', async (_, text, found) => {
    expect(await models(text)).toEqual(found);
  });

  it.each([
    [
      'a bomb',
      `model: gpt-4o\na0: &a0 [x, x]\n${Array.from({ length: 30 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`).join('')}`,
    ],
    ['a bomb of width', `model: gpt-4o\na: &a [${'x, '.repeat(1_000)}]\nb: [${'*a, '.repeat(1_000)}]\n`],
    ['a circle', 'model: gpt-4o\na: &a\n  b: *a\n'],
    ['an alias of nothing', 'model: *nothing\n'],
  ])('%s is an unknown', async (_, text) => {
    expect(unknowns(await scanFiles({ 'a.yaml': text }))).toEqual(['malformed a.yaml']);
  });
});

describe('what lies deeper than configuration does', () => {
  it.each([
    ['a.json', `${'{"a":'.repeat(70)}{"model":"gpt-4o"}${'}'.repeat(70)}`],
    ['a.json', `{"model":"gpt-4.1","a":${'['.repeat(100_000)}${']'.repeat(100_000)}}`],
    [
      'a.yaml',
      `model: gpt-4.1\n${Array.from({ length: 70 }, (_, at) => `${' '.repeat(at)}a:\n`).join('')}${' '.repeat(70)}model: gpt-4o\n`,
    ],
    ['a.toml', `[${Array.from({ length: 70 }, () => 'a').join('.')}]\nmodel = "gpt-4o"\n`],
  ])('%s is an unknown', async (path, text) => {
    const result = await scanFiles({ [path]: text });
    expect(unknowns(result)).toEqual([`too-deep ${path}`]);
    expect(names(result, 'model')).not.toContain('gpt-4o');
  });
});
