import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { names, rules, scanFiles, unknowns } from '../testing/tree.ts';

describe('configuration', () => {
  it.each([
    ['config.yaml', 'llm:\n  model: gpt-4o\n', 'gpt-4o', 2],
    ['settings.yaml', 'embedding_hf_model_name: BAAI/bge-small-en-v1.5\n', 'BAAI/bge-small-en-v1.5', 1],
    [
      'docker-compose.yml',
      'services:\n  a:\n    environment:\n      - LLM_MODEL=${LLM_MODEL:-claude-3-haiku-20240307}\n',
      'claude-3-haiku-20240307',
      4,
    ],
    ['app.json', '{\n  // chosen\n  "model": "gpt-4o",\n}', 'gpt-4o', 3],
    ['app.toml', '[llm]\nmodel_name = "mistral-large-latest"\n', 'mistral-large-latest', 2],
    ['.env.example', '# MODEL=gpt-4\nexport OPENAI_MODEL="gpt-4o-mini"\n', 'gpt-4o-mini', 2],
  ])('%s', async (path, text, model, line) => {
    const result = await scanFiles({ [path]: text });
    expect(names(result, 'model')).toEqual([model]);
    expect(result.assets.find((one) => one.kind === 'model')?.locations).toEqual([{ path, line }]);
  });

  it.each([
    ['car.yaml', 'model: Corolla\n'],
    ['text.yaml', 'description: uses gpt-4o as model\n# model: gpt-4o\n'],
    ['model_prices.json', '{"gpt-4o":{"model":"gpt-4o"}}'],
    ['rows.json', '[{"model":"gpt-4o","input_cost":1}]'],
    ['package-lock.json', '{"model":"gpt-4o"}'],
    ['README.md', 'model: gpt-4o'],
    ['tests/fixtures/a.yaml', 'model: gpt-4o'],
  ])('nothing in %s', async (path, text) => {
    expect(names(await scanFiles({ [path]: text }), 'model')).toEqual([]);
  });

  it('values below their key are read, and a word without end takes no time', async () => {
    const started = performance.now();
    const result = await scanFiles({
      'below.yaml': 'model:\n  gpt-4o\n',
      'long.yaml': `a: ${'A'.repeat(300_000)}\n`,
    });
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(performance.now() - started).toBeLessThan(20_000);
  });

  it('passwords in addresses of packages are kept nowhere', async () => {
    const result = await scanFiles({
      'requirements.txt': 'openai @ git+https://tok:SECRET@github.com/a/openai@main\n',
    });
    expect(names(result, 'component')).toContain('pypi/openai');
    expect(JSON.stringify(result)).not.toContain('SECRET');
  });

  it('a YAML bomb and broken files are unknowns', async () => {
    const doubled = Array.from({ length: 20 }, (_, at) => `a${at + 1}: &a${at + 1} [*a${at}, *a${at}]\n`);
    const result = await scanFiles({
      'bomb.yaml': `model: gpt-4o\na0: &a0 [x, x]\n${doubled.join('')}`,
      'bad.json': '{"model": ',
      'bad.toml': 'model = = 3',
    });
    expect(unknowns(result).sort()).toEqual([
      'malformed bad.json',
      'malformed bad.toml',
      'malformed bomb.yaml',
    ]);
  });

  it('plain http to a model server is a finding, localhost is not', async () => {
    const result = await scanFiles({
      'a.env': 'OPENAI_BASE_URL=http://llm.corp.internal:8000/v1\nOLLAMA_HOST=http://localhost:11434\n',
    });
    expect(names(result, 'endpoint')).toEqual(['llm.corp.internal:8000', 'localhost:11434']);
    expect(rules(result)).toEqual(['configuration/plain-http-endpoint a.env:1']);
  });
});

describe('secrets', () => {
  const key = `sk-ant-${'q7Rt2Zk9Lm4Xw8Vb3Nc6'.repeat(2)}`;

  it('are located and hashed, never kept', async () => {
    const result = await scanFiles({ 'a.py': `\nkey = "${key}"\n` });
    expect(rules(result)).toEqual(['secrets/hard-coded-secret a.py:2']);
    expect(result.findings[0]?.message).toContain(createHash('sha256').update(key).digest('hex'));
    expect(JSON.stringify(result)).not.toContain(key.slice(8, 24));
  });

  it('placeholders and references to the environment are none', async () => {
    const result = await scanFiles({
      'a.py':
        'api_key = "sk-your-key-here-xxxxxxxxxxxxxxxxxxxxxxxx"\nk = os.environ["OPENAI_API_KEY"]\napi_key="aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa1"\n',
    });
    expect(rules(result)).toEqual([]);
  });
});

describe('prompts', () => {
  it('files and constants, with digests', async () => {
    const text = 'You answer questions about invoices and nothing else.';
    const result = await scanFiles({
      'prompts/answer.md': text,
      'prompts/README.md': 'Prompts.',
      'a.ts': `const m = [{ role: "system", content: "${text}" }, { role: "user", content: "${text}" }]`,
    });
    expect(names(result, 'prompt')).toEqual(['a.ts#system-1', 'prompts/answer.md']);
    const digest = `sha256:${createHash('sha256').update(text).digest('hex')}`;
    expect(result.assets.filter((one) => one.kind === 'prompt').map((one) => one.digest)).toEqual([
      digest,
      digest,
    ]);
  });
});

describe('agents', () => {
  it('MCP servers, rules and skills', async () => {
    const result = await scanFiles({
      '.mcp.json':
        '{"mcpServers":{\n"files":{"command":"npx","args":["-y","@acme/files"]},\n"pinned":{"command":"npx","args":["@acme/p@1.2.3"]},\n"web":{"url":"http://mcp.acme.io/x?key=1"}}}',
      'AGENTS.md': '# Rules',
      'skills/x/SKILL.md': '---\nname: invoices\n---\n',
      'NOTES.md': 'AGENTS.md',
    });
    expect(names(result, 'tool')).toEqual(['mcp/files', 'mcp/pinned', 'mcp/web', 'skill/invoices']);
    expect(names(result, 'agent')).toEqual(['AGENTS.md']);
    expect(rules(result)).toEqual([
      'mcp/unpinned-mcp-server .mcp.json:2',
      'mcp/plain-http-endpoint .mcp.json:4',
    ]);
    expect(JSON.stringify(result.assets)).not.toContain('key=1');
  });

  it('a broken MCP file is an unknown', async () => {
    expect(unknowns(await scanFiles({ 'mcp.json': '{"mcpServers": 3}' }))).toEqual(['malformed mcp.json']);
  });
});

describe('containers', () => {
  it('model servers, vector stores and the models they load', async () => {
    const result = await scanFiles({
      Dockerfile:
        'FROM vllm/vllm-openai:v0.6.0\n# FROM ollama/ollama\nCMD ["--model", "mistralai/Mistral-7B-v0.1"]\n',
      'compose.yaml': 'services:\n  db:\n    image: qdrant/qdrant\n  web:\n    image: nginx:1\n',
      'run.sh': 'ollama pull llama3:8b\n',
    });
    expect(names(result, 'service')).toEqual(['qdrant/qdrant', 'vllm/vllm-openai']);
    expect(names(result, 'model')).toEqual(['llama3:8b', 'mistralai/Mistral-7B-v0.1']);
    expect(result.edges).toContainEqual({
      from: 'component:own/.',
      to: 'service:qdrant/qdrant',
      kind: 'stores',
    });
    expect(rules(result)).toContain('containers/floating-image compose.yaml:3');
    expect(rules(result)).not.toContain('containers/floating-image Dockerfile:1');
  });
});

describe('notebooks', () => {
  const notebook = (cells: object[]): string => JSON.stringify({ cells, metadata: {}, nbformat: 4 }, null, 1);

  it('constants reach over cells; Markdown and outputs are left out', async () => {
    const text = notebook([
      { cell_type: 'markdown', source: ['model="gpt-4"'] },
      {
        cell_type: 'code',
        source: ['%pip install openai\n', 'MODEL = "gpt-4o"'],
        outputs: [{ text: 'model="gpt-3.5-turbo"' }],
      },
      { cell_type: 'code', source: ['client.chat.completions.create(model=MODEL)'] },
    ]);
    const result = await scanFiles({ 'a.ipynb': text });
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    const line = text.split('\n').findIndex((one) => one.includes('MODEL = ')) + 1;
    expect(result.assets.find((one) => one.kind === 'model')?.locations).toEqual([{ path: 'a.ipynb', line }]);
  });

  it('a broken notebook is an unknown', async () => {
    expect(unknowns(await scanFiles({ 'a.ipynb': '{"openai": ' }))).toEqual(['malformed a.ipynb']);
  });
});

describe('datasets', () => {
  it('data in data directories and DVC pointers; other tables are not', async () => {
    const result = await scanFiles({
      'data/train.csv': 'a,b\n1,2\n',
      'report/table.csv': 'a\n',
      'big.dvc': 'outs:\n- md5: 0123456789abcdef0123456789abcdef\n  path: big\n',
    });
    expect(names(result, 'dataset')).toEqual(['big', 'data/train.csv']);
    expect(result.assets.find((one) => one.name === 'data/train.csv')?.digest).toMatch(/^sha256:/);
  });
});

describe('model files', () => {
  const header = Buffer.from('{"w":{"dtype":"F32","shape":[1],"data_offsets":[0,4]}}');
  const length = Buffer.alloc(8);
  length.writeBigUInt64LE(BigInt(header.length));

  it.each([
    ['m.safetensors', Buffer.concat([length, header, Buffer.alloc(4)]), 'safetensors', 0],
    ['m.bin', Buffer.from('GGUF\x03\0\0\0\0\0\0\0'), 'gguf', 0],
    ['m.pkl', Buffer.from('\x80\x04\x95\x0b\0\0\0\0\0\0\0}.', 'latin1'), 'pickle', 1],
    ['m.dat', Buffer.from('\x80\x02}q\0X\x01\0\0\0a', 'latin1'), 'pickle', 1],
    ['m.pt', Buffer.from('PK\x03\x04\0\0\0\0archive/data.pkl', 'latin1'), 'pytorch-zip', 1],
    ['m.onnx', Buffer.from('\x08\x07\x12\x07pytorch\x1a', 'latin1'), 'onnx', 0],
    ['m.h5', Buffer.from('\x89HDF\r\n\x1a\n\0\0', 'latin1'), 'hdf5', 1],
    ['m.tflite', Buffer.from('\x1c\0\0\0TFL3\0\0\0\0', 'latin1'), 'tflite', 0],
  ])('%s', async (path, content, format, unsafe) => {
    const result = await scanFiles({ [path]: content });
    const model = result.assets.find((one) => one.id === `model:${path}`);
    expect(model?.properties?.format).toBe(format);
    expect(model?.digest).toBe(`sha256:${createHash('sha256').update(content).digest('hex')}`);
    expect(rules(result).filter((one) => one.startsWith('model-files/unsafe'))).toHaveLength(unsafe);
  });

  it('text under a model file name is none; an LFS pointer keeps its digest', async () => {
    const oid = 'b'.repeat(64);
    const result = await scanFiles({
      'a.bin': 'just some words here',
      'b.safetensors': `version https://git-lfs.github.com/spec/v1\noid sha256:${oid}\nsize 10\n`,
    });
    expect(names(result, 'model')).toEqual(['b.safetensors']);
    expect(result.assets.find((one) => one.kind === 'model')?.digest).toBe(`sha256:${oid}`);
    expect(unknowns(result)).toEqual(['not-fetched b.safetensors']);
  });
});
