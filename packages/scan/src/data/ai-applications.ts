/** Places where people use AI themselves, by the end of the host name. Sources: the products' own pages. */

const ROWS: readonly (readonly [suffix: string, provider: string])[] = [
  ['chatgpt.com', 'openai'],
  ['chat.openai.com', 'openai'],
  ['sora.com', 'openai'],
  ['claude.ai', 'anthropic'],
  ['gemini.google.com', 'google'],
  ['aistudio.google.com', 'google'],
  ['notebooklm.google.com', 'google'],
  ['bard.google.com', 'google'],
  ['copilot.microsoft.com', 'microsoft'],
  ['m365.cloud.microsoft', 'microsoft'],
  ['perplexity.ai', 'perplexity'],
  ['chat.deepseek.com', 'deepseek'],
  ['grok.com', 'xai'],
  ['chat.mistral.ai', 'mistral'],
  ['meta.ai', 'meta'],
  ['poe.com', 'poe'],
  ['you.com', 'you'],
  ['character.ai', 'character'],
  ['pi.ai', 'inflection'],
  ['midjourney.com', 'midjourney'],
  ['huggingface.co', 'huggingface'],
  ['kimi.com', 'moonshot'],
  ['chat.qwen.ai', 'alibaba'],
  ['tongyi.aliyun.com', 'alibaba'],
  ['doubao.com', 'bytedance'],
  ['chatglm.cn', 'zhipu'],
  ['manus.im', 'manus'],
  ['lovable.dev', 'lovable'],
  ['bolt.new', 'stackblitz'],
  ['v0.dev', 'vercel'],
  ['v0.app', 'vercel'],
  ['cursor.sh', 'cursor'],
  ['cursor.com', 'cursor'],
  ['codeium.com', 'windsurf'],
  ['windsurf.com', 'windsurf'],
  ['githubcopilot.com', 'github-copilot'],
  ['copilot-proxy.githubusercontent.com', 'github-copilot'],
  ['tabnine.com', 'tabnine'],
  ['sourcegraph.com', 'sourcegraph'],
  ['otter.ai', 'otter'],
  ['fireflies.ai', 'fireflies'],
  ['jasper.ai', 'jasper'],
  ['writesonic.com', 'writesonic'],
  ['grammarly.com', 'grammarly'],
  ['deepl.com', 'deepl'],
  ['quillbot.com', 'quillbot'],
  ['gamma.app', 'gamma'],
  ['runwayml.com', 'runway'],
  ['suno.com', 'suno'],
  ['elevenlabs.io', 'elevenlabs'],
  ['leonardo.ai', 'leonardo'],
  ['ideogram.ai', 'ideogram'],
  ['synthesia.io', 'synthesia'],
  ['heygen.com', 'heygen'],
];

const BY_SUFFIX = new Map(ROWS);

export interface AiApplication {
  /** The name under which all its hosts are counted. */
  readonly host: string;
  readonly provider: string;
}

/** The application that answers at `host` (lower case), or undefined. */
export function aiApplication(host: string): AiApplication | undefined {
  for (let at = host; at !== ''; at = at.includes('.') ? at.slice(at.indexOf('.') + 1) : '') {
    const provider = BY_SUFFIX.get(at);
    if (provider !== undefined) return { host: at, provider };
  }
  return undefined;
}
