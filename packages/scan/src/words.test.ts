import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { scannersFor } from './examine.ts';
import { textFile } from './read.ts';
import { Words, wordGroup } from './words.ts';

const ENDINGS = wordGroup('he', 'hers', '"she');
const LONG = wordGroup('x'.repeat(300), 'Model =');

function has(text: string, group: typeof ENDINGS): boolean {
  return new Words(Buffer.from(text)).has(group);
}

describe('words', () => {
  it('are seen wherever they stand, also inside and at the end of one another', () => {
    for (const text of ['he', 'ushers', '/SHE', ':she', 'hehe', `a\nhers`])
      expect([text, has(text, ENDINGS)]).toEqual([text, true]);
    for (const text of ['', 'h', 'h e', 'és', '"sh'])
      expect([text, has(text, ENDINGS)]).toEqual([text, false]);
    expect([has(`${'x'.repeat(299)}y`, LONG), has(`y${'x'.repeat(301)}`, LONG)]).toEqual([false, true]);
    expect([has('MODEL\n= 1', LONG), has('model  = 1', LONG)]).toEqual([true, false]);
  });
});

/** Something that looks like a key, of a length and letters that most services could have given out. */
function key(start: string): string {
  const letters = /^A[KS]IA/.test(start) ? 'Q7ZK9M2XW4T8VB3N' : '9f8e7d6c5b4a3f2e1d0c'.repeat(4);
  const length = { AIza: 35, r8_: 40, 'sk-lf-': 36, hf_: 40, gsk_: 50, pcsk_: 60, 'glpat-': 20 }[start] ?? 64;
  return `${start}${letters.slice(0, length)}`;
}

/** Lines that a prefilter accepts, each for another reason. */
const TELLING: Readonly<Record<string, readonly string[]>> = {
  'a.py': [
    'trust_remote_code=True',
    'th.load(x)',
    'import dill',
    'm = "gpt-4"',
    "m = 'owner/Llama-3'",
    'm = "ft:x"',
    'm = `a:b/command`',
    'X.from_pretrained(y)',
    'pipeline ("x")',
    'initChat_model(',
    'LLM\t(x)',
    "model_name   = 'x'",
    "model\t\t=\t'x'",
    'model= "x"',
    '"model": "x"',
    'default  =  "a/b"',
    'default: "a/b"',
    "default='a/b'",
    'x = "http://localhost/x"',
    'x = "https://a.example/v1"',
    "{'role': 'system'}",
    'role = "developer"',
    'import openai\nSYSTEM_MESSAGE_TEMPLATE = "x"',
    'chat\n@function_tool',
    'agent\nstategraph (',
    'import agents.x',
    'from google.genai import x',
    'PeftModel.x',
    'dataset_url = 1',
    'DATAFILE = 1',
    'pd.read_csv(x)',
    'Agent  (x)',
    '"command" : "uvx"',
    "command   :   'node'",
    'from mcp.server import x',
    'app = FastAPI()',
    'web.Application()',
    '@serve.deployment',
    'import pulumi_aws',
    'pulumi x',
  ],
  'a.ts': [
    'import x from "ai"',
    "import x from 'ai/react'",
    'export * from "@langchain/core/messages"',
    'const [model] = useState("x")',
    'const s = new McpServer ({})',
    'const app = express\n()',
    'import x from "aws-cdk-lib"',
    'tool   ({})\nprompt',
  ],
  'a.js': [
    ...[
      'AIza',
      'AKIA',
      'ASIA',
      'ghp_',
      'ghs_',
      'github_pat_',
      'glpat-',
      'gsk_',
      'hf_',
      'pplx-',
      'pcsk_',
      'r8_',
      'rk_live_',
    ].map(key),
    ...[
      'sk_live_',
      'sk-',
      'sk-ant-',
      'sk-or-v1-',
      'sk-lf-',
      'sk-proj-',
      'xai-',
      'xoxa-',
      'xoxb-',
      'xoxp-',
      'xoxr-',
      'xoxs-',
    ].map(key),
    ...[
      'apiKey',
      'api_key',
      'API-KEY',
      'secretKey',
      'secret-key',
      'access_token',
      'authToken',
      'client_secret',
    ].map((name) => `${name}: "9f8e7d6c5b4a3f2e1d0c9b8a7f6e5d4c"`),
    `lsv2_pt_${'9f8e7d6c'.repeat(4)}_9f8e7d6c5b`,
    `-----BEGIN RSA PRIVATE KEY-----\n${'Qk9jZ3Vz'.repeat(5)}`,
  ],
  'pages/api/x.ts': ['export default x'],
  'a.yaml': [
    'type: Microsoft.Search/x',
    'Type: AWS::Bedrock::Agent',
    'dataset: a/b',
    'mcp_servers: {}',
    'mcp:\n type: stdio',
  ],
  'a.json': ['{"mcpServers":1}', '{"x": "http://mlcommons.org/croissant/"}', '{"context_servers":1}'],
  'a.tf': ['resource\t "aws_x"', 'resource   "google_x"'],
  'dvc.yaml': ['x: 1'],
};

/** Names of scanners that have a reason to look closer, which their glance overlooks. */
async function overlooked(path: string, text: string): Promise<string[]> {
  const file = textFile(path, Buffer.from(text), 'sha256:0');
  const words = new Words(Buffer.from(text));
  const names: string[] = [];
  for (const one of scannersFor(path)) {
    if (one.glance === undefined || one.glance(words, path)) continue;
    if (one.prefilter?.(text, path, EVERY_WORD) === false) continue;
    // Not every import is one of an AI package, and secrets have no other look before.
    const decided = one.name !== 'imports' && one.prefilter !== undefined;
    const result = decided ? undefined : await one.scan(file);
    if (result === undefined || result.assets.length + result.findings.length > 0) names.push(one.name);
  }
  return names;
}

class EveryWord extends Words {
  override has(): boolean {
    return true;
  }
}
const EVERY_WORD = new EveryWord(Buffer.of());

describe('a glance at the words', () => {
  it.each(TELLING['a.js'] ?? [])('is tried on a real secret: %s', async (line) => {
    const [secrets] = scannersFor('a.js').filter((one) => one.name === 'secrets');
    const result = await secrets?.scan(textFile('a.js', Buffer.from(line), 'sha256:0'));
    expect(result?.findings).toHaveLength(1);
  });

  it.each(Object.entries(TELLING))('overlooks nothing in %s', async (path, lines) => {
    for (const line of lines) expect([line, await overlooked(path, line)]).toEqual([line, []]);
  });

  it('overlooks nothing in the sources of the scanners, which say everything', async () => {
    const here = fileURLToPath(new URL('.', import.meta.url));
    const files = readdirSync(here, { recursive: true, encoding: 'utf8' }).filter((one) =>
      one.endsWith('.ts'),
    );
    expect(files.length).toBeGreaterThan(100);
    for (const name of files)
      for (const line of [
        readFileSync(join(here, name), 'utf8'),
        ...readFileSync(join(here, name), 'utf8').split('\n'),
      ])
        for (const path of ['a.py', 'a.ts', 'a.yaml'])
          expect([name, await overlooked(path, line)]).toEqual([name, []]);
  });
});
