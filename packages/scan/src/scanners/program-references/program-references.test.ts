import { describe, expect, it } from 'vitest';
import { names, scanFiles } from '../../testing/tree.ts';

describe('models and data in idioms', () => {
  it.each([
    [
      'a.py',
      'm = PeftModel.from_pretrained(\n    base,\n    "tloen/alpaca-lora-7b",\n)\n',
      'model',
      ['tloen/alpaca-lora-7b'],
    ],
    [
      'a.py',
      'adapter = "acme/adapter-7b"\nm = PeftModel.from_pretrained(base, adapter)\n',
      'model',
      ['acme/adapter-7b'],
    ],
    ['a.tsx', 'const [model, setModel] = useState("gemini-2.0-flash");\n', 'model', ['gemini-2.0-flash']],
    ['a.tsx', 'const [model, setModel] = useState("Corolla");\n', 'model', []],
    ['a.py', 'data_url = "https://acme.io/input.txt"\n', 'dataset', ['https://acme.io/input.txt']],
    [
      'a.py',
      'df = pd.read_parquet("https://huggingface.co/datasets/acme/chats/resolve/main/a.parquet")\n',
      'dataset',
      ['acme/chats'],
    ],
    [
      'a.py',
      'def train(data_path: str = "yahma/alpaca-cleaned"): ...\n',
      'dataset',
      ['yahma/alpaca-cleaned'],
    ],
    ['a.py', '# data_url = "https://acme.io/input.txt"\ndata_path: str = "data/train"\n', 'dataset', []],
    [
      'run.sh',
      'python train.py --model_name_or_path acme/base-7b \\\n  --dataset_name acme/chats\n',
      'dataset',
      ['acme/chats'],
    ],
    ['run.sh', 'python train.py --model_name_or_path acme/base-7b\n', 'model', ['acme/base-7b']],
    [
      'recipe.yaml',
      'model_name_or_path: acme/base-7b\nhub_model_id: mine-7b-sft\n',
      'model',
      ['acme/base-7b', 'mine-7b-sft'],
    ],
    ['recipe.yaml', 'model_name_or_path: ./out\nbase_model: sedan\n', 'model', []],
    ['Dockerfile', 'FROM python:3.12\nENV MODEL_ID=acme/base-7b\nENV PATH=/a/b\n', 'model', ['acme/base-7b']],
  ])('%s %s', async (path, text, kind, expected) => {
    expect(names(await scanFiles({ [path]: text }), kind)).toEqual(expected);
  });

  it('what a model put out is no data', async () => {
    const result = await scanFiles({
      'eval/generations/a.jsonl': '{}\n',
      'eval/questions.jsonl': '{}\n',
      'data/results/b.csv': 'a\n',
    });
    expect(names(result, 'dataset')).toEqual(['eval/questions.jsonl']);
  });

  it('a base URL that names another vendor is no model endpoint', async () => {
    const result = await scanFiles({
      'a.env': 'RENT_API_BASE=https://api.rent.io/v1\nLLM_API_BASE=https://llm.acme.io/v1\n',
    });
    expect(names(result, 'endpoint')).toEqual(['llm.acme.io']);
  });
});
