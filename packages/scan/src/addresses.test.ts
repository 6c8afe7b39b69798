import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { withoutKeys } from './addresses.ts';
import { names, rules, scanFiles } from './testing/tree.ts';

const TOKEN = 'NjE2YzQ5ZDctN2E4Ni00Zjk0LWI1';
const KEY = `sk-ant-${'q7Rt2Zk9Lm4Xw8Vb3Nc6'.repeat(2)}`;
const hash = (text: string): string => `{sha256:${createHash('sha256').update(text).digest('hex')}}`;

describe('keys in addresses', () => {
  it.each([
    [`https://mcp.acme.io/s/${TOKEN}/mcp`, `https://mcp.acme.io/s/${hash(TOKEN)}/mcp`],
    [
      'https://a.io/0f8fad5b-d9cb-469f-a165-70867728950e/sse',
      `https://a.io/${hash('0f8fad5b-d9cb-469f-a165-70867728950e')}/sse`,
    ],
    [`https://user:${KEY}@a.io/x?token=${TOKEN}#${TOKEN}`, 'https://a.io/x'],
    [`https://a.io/${KEY}`, `https://a.io/${hash(KEY)}`],
    [`started with ${KEY}`, `started with ${hash(KEY)}`],
    [`see https://a.io/k/${TOKEN} and http://b.io?k=1`, `see https://a.io/k/${hash(TOKEN)} and http://b.io`],
  ])('%s', (text, plain) => {
    expect(withoutKeys(text).text).toBe(plain);
  });

  it.each([
    'https://mcp.acme.io/mcp',
    'https://huggingface.co/datasets/tatsu-lab/alpaca/resolve/main/data/train-00000-of-00001-a09b74b3ef9c3b56.parquet',
    `https://raw.githubusercontent.com/a/b/${'0123456789abcdef0123'.repeat(2)}/x.csv`,
    `https://huggingface.co/a/b/resolve/${'0123456789abcdef0123'.repeat(2)}/x.csv`,
    'https://storage.googleapis.com/big-bucket/Meta-Llama-3-8B-Instruct-GGUF-Q4_K_M/20240101T120000Z/part-00001.jsonl',
    'https://api.acme.io/v1/projects/my-first-project-2024/locations/europe-west4',
    'owner/name-with-a-very-long-name-2024-v1.2',
    'registry.acme.io:5000/team/llm-server@sha256:0123456789abcdef',
  ])('%s stays', (text) => {
    expect(withoutKeys(text).text).toBe(text);
  });

  it('are kept nowhere, and told with their hash and place', async () => {
    const url = `https://mcp.acme.io/s/${TOKEN}/mcp`;
    const result = await scanFiles({
      '.mcp.json': `{"mcpServers":{\n"a":{"url":"${url}"},\n"b":{"url":"https://b.io/mcp?api_key=${TOKEN}"}}}`,
      'a.py': `from mcp import x\nfrom agents.mcp import MCPServerSse\ns = MCPServerSse(params={"url": "${url}"})\n`,
      'b.py': `DATA_URL = "https://cdn.acme.io/${KEY}/train.csv"\n`,
      'croissant.json': `{"@context":"http://mlcommons.org/croissant/","@type":"Dataset","name":"B","url":"https://x.io/?sig=${TOKEN}"}`,
      'a.env': `OPENAI_BASE_URL=https://${TOKEN}:pw@llm.corp.internal:8000/v1\n`,
      'b/mcp.json': `{"k": ${TOKEN}}`,
      'recipe.json': `{"dataset":"tatsu-lab/alpaca","k":"${TOKEN}${TOKEN}" x}`,
    });
    expect(JSON.stringify(result)).not.toContain(TOKEN.slice(0, 10));
    expect(JSON.stringify(result)).not.toContain(KEY.slice(8, 24));
    expect(names(result, 'endpoint')).toContain('llm.corp.internal:8000');
    expect(rules(result)).toEqual(
      expect.arrayContaining([
        'mcp/secret-in-address .mcp.json:2',
        'mcp/secret-in-address .mcp.json:3',
        'agent-code/secret-in-address a.py:3',
      ]),
    );
    const found = result.findings.find((one) => one.rule === 'mcp/secret-in-address');
    expect(found?.message).toContain(hash(TOKEN).slice(1, -1));
    expect(result.assets.find((one) => one.id === 'tool:mcp/a')?.properties?.url).toBe(
      `https://mcp.acme.io/s/${hash(TOKEN)}/mcp`,
    );
  });
});
