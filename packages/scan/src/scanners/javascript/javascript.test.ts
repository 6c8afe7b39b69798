import { describe, expect, it } from 'vitest';
import { names, scanFiles } from '../../testing/tree.ts';

async function models(text: string, path = 'app.ts'): Promise<string[]> {
  return names(await scanFiles({ [path]: text }), 'model');
}

describe('model references in JavaScript and TypeScript', () => {
  it.each([
    ['call argument', 'await openai.chat.completions.create({ model: "gpt-4o", messages })', 'gpt-4o'],
    [
      'environment default',
      "const model = process.env.MODEL ?? 'gpt-4o-mini'; import 'openai'",
      'gpt-4o-mini',
    ],
    [
      'constant',
      "const CHAT_MODEL = 'claude-3-5-sonnet-20241022'; anthropic.messages.create({ model: CHAT_MODEL })",
      'claude-3-5-sonnet-20241022',
    ],
    [
      'provider function',
      "import { openai } from '@ai-sdk/openai'; generateText({ model: openai('o3-mini') })",
      'o3-mini',
    ],
    [
      'provider instance',
      "import { createOpenAI } from '@ai-sdk/openai'; const my = createOpenAI({}); my('gpt-4o')",
      'gpt-4o',
    ],
    ['client class', 'new ChatOpenAI({ modelName: "gpt-4" })', 'gpt-4'],
    ['loader', 'pipeline("feature-extraction", "Xenova/all-MiniLM-L6-v2")', 'Xenova/all-MiniLM-L6-v2'],
    ['destructuring default', 'import "openai"; function f({ model = "gpt-4" }) {}', 'gpt-4'],
    [
      'described setting',
      'import "openai"; const c = { model: { param: "model", default: "gpt-3.5-turbo" } }',
      'gpt-3.5-turbo',
    ],
  ])('%s', async (_name, text, expected) => {
    expect(await models(text)).toEqual([expected]);
  });

  it.each([
    ['comment', '// openai model: "gpt-4o"\n/* model: "gpt-4" */'],
    ['type', 'import "openai"; type Model = "gpt-4o" | "gpt-4"; interface X { model: "gpt-4o" }'],
    ['price table', 'import "openai"; const prices = { "gpt-4o": 1, "gpt-4": 2 }'],
    ['price row', 'import "openai"; const rows = [{ model: "gpt-4o", inputCost: 1 }]'],
    ['comparison', 'import "openai"; if (model === "gpt-4o") {} switch (m) { case "gpt-4": }'],
    ['template with parts', 'openai.chat.completions.create({ model: `gpt-4o-${v}` })'],
    ['display name beside an id', 'import "openai"; const m = { modelId: name, modelName: "GPT-4" }'],
  ])('not in a %s', async (_name, text) => {
    expect(await models(text)).toEqual([]);
  });

  it('not in tests', async () => {
    expect(await models('openai.chat.completions.create({ model: "gpt-4o" })', 'src/a.test.ts')).toEqual([]);
  });

  it('reads only scripts of Vue files, with their lines', async () => {
    const result = await scanFiles({
      'a.vue':
        '<template>model: "gpt-4"</template>\n<script>\nopenai.chat.completions.create({ model: "gpt-4o" })\n</script>\n',
    });
    const [model] = result.assets.filter((one) => one.kind === 'model');
    expect(model?.name).toBe('gpt-4o');
    expect(model?.locations).toEqual([{ path: 'a.vue', line: 3 }]);
  });
});
