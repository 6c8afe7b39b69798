import { describe, expect, it } from 'vitest';
import { names, scanFiles, unknowns } from '../testing/tree.ts';

describe('agent files', () => {
  it('A2A cards by their content', async () => {
    const card =
      '{"name":"Trip Agent","url":"https://agents.acme.io/trip","version":"1.2.0","capabilities":{},"skills":[{"id":"a"}]}';
    const result = await scanFiles({
      '.well-known/agent-card.json': card,
      'agent.json': '{"name":"x"}',
      'user-agents.json': '{"skills":1,"name":"a"}',
    });
    expect(names(result, 'agent')).toEqual(['Trip Agent']);
    expect(result.edges).toContainEqual({
      from: 'agent:Trip Agent',
      to: 'endpoint:agents.acme.io',
      kind: 'serves',
    });
    expect(result.findings.map((one) => one.rule)).toEqual(['agent-cards/agent-without-authentication']);
  });

  it('YAML definitions of frameworks', async () => {
    const result = await scanFiles({
      'src/config/agents.yaml':
        'researcher:\n  role: >\n    Researcher\n  goal: find\n  backstory: none\nwriter:\n  role: Writer\n  goal: write\n',
      'agents.yaml': 'agents:\n  root:\n    model: openai/gpt-4o\n    instruction: help\n',
      'people/agents.yaml': 'people:\n  ann:\n    role: broker\n',
    });
    expect(names(result, 'agent')).toEqual(['researcher', 'root', 'writer']);
    expect(result.edges).toContainEqual({ from: 'agent:root', to: 'model:gpt-4o', kind: 'calls' });
  });

  it('rules, definitions and skills of the common assistants', async () => {
    const result = await scanFiles({
      'CLAUDE.md': 'x',
      '.github/copilot-instructions.md': 'x',
      '.cursor/rules/a.mdc': 'x',
      '.windsurf/rules/a.md': 'x',
      '.claude/agents/reviewer.md': '---\nname: code-reviewer\n---\nx',
      '.opencode/agent/b.md': 'x',
      '.claude/skills/pdf/SKILL.md': '---\nname: pdf\n---\n',
      '.claude/commands/fix.md': 'x',
      'docs/rules.md': 'x',
    });
    expect(names(result, 'agent')).toEqual([
      '.cursor/rules/a.mdc',
      '.github/copilot-instructions.md',
      '.windsurf/rules/a.md',
      'CLAUDE.md',
      'b',
      'code-reviewer',
    ]);
    expect(names(result, 'tool')).toEqual(['skill/fix.md', 'skill/pdf']);
  });
});

describe('Modelfiles', () => {
  it('derive from a base, and hold prompts', async () => {
    const result = await scanFiles({
      Modelfile: '# base\nFROM llama3.2:3b\nPARAMETER temperature 1\nSYSTEM """You are a pirate."""\n',
      'x/Dockerfile.Modelfiles': 'FROM alpine\n',
    });
    expect(names(result, 'model')).toEqual(['Modelfile', 'llama3.2:3b']);
    expect(names(result, 'prompt')).toEqual(['Modelfile#system']);
    expect(result.edges).toContainEqual({
      from: 'model:Modelfile',
      to: 'model:llama3.2:3b',
      kind: 'derived_from',
    });
  });
});

describe('workflows', () => {
  it('n8n', async () => {
    const nodes = [
      { name: 'Support Agent', type: '@n8n/n8n-nodes-langchain.agent', parameters: {} },
      {
        name: 'Chat',
        type: '@n8n/n8n-nodes-langchain.lmChatOpenAi',
        parameters: { model: { __rl: true, value: 'gpt-4o-mini' } },
      },
      { name: 'Store', type: '@n8n/n8n-nodes-langchain.vectorStoreQdrant', parameters: {} },
    ];
    const result = await scanFiles({ 'flow.json': JSON.stringify({ name: 'Desk', nodes, connections: {} }) });
    expect([names(result, 'agent'), names(result, 'model'), names(result, 'service')]).toEqual([
      ['Desk/Support Agent'],
      ['gpt-4o-mini'],
      ['workflow/vectorStoreQdrant'],
    ]);
    expect(result.edges).toContainEqual({
      from: 'agent:Desk/Support Agent',
      to: 'model:gpt-4o-mini',
      kind: 'calls',
    });
  });

  it('Langflow, Flowise and Dify', async () => {
    const langflow = {
      name: 'L',
      data: {
        edges: [],
        nodes: [
          {
            data: {
              type: 'Agent',
              node: { display_name: 'Agent', template: { model_name: { value: 'gpt-4o' } } },
            },
          },
        ],
      },
    };
    const flowise = {
      edges: [],
      nodes: [
        { data: { name: 'toolAgent', label: 'Tool Agent', inputParams: [], inputs: {} } },
        {
          data: { name: 'chatAnthropic', inputParams: [], inputs: { modelName: 'claude-3-haiku-20240307' } },
        },
      ],
    };
    const result = await scanFiles({
      'l.json': JSON.stringify(langflow),
      'f.json': JSON.stringify(flowise),
      'd.yml':
        'kind: app\napp:\n  name: D\n  mode: workflow\nworkflow:\n  graph:\n    nodes:\n      - data:\n          type: llm\n          title: Answer\n          model:\n            provider: openai\n            name: gpt-4o-mini\n',
      'other.json': '{"nodes":[],"edges":[]}',
    });
    expect(names(result, 'agent')).toEqual(['L/Agent', 'f/Tool Agent']);
    expect(names(result, 'model')).toEqual(['claude-3-haiku-20240307', 'gpt-4o', 'gpt-4o-mini']);
  });
});

describe('data', () => {
  it('recipes, DVC, Croissant and cards', async () => {
    const result = await scanFiles({
      'recipe.yaml': 'dataset_mixer:\n  HuggingFaceH4/ultrachat_200k: 1.0\ndataset_path: ./data\n',
      'axolotl.yml': 'datasets:\n  - path: tatsu-lab/alpaca\n    type: alpaca\n',
      'dvc.lock':
        'stages:\n  a:\n    deps:\n    - path: src/a.py\n      md5: 1\n    - path: data/raw.xml\n      md5: 0123\n    outs:\n    - path: model.pkl\n      md5: 4567\n',
      'croissant.json':
        '{"@context":{"cr":"http://mlcommons.org/croissant/"},"@type":"sc:Dataset","name":"Birds","version":"1.0.0","license":"CC-BY-4.0"}',
      'README.md': '---\nbase_model: mistralai/Mistral-7B-v0.1\ndatasets:\n- squad\n---\n# x\n',
      'plain.json': '{"dataset":"my/path"}',
    });
    expect(names(result, 'dataset')).toEqual([
      'Birds',
      'HuggingFaceH4/ultrachat_200k',
      'data/raw.xml',
      'squad',
      'tatsu-lab/alpaca',
    ]);
    expect(names(result, 'model')).toEqual(['mistralai/Mistral-7B-v0.1', 'model.pkl']);
    expect(result.edges).toContainEqual({ from: 'component:own/.', to: 'dataset:squad', kind: 'trained_on' });
  });

  it('column files anywhere, by their first bytes', async () => {
    const result = await scanFiles({
      'x/a.parquet': Buffer.from('PAR1\0\0\0\0PAR1'),
      'x/b.arrow': Buffer.from('ARROW1\0\0'),
      'x/c.parquet': 'text',
    });
    expect(names(result, 'dataset')).toEqual(['x/a.parquet', 'x/b.arrow']);
    expect(unknowns(result)).toEqual(['wrong-magic x/c.parquet']);
  });
});
