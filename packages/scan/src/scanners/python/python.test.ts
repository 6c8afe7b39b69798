import { describe, expect, it } from 'vitest';
import { names, rules, scanFiles } from '../../testing/tree.ts';

async function models(text: string, path = 'app.py'): Promise<string[]> {
  return names(await scanFiles({ [path]: text }), 'model');
}

describe('model references in Python', () => {
  it.each([
    [
      'call argument',
      'from openai import OpenAI\nOpenAI().chat.completions.create(model="gpt-4o", messages=[])',
      'gpt-4o',
    ],
    [
      'constant',
      'MODEL = "claude-3-opus-20240229"\nclient.messages.create(model=MODEL)',
      'claude-3-opus-20240229',
    ],
    ['loader', 'AutoModel.from_pretrained("acme/tiny-net")', 'acme/tiny-net'],
    ['pipeline keyword', 'pipeline("text-generation", model="distilgpt2")', 'distilgpt2'],
    [
      'pipeline position',
      'from transformers import pipeline\npipeline("ner", "dslim/bert-base-NER")',
      'dslim/bert-base-NER',
    ],
    [
      'environment default',
      'import os\nfrom openai import x\nmodel = os.getenv("MODEL", "gpt-4o-mini")',
      'gpt-4o-mini',
    ],
    ['environ.get in a call', 'ChatOpenAI(model=os.environ.get("M", "gpt-4.1"))', 'gpt-4.1'],
    ['parameter default', 'import openai\ndef ask(q, model="gpt-3.5-turbo"):\n    return q', 'gpt-3.5-turbo'],
    [
      'settings field',
      'from openai import x\nclass S(BaseSettings):\n    llm_model: str = Field(default="mistral-large-latest")',
      'mistral-large-latest',
    ],
    ['fall-back', 'ChatAnthropic(model_name=name or "claude-3-haiku-20240307")', 'claude-3-haiku-20240307'],
    [
      'request body',
      'import requests\nrequests.post(u, json={"model": "text-embedding-3-small", "input": x})',
      'text-embedding-3-small',
    ],
    [
      'command line default',
      'import torch\nparser.add_argument("--model_name", default="meta-llama/Llama-2-7b-hf")',
      'meta-llama/Llama-2-7b-hf',
    ],
    ['provider prefix', 'init_chat_model("openai:gpt-4o")', 'gpt-4o'],
    ['setting with a default', 'import openai\nm = config.get("model", "gpt-4")', 'gpt-4'],
    ['first of a list', 'import openai\nnames = ["gpt-4", "gpt-4o"]\nf(model=names[0])', 'gpt-4'],
    ['model class', 'OpenAIChat(id="gpt-4o")', 'gpt-4o'],
  ])('%s', async (_name, text, expected) => {
    expect(await models(text)).toEqual([expected]);
  });

  it.each([
    ['comment', 'import openai\n# model="gpt-4o"\n'],
    ['docstring', 'import openai\ndef f():\n    """Calls create(model="gpt-4o")."""\n'],
    ['price table', 'import openai\nPRICES = {"gpt-4o": 0.03, "gpt-4": 0.06}'],
    ['price row', 'import openai\nROWS = [{"model": "gpt-4o", "price_per_1k": 0.03}]'],
    ['comparison', 'import openai\nif name == "gpt-4o":\n    pass'],
    ['message', 'import openai\nprint("gpt-4o")\nlog(text="use gpt-4o")'],
    ['path', 'import torch\nmodel_path = "gpt-4o"\nAutoModel.from_pretrained("./checkpoints/last")'],
    ['placeholder', 'ChatOpenAI(model="your-model-name")'],
    ['interpolation', 'ChatOpenAI(model=f"gpt-4o-{suffix}")'],
    ['unrelated model', 'import torch\ncar(model="Corolla")'],
  ])('not in a %s', async (_name, text) => {
    expect(await models(text)).toEqual([]);
  });

  it('not in tests', async () => {
    expect(await models('ChatOpenAI(model="gpt-4o")', 'tests/test_app.py')).toEqual([]);
  });

  it('tells floating from fixed, with place and edge', async () => {
    const revision = 'a'.repeat(40);
    const result = await scanFiles({
      'app.py': `import openai\n\nc.chat.completions.create(model="gpt-4o-2024-08-06")\nc.chat.completions.create(model="gpt-4o")\nAutoModel.from_pretrained("acme/b-1", revision="${revision}")\n`,
    });
    const floating = Object.fromEntries(
      result.assets.filter((one) => one.kind === 'model').map((one) => [one.name, one.properties?.floating]),
    );
    expect(floating).toEqual({ 'gpt-4o-2024-08-06': false, 'gpt-4o': true, 'acme/b-1': false });
    expect(rules(result)).toEqual(['python/floating-model-reference app.py:4']);
    expect(result.edges).toContainEqual({ from: 'component:own/.', to: 'model:gpt-4o', kind: 'calls' });
  });
});

describe('unsafe loads in Python', () => {
  it('are found, and their safe forms are not', async () => {
    const result = await scanFiles({
      'a.py':
        'import torch, pickle\ntorch.load("x")\ntorch.load("x", weights_only=True)\npickle.load(f)\nAutoModel.from_pretrained("acme/b-1", trust_remote_code=True)\n# pickle.load(f)\n',
    });
    expect(rules(result)).toEqual([
      'python/torch-load-unsafe a.py:2',
      'python/unsafe-deserialisation a.py:4',
      'python/floating-model-reference a.py:5',
      'python/trust-remote-code a.py:5',
    ]);
  });
});

describe('other facts in Python', () => {
  it('packages, data sets, prompts, tools and endpoints', async () => {
    const result = await scanFiles({
      'a.py': [
        'import sklearn.svm',
        'from datasets import load_dataset',
        'from langchain_core.tools import tool',
        'SYSTEM_PROMPT = """You are a helpful assistant who never tells secrets."""',
        'load_dataset("squad")',
        'load_dataset("json", data_files="x.json")',
        '@tool',
        'def refund(order: str): pass',
        'c = OpenAI(base_url="http://localhost:8000/v1")',
        'u = "https://api.openai.com/v1/chat"',
        'd = "https://platform.openai.com/docs"',
        'h = "https://example.org/v1"',
      ].join('\n'),
    });
    expect(names(result, 'component')).toEqual([
      'own/.',
      'pypi/datasets',
      'pypi/langchain-core',
      'pypi/scikit-learn',
    ]);
    expect(names(result, 'dataset')).toEqual(['squad']);
    expect(names(result, 'prompt')).toEqual(['a.py#SYSTEM_PROMPT']);
    expect(names(result, 'tool')).toEqual(['refund']);
    expect(names(result, 'endpoint')).toEqual(['api.openai.com', 'localhost:8000']);
  });
});
