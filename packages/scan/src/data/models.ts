/**
 * What a model id looks like, who makes it, and whether it names fixed content. A shape alone never makes a finding:
 * it has to stand in model position (see `code/model-position.ts`).
 */

interface Family {
  readonly provider: string;
  readonly shape: RegExp;
  readonly modality?: string;
}

const S = '(?:[-._:@][A-Za-z0-9][A-Za-z0-9._:@-]*)?$';
const family = (provider: string, start: string, modality?: string): Family => ({
  provider,
  shape: new RegExp(`^(?:${start})${S}`, 'i'),
  ...(modality === undefined ? {} : { modality }),
});

const FAMILIES: readonly Family[] = [
  family('openai', 'text-embedding-(?:3-small|3-large|ada-\\d+)', 'embedding'),
  family(
    'openai',
    'text-(?:davinci|curie|babbage|ada)(?:-\\w+)*|code-davinci-\\d+|davinci-00\\d|babbage-00\\d|text-similarity-\\w+|text-search-\\w+',
  ),
  family('openai', 'gpt-image-\\d|dall-e-[23]|dall-e|sora(?:-\\d)?', 'image'),
  family(
    'openai',
    'whisper(?:-\\d|-large|-small|-base|-medium|-tiny)|tts-1(?:-hd)?|gpt-4o(?:-mini)?-(?:audio|realtime|transcribe|tts)[\\w-]*|gpt-realtime|gpt-audio',
    'audio',
  ),
  family('openai', 'text-moderation|omni-moderation'),
  family(
    'openai',
    'gpt-?[345](?:\\.\\d)?(?:o|k)?|gpt-35|gpt-oss|chatgpt-4o|chatgpt|o[134](?:-mini|-pro|-preview)?|codex-mini|computer-use-preview',
  ),
  family('openai', 'gpt2|distilgpt2|gpt-2|gpt-neo|gpt-j'),
  family('anthropic', 'claude(?:-v?\\d[\\w.]*|-instant|-opus|-sonnet|-haiku|-fable|-mythos)'),
  family('google', 'gemini-(?:embedding|\\d[\\w.]*|pro|flash|ultra|exp|live|robotics)|gemini'),
  family(
    'google',
    '(?:text-)?(?:embedding-gecko|multilingual-embedding|embedding)-(?:00\\d|gecko)|textembedding-gecko|embedding-001|text-embedding-00\\d|embeddinggemma',
    'embedding',
  ),
  family(
    'google',
    '(?:text|chat|code|codechat)-(?:bison|unicorn)|palm-2|learnlm|gemma-?[\\w.]*|codegemma|medlm|t5-(?:small|base|large|3b|11b)|flan-t5-\\w+|bert-(?:base|large)[\\w-]*|palm|mt5-\\w+',
  ),
  family('google', 'imagen-\\d|imagegeneration|veo-\\d', 'image'),
  family(
    'meta',
    'llama-?(?:v?[234][\\w.]*)?|llama-guard|meta-llama-?\\d?[\\w.]*|codellama|code-llama|opt-\\d+[mb]|xlm-roberta-\\w+|roberta-(?:base|large)|bart-(?:base|large)[\\w-]*|nllb-\\w+',
  ),
  family('mistral', '(?:open-)?(?:mistral|mixtral|codestral|ministral|pixtral|magistral|devstral|voxtral)'),
  family(
    'cohere',
    'command-?(?:r|r-plus|a|light|nightly|r7b|xlarge)|command|embed-(?:english|multilingual)|embed-v\\d|rerank-(?:english|multilingual|v\\d)|rerank-\\d[\\w.]*|c4ai-[\\w-]+|aya',
  ),
  family(
    'amazon',
    'amazon\\.(?:titan|nova|rerank)[\\w-]*|titan-(?:text|embed|image)|nova-(?:pro|lite|micro|premier|canvas|reel)',
  ),
  family(
    'aws-bedrock',
    '(?:us|eu|apac|global|us-gov)?\\.?(?:anthropic|meta|cohere|ai21|mistral|stability|amazon|deepseek|openai|qwen)\\.(?=[a-z0-9-]*\\d|titan|nova)[a-z0-9-]+',
  ),
  family('deepseek', 'deepseek(?:-(?:chat|coder|reasoner|v\\d[\\w.]*|r\\d[\\w-]*|vl\\w*|llm|math|ocr))?'),
  family(
    'alibaba',
    'qwen(?:-(?:max|plus|turbo|long|vl|audio|coder|\\d)[\\w.]*|\\d[\\w.]*)?|qwq|gte-(?:small|base|large|qwen\\d?)|wan-?\\d\\w*',
  ),
  family('microsoft', 'phi-?\\d?(?:\\.\\d)?|wizardlm\\d?|orca-?\\d?|deberta-[\\w-]+|mai-ds|dialogpt'),
  family('xai', 'grok-?(?:\\d[\\w.]*|beta|vision|code|mini)'),
  family('ai21', 'jamba|j2-(?:ultra|mid|light|jumbo)|j1-\\w+'),
  family('perplexity', 'sonar(?:-pro|-small|-medium|-reasoning|-deep-research|-large)?|pplx-\\d+b|r1-\\d+'),
  family(
    'voyage',
    'voyage-(?:\\d|code|law|finance|large|lite|multilingual|multimodal|context)[\\w.]*|rerank-lite-\\d|rerank-2',
    'embedding',
  ),
  family('jina', 'jina-(?:embeddings|clip|reranker|colbert|embedding)', 'embedding'),
  family('nomic', 'nomic-embed-(?:text|vision|code)', 'embedding'),
  family('baai', 'bge-(?:small|base|large|m3|reranker|multilingual|en)', 'embedding'),
  family('mixedbread', 'mxbai-(?:embed|rerank)-\\w+', 'embedding'),
  family(
    'sentence-transformers',
    'all-(?:MiniLM|mpnet|distilroberta)|multi-qa|paraphrase-(?:MiniLM|multilingual|mpnet|albert|distilroberta)|msmarco|distiluse|e5-(?:small|base|large|mistral)|multilingual-e5|instructor-(?:base|large|xl)|snowflake-arctic-embed\\d?|stsb',
    'embedding',
  ),
  family(
    'stability',
    'stable-(?:diffusion|image|video|audio|lm|beluga|code|cascade)[\\w-]*|sd3?(?:-|\\d)[\\w.]*|sdxl|stablelm|stable-image-\\w+',
    'image',
  ),
  family('black-forest-labs', 'flux(?:[-.]?\\d)?(?:-?(?:dev|pro|schnell|kontext))?', 'image'),
  family(
    'huggingface',
    'distilbert-[\\w-]+|zephyr|smollm\\d?|smolvlm\\d?|starcoder\\d?|starchat|bloomz?|idefics\\d?',
  ),
  family('nvidia', 'nemotron|nv-embed[\\w-]*|nv-rerank[\\w-]*|megatron'),
  family('tii', 'falcon-?\\d*'),
  family('ibm', 'granite(?:-?\\d)?'),
  family('zhipu', 'glm-?\\d|chatglm\\d?|cogview|cogvideo\\w*'),
  family('moonshot', 'moonshot-v\\d|kimi'),
  family('baidu', 'ernie'),
  family('databricks', 'dbrx|dolly-v\\d|databricks-[\\w-]+'),
  family(
    'other',
    'yi-(?:large|medium|spark|\\d+b|1\\.5|34b)|vicuna|alpaca|solar|internlm\\d?|baichuan\\d?|minimax|abab\\d|hermes|nous-hermes\\d?|openhermes|dolphin|tinyllama|tinydolphin|openchat|neural-chat|starling-lm|airoboros|mpt-\\d+b|rwkv|persimmon|reka|palmyra|luminous|eleven_(?:multilingual|turbo|monolingual|flash)_v\\d(?:_\\d)?|aura(?:-\\d)?-\\w+|llava|bakllava|moondream\\d?|minicpm|openelm|stable-code|pythia-\\d+|bge|seedream|seed|step-\\d|hunyuan|claude',
  ),
  family('openai', 'clip-vit-\\w+|vit-\\w+', 'image'),
  family(
    'vision',
    'resnet-?\\d+|yolov?\\d+[nsmlxu]?|efficientnet[\\w-]*|mobilenet[\\w-]*|densenet\\d+|vgg\\d+',
    'image',
  ),
];

const PREFIXES: ReadonlyMap<string, string> = new Map([
  ['openai', 'openai'],
  ['azure', 'azure-openai'],
  ['azure_ai', 'azure-ai'],
  ['anthropic', 'anthropic'],
  ['bedrock', 'aws-bedrock'],
  ['vertex_ai', 'google-vertex'],
  ['google_genai', 'google'],
  ['google_vertexai', 'google-vertex'],
  ['google', 'google'],
  ['gemini', 'google'],
  ['groq', 'groq'],
  ['mistral', 'mistral'],
  ['mistralai', 'mistral'],
  ['cohere', 'cohere'],
  ['ollama', 'ollama'],
  ['ollama_chat', 'ollama'],
  ['huggingface', 'huggingface'],
  ['together_ai', 'together'],
  ['together', 'together'],
  ['fireworks_ai', 'fireworks'],
  ['fireworks', 'fireworks'],
  ['deepseek', 'deepseek'],
  ['xai', 'xai'],
  ['perplexity', 'perplexity'],
  ['openrouter', 'openrouter'],
  ['replicate', 'replicate'],
  ['meta-llama', 'meta'],
  ['baseten', 'baseten'],
  ['nvidia', 'nvidia'],
  ['voyage', 'voyage'],
  ['models', 'google'],
  ['accounts', 'fireworks'],
  ['@cf', 'cloudflare'],
]);

const PLAUSIBLE = /^[@A-Za-z0-9][A-Za-z0-9._:/@+-]{1,119}$/;
const PLACEHOLDER =
  /^(?:your|my|some|the|an?|example|test|dummy|fake|foo|bar|default|custom|unknown|none|null|auto|model|placeholder|xxx+|todo|sample|string|user)(?:$|[-_./])|<|>|\{|\}|\$|\.{3}|\s|[-_](?:here|name|placeholder)$/i;
const FILE_LIKE =
  /\.(?:py|js|ts|tsx|json|ya?ml|toml|txt|md|csv|bin|pt|pth|pkl|onnx|h5|safetensors|gguf|html?|sh|png|jpe?g|so|dll|exe|cfg|ini|xml|sql|tar|gz|zip)$/i;
const HUB_ID = /^[A-Za-z0-9][\w.-]{0,95}\/[A-Za-z0-9][\w.-]{1,95}$/;
const NOT_AN_OWNER =
  /^(?:src|lib|app|apps|packages|data|datasets|models?|checkpoints?|ckpts?|weights|path|paths|to|out|output|outputs|results|logs?|tmp|temp|home|usr|etc|var|mnt|dist|build|docs|tests?|assets|static|public|images?|img|api|v\d|text|application|audio|video|font|multipart|http|https|config|configs|local|node|script|scripts|example|examples|user|users|your|my|org|username|run|runs|content|files?|cache|https?:)$/i;

export interface ModelName {
  readonly name: string;
  readonly provider: string;
  readonly modality?: string;
  /** True when whoever publishes the model can change what this name means. */
  readonly floating: boolean;
  /** Whether the shape alone says that this is a model (as opposed to any word in a sure position). */
  readonly known: boolean;
}

/** Reads a string that stands in model position; undefined when it cannot name a model. */
export function readModelName(raw: string): ModelName | undefined {
  const text = raw.trim();
  if (text.length < 2 || text.length > 120 || !PLAUSIBLE.test(text) || PLACEHOLDER.test(text))
    return undefined;
  if (!/[A-Za-z]/.test(text) || FILE_LIKE.test(text) || text.includes('//') || text.includes('..'))
    return undefined;
  const parts = text.split(/[/]/);
  const last = parts.at(-1) ?? text;
  // `init_chat_model("openai:gpt-4o")`
  const colon = /^([a-z_]+):([^:]+.*)$/.exec(text);
  const routed = PREFIXES.get((parts.length > 1 ? parts[0] : colon?.[1]) ?? '');
  const bare = parts.length === 1 && colon !== null && routed !== undefined ? (colon[2] ?? text) : last;
  if (PLACEHOLDER.test(bare)) return undefined;
  const known = FAMILIES.find((one) => one.shape.test(bare));
  const hub = parts.length === 2 && HUB_ID.test(text) && !NOT_AN_OWNER.test(parts[0] ?? '');
  const provider = routed ?? (hub ? 'huggingface' : known?.provider) ?? 'unknown';
  const sure = known !== undefined && (parts.length === 1 || hub || routed !== undefined);
  return {
    name: text,
    provider,
    ...(known?.modality === undefined ? {} : { modality: known.modality }),
    floating: !isPinned(bare),
    known: sure,
  };
}

/** `owner/name` as on the Hugging Face hub, with paths and media types told apart. */
export function isHubId(text: string): boolean {
  return (
    HUB_ID.test(text) &&
    !FILE_LIKE.test(text) &&
    !NOT_AN_OWNER.test(text.split('/')[0] ?? '') &&
    !PLACEHOLDER.test(text)
  );
}

/** A dated or numbered snapshot, or a content digest, names fixed content; an alias does not. */
function isPinned(name: string): boolean {
  if (/latest$/i.test(name)) return false;
  return (
    /(?:^|[-@_])20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01])(?:$|[-:@_v])/.test(name) ||
    /-(?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01])(?:$|-)/.test(name) ||
    /-2[3-9](?:0[1-9]|1[0-2])$/.test(name) ||
    /-(?:0[1-9]\d|00\d)$/.test(name) ||
    /@sha256:[0-9a-f]{64}$/.test(name) ||
    /-v\d+:\d+$/.test(name)
  );
}
