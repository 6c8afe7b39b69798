/**
 * Whether a program has to be parsed. Reading costs ten times as much as searching, so a file is read only when it has a literal
 * that a rule about positions could react to; mere imports are read by lines (`scanners/imports`).
 */
import { isTestPath } from '../paths.ts';
import { type WordGroup, type Words, wordGroup } from '../words.ts';

const UNSAFE_WORDS = wordGroup(
  'trust_remote_code',
  'allow_pickle',
  'allow_dangerous',
  'torch.load',
  'th.load',
  'pickle',
  'dill',
  'joblib.load',
);
const UNSAFE = /trust_remote_code|allow_pickle|allow_dangerous|torch\.load|th\.load|pickle|dill|joblib\.load/;

const MODEL_WORDS = wordGroup(
  ...(
    'gpt chatgpt claude gemini gemma llama meta-llama codellama mistral mixtral ministral codestral magistral pixtral open-mi o1 o3 o4 ' +
    'text-emb text-dav text-bis text-mod text-cur text-ada text-bab embed- embedding- embeddinggemma command- command" rerank- whisper ' +
    'tts- dalle dall-e stable- sdxl flux imagen- imagegeneration veo- sora deepseek qwen qwq phi grok sonar pplx titan nova- amazon. ' +
    'anthropic. anthropic/ us. eu. bge all-mini all-mpnet multi-qa paraphrase e5- multilingual jina nomic voyage mxbai snowflake ' +
    'jamba j2- yi- vicuna falcon granite glm chatglm moonshot kimi ernie dbrx solar reka hermes openhermes zephyr starcoder bloom bert ' +
    'distil roberta t5 flan bart vit- clip resnet yolo palm minimax eleven_ aura distilgpt nemotron nv- tinyllama dolphin llava ' +
    'moondream minicpm omni babbage davinci codex chat-bison code-bison learnlm palmyra luminous internlm baichuan hunyuan cog seed- ' +
    'seedream ft:'
  )
    .split(' ')
    .map((word) => `"${word}`),
);
/** Strings that start like a model id, after an optional `owner/` or `provider:`. */
const MODEL_STRING =
  /["'`](?:[\w.@-]+[/:])*(?:gpt|chatgpt|claude|gemini|gemma|llama|meta-llama|codellama|mi[sx]tral|ministral|codestral|magistral|pixtral|open-mi|o[134]\b|text-(?:emb|dav|bis|mod|cur|ada|bab)|embed(?:ding)?-|embeddinggemma|command(?:-|["'`])|rerank-|whisper|tts-|dall-?e|stable-|sdxl|flux|imagen-|imagegeneration|veo-|sora|deepseek|qwen|qwq|phi-?\d|grok|sonar|pplx|titan|nova-|amazon\.|anthropic[./:]|us\.|eu\.|bge|all-(?:mini|mpnet)|multi-qa|paraphrase|e5-|multilingual|jina|nomic|voyage|mxbai|snowflake|jamba|j2-|yi-|vicuna|falcon|granite|glm|chatglm|moonshot|kimi|ernie|dbrx|solar|reka|hermes|openhermes|zephyr|starcoder|bloom|bert|distil|roberta|t5|flan|bart|vit-|clip|resnet|yolo|palm|minimax|eleven_|aura|distilgpt|nemotron|nv-|tinyllama|dolphin|llava|moondream|minicpm|omni|babbage|davinci|codex|chat-bison|code-bison|learnlm|palmyra|luminous|internlm|baichuan|hunyuan|cog|seed-|seedream|ft:)/i;

const CALL_WORDS = wordGroup(
  'from_pretrained',
  'sentencetransformer',
  'crossencoder',
  'generativemodel',
  'inferenceclient',
  'initchatmodel',
  'init_chatmodel',
  'initchat_model',
  'init_chat_model',
  'tfds.load',
  'repo_id',
  'hf_hub_download',
  'snapshot_download',
  'load_dataset',
  'load_model',
  'pipeline(',
  'pipeline ',
  'llm(',
  'llm ',
  'model_name',
  'model_id',
  'modelname',
  'modelid',
  ...['model', 'default'].flatMap((word) => ['=', ':', ' =', ' :', '  '].map((sign) => word + sign)),
);
const CALLS =
  /from_pretrained|\bpipeline\s*\(|SentenceTransformer\s*\(|CrossEncoder\s*\(|GenerativeModel\s*\(|init_?[cC]hat_?[mM]odel|InferenceClient\s*\(|\bLLM\s*\(|hf_hub_download|snapshot_download|load_(?:dataset|model)|tfds\.load|repo_id|\bmodel(?:_name|_id|Name|Id)?\s*[=:]\s*["'`]|\bdefault["']?\s*[=:]\s*["'`][\w.-]+\//;

const PROMPT_WORDS = wordGroup(
  'prompt',
  'instruction',
  'preamble',
  'systemmessage',
  'system_message',
  '"system"',
  '"developer"',
  ...['=', ':', ' =', ' :', '  '].map((sign) => `system${sign}`),
  '@tool',
  '.tool',
  'function_tool',
  'kernel_function',
  'stategraph',
  'agentexecutor',
  ...['agent', 'tool'].flatMap((word) => ['(', ' (', '  '].map((sign) => word + sign)),
);
const PROMPTS =
  /(?:prompt|instructions?|preamble|system_?message)(?:_?(?:template|text|str|string|default|en|v\d+))?["']?\s*(?::[^=\n]{0,40})?[=:]\s*[^\n]{0,200}?["'`(]|["'](?:system|developer)["']|\bsystem\s*[=:]|@(?:\w+\.)?(?:tool|function_tool|kernel_function)\b|\b(?:\w*Agent|StateGraph|AgentExecutor|create_\w*agent|createReactAgent|tool|createTool|DynamicStructuredTool)\s*\(/i;

const ROLE_WORDS = wordGroup('"system"', '"developer"');
/** A message of the system to a model. */
const ROLE = /\brole["']?\s*[:=]\s*["'](?:system|developer)["']/;

const URL_WORDS = wordGroup('://');
const HOST_WORDS = wordGroup(
  ...(
    'openai anthropic googleapis mistral cohere groq together fireworks perplexity deepseek .x.ai replicate huggingface ai21 voyageai ' +
    'jina stability elevenlabs deepgram assemblyai cerebras sambanova deepinfra anyscale novita hyperbolic lambda.ai nebius moonshot ' +
    'minimax lingyiwanwu bigmodel aliyuncs siliconflow reka upstage nomic mixedbread recraft segmind monsterapi lepton nvidia fal.run ' +
    'watsonx ibm.com cloudflare openrouter portkey helicone hconeai vercel langfuse langchain pinecone qdrant weaviate zilliz chroma ' +
    'amazonaws azure github.ai localhost 127.0.0.1 host.docker /v1 :11434'
  ).split(' '),
);
const HOSTS =
  /:\/\/(?!(?:www|docs?|console|platform|app|status|help|blog|community|login|cookbook|developers?)\.|github\.com\/)[^\s"'`]{0,300}(?:openai|anthropic|googleapis|mistral|cohere|groq|together|fireworks|perplexity|deepseek|\.x\.ai|replicate|huggingface|ai21|voyageai|jina|stability|elevenlabs|deepgram|assemblyai|cerebras|sambanova|deepinfra|anyscale|novita|hyperbolic|lambda\.ai|nebius|moonshot|minimax|lingyiwanwu|bigmodel|aliyuncs|siliconflow|reka|upstage|nomic|mixedbread|recraft|segmind|monsterapi|lepton|nvidia|fal\.run|watsonx|ibm\.com|cloudflare|openrouter|portkey|helicone|hconeai|vercel|langfuse|langchain|pinecone|qdrant|weaviate|zilliz|chroma|amazonaws|azure|github\.ai|localhost|127\.0\.0\.1|host\.docker|\/v1|:11434)/i;

/** The answer given last: two scanners ask about each file. */
let last = { text: '', path: '', answer: false };

/** True when syntax decides something in this text. */
export function needsParsing(text: string, path: string, words?: Words): boolean {
  if (last.text !== text || last.path !== path) last = { text, path, answer: decide(text, path, words) };
  return last.answer;
}

/** False where `needsParsing` would be, as far as words alone tell. */
export function mayNeedParsing(words: Words, path: string): boolean {
  if (words.has(UNSAFE_WORDS)) return true;
  if (isTestPath(path)) return false;
  return (
    words.has(MODEL_WORDS, CALL_WORDS, ROLE_WORDS) ||
    (words.has(URL_WORDS) && words.has(HOST_WORDS)) ||
    (words.has(AI_WORDS) && words.has(PROMPT_WORDS))
  );
}

function decide(text: string, path: string, words?: Words): boolean {
  const has = (group: WordGroup): boolean => words === undefined || words.has(group);
  if (has(UNSAFE_WORDS) && UNSAFE.test(text)) return true;
  if (isTestPath(path)) return false;
  return (
    (has(MODEL_WORDS) && MODEL_STRING.test(text)) ||
    (has(CALL_WORDS) && CALLS.test(text)) ||
    (has(URL_WORDS) && has(HOST_WORDS) && HOSTS.test(text)) ||
    (has(ROLE_WORDS) && ROLE.test(text)) ||
    (has(AI_WORDS) && has(PROMPT_WORDS) && AI.test(text) && PROMPTS.test(text))
  );
}

const AI_WORDS = wordGroup(
  'openai',
  'anthropic',
  'mistral',
  'cohere',
  'gemini',
  'hugging',
  'langchain',
  'langgraph',
  'llama',
  'litellm',
  'vertex',
  'bedrock',
  'genai',
  'groq',
  'crewai',
  'autogen',
  'smolagents',
  'pydantic_ai',
  'haystack',
  'dspy',
  'agent',
  'mcp',
  'ai-sdk',
  '"ai"',
  'llm',
  'chat',
  'prompt',
);
/** Words without which a prompt, agent or tool in a file is not one for a model. */
const AI =
  /openai|anthropic|mistral|cohere|gemini|hugging|lang(?:chain|graph)|llama|litellm|vertex|bedrock|genai|groq|crewai|autogen|smolagents|pydantic_ai|haystack|dspy|agent|mcp|ai-sdk|['"]ai['"]|llm|chat|prompt/i;
