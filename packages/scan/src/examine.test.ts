import { rmSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { directoryResolver, type Resolver, scan, type TreeEntry } from './index.ts';
import { names, scanFiles, unknowns, writeTree } from './testing/tree.ts';

/** Every letter as its number. */
const spelled = (text: string): string =>
  text.replace(/[a-z]/gi, (char) => `\\u00${char.charCodeAt(0).toString(16)}`);

describe('letters that are written as numbers hide nothing', () => {
  it.each([
    ['a.json', `{"${spelled('mcpServers')}":{"a":{"url":"https://a.io/mcp"}}}`, 'tool:mcp/a'],
    ['a.yaml', `"${spelled('mcpServers')}": {"a": {"url": "https://a.io/mcp"}}\n`, 'tool:mcp/a'],
    ['a.json', `{"${spelled('model')}":"gpt-4o"}`, 'model:gpt-4o'],
    ['a.yaml', `"${spelled('model')}": gpt-4o\n`, 'model:gpt-4o'],
    ['a.toml', `"${spelled('model')}" = "gpt-4o"\n`, 'model:gpt-4o'],
    ['a.json', `{"${spelled('dataset')}":"tatsu-lab/alpaca"}`, 'dataset:tatsu-lab/alpaca'],
    [
      'agent.json',
      `{"name":"A","url":"https://a.io","${spelled('capabilities')}":{},"${spelled('skills')}":[{"id":"x"}]}`,
      'agent:A',
    ],
  ])('%s: %s', async (path, text, id) => {
    expect((await scanFiles({ [path]: text })).assets.map((one) => one.id)).toContain(id);
  });
});

it('files and directories that vanish between listing and reading are unknowns, and others are read', async () => {
  const root = writeTree({
    'a.py': 'import openai\n',
    'b.py': 'import openai\n',
    'c.safetensors': 'x',
    'd/e.py': 'x = 1\n',
  });
  const real = directoryResolver(root);
  const vanishing: Resolver = {
    identity: real.identity,
    directory: root,
    async *entries() {
      const all: TreeEntry[] = [];
      for await (const one of real.entries()) all.push(one);
      for (const gone of ['a.py', 'c.safetensors', 'd']) rmSync(join(root, gone), { recursive: true });
      yield* all;
    },
    read: (file, offset, length) => real.read(file, offset, length),
    close: () => real.close(),
  };
  const result = await scan(vanishing);
  expect(unknowns(result)).toEqual(['unreadable a.py', 'unreadable c.safetensors', 'unreadable d/e.py']);
  expect(names(result, 'component')).toEqual(['own/.', 'pypi/openai']);
});
