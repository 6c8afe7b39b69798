import { describe, expect, it } from 'vitest';
import { examine, interested, scannersFor } from '../examine.ts';
import { textFile } from '../read.ts';
import type { FileResult } from '../types.ts';

const SAMPLES: Readonly<Record<string, string>> = {
  'mcp.json':
    '{"mcpServers":{"a":{"command":"npx","args":["-y","@acme/files@1.2.3"]},"b":{"url":"https://x.io/mcp"}}}',
  'config.toml': '[mcp_servers.a]\ncommand = "npx"\nargs = ["x"]\n',
  'compose.yaml':
    'services:\n  a:\n    image: ollama/ollama:0.5\n    ports: ["1:1"]\nmodels:\n  m:\n    model: ai/gemma3\n',
  'main.tf':
    'resource "azurerm_cognitive_deployment" "a" {\n  model {\n    name = "gpt-4o"\n    version = "2024-08-06"\n  }\n}\n',
  'a.bicep':
    "resource a 'Microsoft.CognitiveServices/accounts/deployments@2024-10-01' = {\n  model: {\n    name: 'gpt-4o'\n  }\n}\n",
  '.github/workflows/a.yml': 'steps:\n  - uses: anthropics/claude-code-action@v1\n  - run: codex exec x\n',
  'agents.yaml': 'agents:\n  a:\n    role: r\n    goal: g\n    model: openai/gpt-4o\n',
  'agent-card.json': '{"name":"A","url":"https://a.io","capabilities":{},"skills":[{"id":"x"}]}',
  'flow.json':
    '{"name":"F","nodes":[{"name":"A","type":"@n8n/n8n-nodes-langchain.agent","parameters":{"model":{"value":"gpt-4o"}}}]}',
  Modelfile: 'FROM llama3.2\nSYSTEM """You are x."""\nADAPTER ./a.gguf\n',
  'dvc.lock': 'stages:\n  a:\n    outs:\n    - path: data/x.xml\n      md5: "01"\n',
  'croissant.json': '{"@context":{"cr":"http://mlcommons.org/croissant/"},"@type":"sc:Dataset","name":"B"}',
  'README.md': '---\nbase_model: a/b\ndatasets: [squad]\n---\n',
  'a.py':
    'from agents import Agent\nimport mcp\nx = Agent(name="A", tools=[f(")")])\nm = {"f": {"command": "npx", "args": ["y"]}}\n',
  'a.ts':
    'import { McpServer } from "@modelcontextprotocol/sdk";\nconst s = new McpServer({ name: "x" }); // (\n',
  '.env': 'OPENAI_API_KEY=x\nOLLAMA_HOST=ollama:11434\n',
  'run.sh': 'vllm serve a/b \\\n --port 1\n',
};

async function look(path: string, text: string): Promise<FileResult> {
  const file = textFile(path, Buffer.from(text), `sha256:${'0'.repeat(64)}`);
  return examine(interested(scannersFor(path), file), file);
}

describe('hostile content', () => {
  it('samples are understood as they are', async () => {
    for (const [path, text] of Object.entries(SAMPLES)) {
      const result = await look(path, text);
      expect([path, result.assets.length > 0, result.unknowns]).toEqual([path, true, []]);
    }
  });

  it('any bytes may be wrong, missing or doubled', async () => {
    let seed = 11;
    const random = (limit: number): number => {
      seed = (Math.imul(seed, 1_103_515_245) + 12_345) >>> 0;
      return (seed >>> 8) % limit;
    };
    const noise = [
      '"',
      "'",
      '{',
      '}',
      '[',
      ')',
      '\n',
      '\u0000',
      '\\',
      ':',
      '-',
      '${',
      '"""',
      '\u{1F600}',
      ' '.repeat(300),
    ];
    for (let round = 0; round < 40; round++)
      for (const [path, text] of Object.entries(SAMPLES)) {
        let changed = text;
        for (let change = 0; change <= round % 4; change++) {
          const at = random(changed.length);
          const until = at + random(3) * random(20);
          changed = changed.slice(0, at) + (noise[random(noise.length)] ?? '') + changed.slice(until);
        }
        const result = await look(path, changed);
        // What a scanner cannot decide is said, never thrown.
        expect(Array.isArray(result.unknowns)).toBe(true);
      }
  }, 30_000);

  it('repetition costs no more than its length', async () => {
    const units = [
      '{',
      '[',
      '"',
      '(',
      ' ',
      '\n',
      'Agent(',
      'Agent(name="',
      '"a": {"command": ',
      'FROM ',
      '- a\n',
      '`',
      "'''",
      '${A:-',
      '/*',
    ];
    const started = performance.now();
    for (const path of [
      'a.py',
      'a.ts',
      'compose.yaml',
      'agents.yaml',
      'mcp.json',
      'main.tf',
      'Modelfile',
      '.env',
      'README.md',
      'run.sh',
    ])
      for (const unit of units) {
        const words = '\nimport mcp, openai\nfrom swarm import Agent\nmcpServers models: dataset\n';
        await look(path, unit.repeat(Math.ceil(20_000 / unit.length)) + words);
      }
    // Quadratic rules took minutes here; the bound leaves room for a busy machine.
    expect(performance.now() - started).toBeLessThan(25_000);
  }, 60_000);
});
