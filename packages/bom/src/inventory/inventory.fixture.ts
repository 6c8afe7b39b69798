/** An inventory with one asset of each kind, for tests. Invented. */

import { parseModelCard } from '../model-card/model-card.ts';
import type { AssetDetails, BomInput } from './input.ts';

export const CARD = `---
license: apache-2.0
base_model: lindenhof-labs/placenames-base
base_model_relation: finetune
pipeline_tag: text-classification
library_name: transformers
language: [en, de]
datasets: [lindenhof-labs/places]
model-index:
  - name: placenames
    results:
      - task: { type: text-classification }
        dataset: { name: places, type: lindenhof-labs/places }
        metrics:
          - { type: f1, value: 0.91 }
---
# Placenames

Finds names of places in short texts.

## Intended uses & limitations

Routing of messages by place.

## Bias, risks and limitations

Small villages are found less often.

## Training data

Public gazetteers of 2024.
`;

const MODEL: AssetDetails = {
  card: parseModelCard(CARD),
  cardPath: 'models/README.md',
  facts: {
    architecture: 'BertForTokenClassification',
    architectureFamily: 'bert',
    inputs: ['text'],
    outputs: ['text'],
    contextLength: 512,
    parameters: 1200,
    quantisation: 'F32',
  },
  metadata: { format: 'pt' },
};

export function inventoryFixture(): BomInput {
  return {
    system: {
      id: 'placenames',
      name: 'Placenames service',
      version: '2.1.0',
      purpose: 'Finds names of places in messages',
      use: {
        inputs: ['text'],
        outputs: ['text'],
        tools: [],
        users: ['clerks'],
        exposure: 'internal',
        prohibited: [],
      },
      roles: {
        developer: ['dev@example.org'],
        system_operator: ['ops@example.org'],
        data_custodian: ['data-office'],
        organisation: [],
        auditor: [],
      },
    },
    fingerprint: `sha256:${'f1'.repeat(32)}`,
    assets: [
      { id: 'component:own/.', kind: 'component', name: 'own/.', origin: 'own', locations: [{ path: '.' }] },
      {
        id: 'component:pypi/transformers',
        kind: 'component',
        name: 'pypi/transformers',
        version: '4.50.0',
        origin: 'external',
        properties: { category: 'training', floating: false },
        locations: [{ path: 'requirements.txt', line: 3 }],
      },
      {
        id: 'dataset:data/train.csv',
        kind: 'dataset',
        name: 'data/train.csv',
        digest: `sha256:${'d1'.repeat(32)}`,
        origin: 'own',
        owner: 'dev@example.org',
        properties: { format: 'csv', bytes: 10 },
        locations: [{ path: 'data/train.csv' }],
      },
      {
        id: 'model:models/place.safetensors',
        kind: 'model',
        name: 'models/place.safetensors',
        digest: `sha256:${'a1'.repeat(32)}`,
        properties: { format: 'safetensors', bytes: 4800 },
        locations: [{ path: 'models/place.safetensors' }],
      },
      {
        id: 'model:lindenhof-labs/placenames-base',
        kind: 'model',
        name: 'lindenhof-labs/placenames-base',
        origin: 'external',
        properties: { hub: true, floating: true, confidence: 0.8 },
        locations: [{ path: 'train.py', line: 8 }],
      },
      {
        id: 'endpoint:api.example.net',
        kind: 'endpoint',
        name: 'api.example.net',
        origin: 'external',
        provider: 'example',
        properties: { scheme: 'https' },
        locations: [{ path: 'serve.py', line: 2 }],
      },
      { id: 'tool:mcp/files', kind: 'tool', name: 'mcp/files', locations: [{ path: '.mcp.json', line: 4 }] },
      {
        id: 'prompt:prompts/a.md',
        kind: 'prompt',
        name: 'prompts/a.md',
        locations: [{ path: 'prompts/a.md' }],
      },
    ],
    edges: [
      { from: 'component:own/.', to: 'component:pypi/transformers', kind: 'depends_on' },
      { from: 'component:own/.', to: 'model:models/place.safetensors', kind: 'depends_on' },
      { from: 'model:models/place.safetensors', to: 'dataset:data/train.csv', kind: 'trained_on' },
      {
        from: 'model:models/place.safetensors',
        to: 'model:lindenhof-labs/placenames-base',
        kind: 'derived_from',
      },
      { from: 'component:own/.', to: 'endpoint:api.example.net', kind: 'calls' },
      { from: 'component:own/.', to: 'component:gone', kind: 'depends_on' },
    ],
    findings: [
      {
        rule: 'model-files/floating',
        severity: 'low',
        confidence: 0.8,
        message: 'can change without notice',
        location: { path: 'train.py', line: 8 },
        asset: 'model:lindenhof-labs/placenames-base',
      },
    ],
    unknowns: 2,
    details: new Map([['model:models/place.safetensors', MODEL]]),
    events: [
      {
        event: 'training_run',
        id: 'run-7',
        at: '2026-05-01T00:00:00Z',
        by: 'dev@example.org',
        asset: 'model:models/place.safetensors',
        kind: 'model',
        inputs: [{ name: 'data/train.csv', digest: { sha256: 'd1'.repeat(32) } }],
        outputs: [{ name: 'models/place.safetensors', digest: { sha256: 'a1'.repeat(32) } }],
      },
    ],
    timestamp: '2026-06-01T12:00:00Z',
    tool: { name: 'custos', version: '0.1.0' },
  };
}
