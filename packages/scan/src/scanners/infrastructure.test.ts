import { describe, expect, it } from 'vitest';
import { names, rules, scanFiles, unknowns } from '../testing/tree.ts';

describe('infrastructure code', () => {
  it('Terraform: services, agents and deployed models, with their cloud', async () => {
    const result = await scanFiles({
      'main.tf':
        'resource "aws_bedrockagent_agent" "support" {\n  foundation_model = "anthropic.claude-3-haiku-20240307-v1:0"\n}\n# resource "aws_sagemaker_endpoint" "old" {}\nresource "aws_s3_bucket" "b" {}\nresource "azurerm_cognitive_deployment" "chat" {\n  model {\n    format  = "OpenAI"\n    name    = "gpt-4o"\n    version = "2024-08-06"\n  }\n}\nresource "google_vertex_ai_endpoint" "e" {}\n',
    });
    expect(names(result, 'agent')).toEqual(['aws_bedrockagent_agent.support']);
    expect(names(result, 'service')).toEqual([
      'azurerm_cognitive_deployment.chat',
      'google_vertex_ai_endpoint.e',
    ]);
    expect(names(result, 'model')).toEqual(['anthropic.claude-3-haiku-20240307-v1:0', 'gpt-4o']);
    expect(
      result.assets.filter((one) => one.kind === 'service').every((one) => one.properties?.cloud === true),
    ).toBe(true);
    expect(result.edges).toContainEqual({
      from: 'service:azurerm_cognitive_deployment.chat',
      to: 'model:gpt-4o',
      kind: 'serves',
    });
  });

  it.each([
    [
      'a.yaml',
      'Resources:\n  Helper:\n    Type: AWS::Bedrock::Agent\n',
      'agent',
      'AWS::Bedrock::Agent/Helper',
    ],
    [
      'a.template',
      '{"Resources":{\n "Ep": {\n  "Type": "AWS::SageMaker::Endpoint"\n}}}',
      'service',
      'AWS::SageMaker::Endpoint/Ep',
    ],
    [
      'a.bicep',
      "resource ai 'Microsoft.CognitiveServices/accounts@2024-10-01' = {\n}\n",
      'service',
      'Microsoft.CognitiveServices/accounts/ai',
    ],
    [
      'a.bicep',
      "module openAi 'br/public:avm/res/cognitive-services/account:0.7.0' = {\n}\n",
      'service',
      'Microsoft.CognitiveServices/accounts/openAi',
    ],
    [
      'a.ts',
      'import * as aws from "@pulumi/aws";\nconst e = new aws.sagemaker.Endpoint("score", {});\n',
      'service',
      'sagemaker.Endpoint/score',
    ],
    [
      'a.py',
      'from aws_cdk import aws_bedrock as bedrock\nbedrock.CfnAgent(self, "Desk")\n',
      'agent',
      'bedrock.CfnAgent/Desk',
    ],
  ])('%s %s', async (path, text, kind, name) => {
    expect(names(await scanFiles({ [path]: text }), kind)).toEqual([name]);
  });
});

describe('pipelines', () => {
  it('AI actions and commands; others are none', async () => {
    const result = await scanFiles({
      '.github/workflows/a.yml':
        'jobs:\n  a:\n    steps:\n      - uses: actions/checkout@v4\n      - uses: anthropics/claude-code-action@v1\n      - uses: openai/codex-action@0123456789012345678901234567890123456789\n      - run: npx @google/gemini-cli@0.9.1 -p "review"\n',
      'docs/a.yml': 'uses: anthropics/claude-code-action@v1\n',
    });
    expect(names(result, 'component').filter((one) => !one.startsWith('own/'))).toEqual([
      'actions/anthropics/claude-code-action',
      'actions/openai/codex-action',
      'npm/@google/gemini-cli',
    ]);
    expect(rules(result)).toEqual(['ci/unpinned-ai-action .github/workflows/a.yml:5']);
    expect(result.assets.find((one) => one.name === 'npm/@google/gemini-cli')?.version).toBe('0.9.1');
  });
});

describe('environment names', () => {
  it('say whose services are used; values are never kept', async () => {
    const result = await scanFiles({
      '.env.example':
        'OPENAI_API_KEY=sk-abc\n# MISTRAL_API_KEY=\nNEXT_PUBLIC_AZURE_OPENAI_ENDPOINT=https://x\nMY_DB_KEY=1\nQDRANT_URL=http://q:6333\n',
      'deploy/k8s.yaml': 'env:\n  - name: ANTHROPIC_API_KEY\n    valueFrom: {}\n',
      'README.md': 'Set GROQ_API_KEY',
    });
    expect(names(result, 'service')).toEqual(['anthropic', 'azure-openai', 'openai', 'qdrant']);
    expect(result.assets.find((one) => one.name === 'openai')?.properties?.cloud).toBe(true);
    expect(result.assets.find((one) => one.name === 'qdrant')?.properties?.cloud).toBeUndefined();
    expect(result.edges).toContainEqual({ from: 'component:own/.', to: 'service:qdrant', kind: 'stores' });
    expect(JSON.stringify(result)).not.toContain('sk-abc');
  });
});

describe('self-hosted servers', () => {
  it('are found by what starts them and by their ports', async () => {
    const result = await scanFiles({
      'run.sh':
        '#!/bin/sh\n# vllm serve old/model\nvllm serve mistralai/Mistral-7B-Instruct-v0.3 \\\n  --port 9000\necho "ollama serve"\n',
      '.env':
        'OLLAMA_HOST=ollama:11434\nLMSTUDIO_URL=http://localhost:1234/v1\nDB_HOST=db:5432\nLLM_MODEL=llama3\n',
      'compose.yaml': 'services:\n  ollama:\n    image: ollama/ollama:0.5.1\n    ports: ["11434:11434"]\n',
    });
    expect(result.assets.find((one) => one.id === 'service:vllm')?.properties).toMatchObject({
      servesApi: true,
      port: 9000,
    });
    expect(result.edges).toContainEqual({
      from: 'service:vllm',
      to: 'model:mistralai/Mistral-7B-Instruct-v0.3',
      kind: 'serves',
    });
    expect(names(result, 'endpoint')).toEqual(['localhost:1234', 'ollama:11434']);
    expect(result.edges).toContainEqual({
      from: 'service:ollama/ollama',
      to: 'endpoint:ollama:11434',
      kind: 'serves',
    });
    expect(result.assets.find((one) => one.id === 'service:ollama/ollama')?.properties).toMatchObject({
      host: 'ollama',
      servesApi: true,
    });
  });

  it.each([
    ['    ports: ["11434:11434"]\n', true],
    ['    ports:\n      - 11434:11434\n', true],
    ['    ports:\n      - "127.0.0.1:11434:11434"\n', undefined],
    ['    ports:\n    - 127.0.0.1:11434:11434\n    - 8080:8080\n', true],
    ['    expose: [11434]\n', undefined],
  ])('serve an API where others reach their port %#', async (ports, serves) => {
    const result = await scanFiles({
      'compose.yaml': `services:\n  a:\n    image: ollama/ollama:0.5.1\n${ports}`,
    });
    expect(result.assets.find((one) => one.id === 'service:ollama/ollama')?.properties?.servesApi).toBe(
      serves,
    );
  });

  it('Helm values and compose models', async () => {
    const result = await scanFiles({
      'values.yaml': 'image:\n  repository: vllm/vllm-openai\n  tag: v0.6.1\n',
      'compose.yaml': 'models:\n  llm:\n    model: ai/gemma3:4B-Q4_0\nservices:\n  a:\n    image: nginx:1\n',
    });
    expect(result.assets.find((one) => one.id === 'service:vllm/vllm-openai')?.version).toBe('v0.6.1');
    expect(names(result, 'model')).toEqual(['ai/gemma3:4B-Q4_0']);
  });
});

describe('the component of one’s own', () => {
  it('has the version of its manifest, and says when it serves an API', async () => {
    const result = await scanFiles({
      'package.json': '{"name":"x","version":"2.1.0","dependencies":{"openai":"4.0.0"}}',
      'src/server.ts': 'import express from "express";\nconst app = express();\n',
      'svc/pyproject.toml': '[project]\nname = "s"\nversion = "0.3.0"\ndependencies = ["openai==1.0.0"]\n',
      'svc/api.py': 'from fastapi import FastAPI\napp = FastAPI()\n',
      'web/package.json': '{"version":"9.9.9"}',
      'tests/server.py': 'app = FastAPI()\n',
    });
    const own = result.assets.filter((one) => one.name.startsWith('own/'));
    expect(
      own.map((one) => [one.name, one.version, one.properties?.servesApi, one.properties?.framework]),
    ).toEqual([
      ['own/.', '2.1.0', true, 'express'],
      ['own/svc', '0.3.0', true, 'fastapi'],
    ]);
  });

  it('without a version has none', async () => {
    const result = await scanFiles({
      'package.json': '{"version":"0.0.0","dependencies":{"openai":"4.0.0"}}',
    });
    expect(result.assets.find((one) => one.name === 'own/.')?.version).toBeUndefined();
  });
});

describe('hosted models', () => {
  it.each([
    ['gpt-4o-2024-08-06', '2024-08-06', true],
    ['openai/gpt-4o-mini-2024-07-18', '2024-07-18', true],
    ['claude-3-haiku-20240307', '20240307', true],
    ['gpt-4-0613', '0613', true],
    ['gemini-1.5-pro-002', '002', true],
    ['gpt-4o', undefined, true],
    ['gpt2', undefined, undefined],
    ['mistralai/Mistral-7B-v0.1', undefined, undefined],
    ['claude-3-5-sonnet-latest', undefined, true],
  ])('%s', async (name, version, cloud) => {
    const result = await scanFiles({ 'config.yaml': `llm:\n  model_name: ${name}\n` });
    const model = result.assets.find((one) => one.kind === 'model');
    expect([model?.version, model?.properties?.cloud]).toEqual([version, cloud]);
  });

  it('one model has one name, and hangs on its provider’s service', async () => {
    const result = await scanFiles({
      'a.yaml': 'model: openai/gpt-4o\n',
      'b.yaml': 'model: gpt-4o\n',
      '.env': 'OPENAI_API_KEY=\n',
    });
    expect(names(result, 'model')).toEqual(['gpt-4o']);
    expect(result.edges).toContainEqual({ from: 'service:openai', to: 'model:gpt-4o', kind: 'serves' });
  });
});

describe('broken files', () => {
  it('never end the scan', async () => {
    const files = [
      'a.tf',
      'a.bicep',
      '.github/workflows/a.yml',
      'agents.yaml',
      'agent.json',
      'Modelfile',
      'flow.json',
      'compose.yaml',
      '.env',
      'dvc.lock',
      'mcp.json',
    ];
    for (const text of [
      '',
      '{',
      '"',
      '\u{1F600}'.repeat(50),
      '[[[[',
      ': : :\n- -',
      'x'.repeat(20_000),
      'resource "aws_bedrock_x" "',
      '{"nodes": null, "n8n-nodes": 1}',
    ]) {
      const result = await scanFiles(Object.fromEntries(files.map((one) => [one, text])));
      expect(unknowns(result).filter((one) => one.startsWith('scanner-error'))).toEqual([]);
    }
  });
});
