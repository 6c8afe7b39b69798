/**
 * Which strings of a program stand where a model is chosen. A string that merely looks like a model id (in a price
 * table, a comparison, a message) is not a reference; only these positions count: an argument named like a model, the
 * first argument of a loader, a field or variable named like a model, and the default of a setting named like one.
 */
import type { ResultBuilder } from '../builder.ts';
import { isHubId, type ModelName, readModelName } from '../data/models.ts';
import { type Call, type CodeFacts, type Entry, lastPart, type Resolution, type Value } from './facts.ts';

const NOT_MODEL =
  /(?:^|_)(?:path|paths|dir|file|files|filename|folder|class|cls|type|types|config|configs|url|uri|price|prices|cost|costs|pricing|prefix|suffix|provider|list|map|mapping|token|tokens|limit|limits|context|size|format|kwargs|args|params|param|options|version|schema|field|display|label|title|description|desc|env|key|keys|data|state|dict|output|response|registry|alias|aliases|owner|group|pattern|regex|module|layer|view|form|base|tokenizer_class|names|ids|support|supported|supports|series|vendor|family)$/;
const MODEL =
  /(?:^|_)(?:model|llm|models?_?(?:name|id|string|slug|str|key|to_use)|engine|deployment(?:_name|_id)?|checkpoint|repo_id|init_from)(?:_(?:name|id|default|small|large|fast|big|mini|primary|fallback|\d+))?$/;

/** True for `model`, `modelName`, `EMBEDDING_MODEL`, `default_llm`; false for `modelPath`, `model_cost`. */
export function isModelKey(key: string): boolean {
  let answer = modelKeys.get(key);
  if (answer === undefined) {
    answer = decideKey(key);
    // Programs repeat their names; a tree of hostile ones must not fill the memory.
    if (modelKeys.size >= MAX_REMEMBERED) modelKeys.clear();
    modelKeys.set(key, answer);
  }
  return answer;
}

const MAX_REMEMBERED = 10_000;
const modelKeys = new Map<string, boolean>();

function decideKey(key: string): boolean {
  if (key.length > 100 || !/model|llm|engine|deployment|checkpoint|repo[_-]?id|init[_-]?from/i.test(key))
    return false;
  const words = key
    .replace(/([a-z0-9])([A-Z])/g, '$1_$2')
    .replace(/([A-Z]+)([A-Z][a-z])/g, '$1_$2')
    .replaceAll('-', '_')
    .toLowerCase();
  return MODEL.test(words) && (!NOT_MODEL.test(words) || /models?_key$/.test(words));
}

/** Last part of a callee → position of the argument that names a model. Any plausible id counts there. */
const LOADERS: ReadonlyMap<string, number> = new Map([
  ['from_pretrained', 0],
  ['SentenceTransformer', 0],
  ['CrossEncoder', 0],
  ['GenerativeModel', 0],
  ['init_chat_model', 0],
  ['hf_hub_download', 0],
  ['snapshot_download', 0],
  ['InferenceClient', 0],
  ['LLM', 0],
  ['pipeline', 1],
  ['load_chat_model', 0],
  ['initChatModel', 0],
]);

/** Calls that talk to a model when they carry an argument named like one. */
const CLIENTS = new Set(
  'ChatOpenAI AzureChatOpenAI OpenAI AzureOpenAI ChatAnthropic AnthropicLLM Anthropic ChatGoogleGenerativeAI ChatVertexAI VertexAI ChatMistralAI ChatCohere ChatGroq ChatOllama Ollama OllamaLLM ChatBedrock ChatBedrockConverse Bedrock BedrockChat ChatFireworks ChatTogether ChatXAI ChatDeepSeek ChatPerplexity ChatHuggingFace HuggingFaceHub HuggingFaceEndpoint HuggingFacePipeline HuggingFaceEmbeddings HuggingFaceEmbedding HuggingFaceBgeEmbeddings HuggingFaceInferenceAPI OpenAIEmbeddings OpenAIEmbedding AzureOpenAIEmbeddings AzureOpenAIEmbedding CohereEmbeddings CohereEmbedding VoyageAIEmbeddings VoyageEmbedding OllamaEmbeddings OllamaEmbedding BedrockEmbeddings GoogleGenerativeAIEmbeddings VertexAIEmbeddings MistralAIEmbeddings MistralAIEmbedding FastEmbedEmbeddings FastEmbedEmbedding SentenceTransformerRerank CohereRerank FlashrankRerank FlagReranker FlagEmbeddingReranker CrossEncoder HuggingFaceCrossEncoder LlamaCPP Gemini GoogleGenAI MistralAI Groq LiteLLM completion acompletion embedding aembedding LLM AsyncLLMEngine getGenerativeModel OpenAIModel AnthropicModel OpenAIServerModel LiteLLMModel InferenceClientModel HfApiModel generate_content generateContent embed_content generate_images invoke_model InvokeModelCommand ConverseCommand ConverseStreamCommand converse converse_stream chat embed rerank generate generateText streamText generateObject streamObject textToImage textGeneration chatCompletion chatCompletionStream featureExtraction count_tokens countTokens'.split(
    ' ',
  ),
);
/** `completions.create` and the like: a part of a client's interface, and what is asked of it. */
const RESOURCES = new Set(
  'completions messages embeddings responses images transcriptions translations speech moderations assistants threads jobs chat beta batches stream'.split(
    ' ',
  ),
);
const REQUESTS = new Set(
  'create parse stream generate edit complete count_tokens countTokens retrieve rerank'.split(' '),
);

/** Functions of the AI SDK's provider packages: `openai('gpt-4o')`, `google.embedding('…')`. */
const PROVIDER_PACKAGE =
  /^(?:@ai-sdk\/(?!react|rsc|vue|svelte|provider|ui)|@openrouter\/ai-sdk-provider|ollama-ai-provider|workers-ai-provider|@\/lib\/ai)/;

const MODEL_ARGUMENT =
  /^(?:model|models?_?name|models?_?id|engine|deployment(?:_?name|_?id)?|modelName|modelId|deploymentName|repo_id|pretrained_model_name_or_path|azureOpenAIApiDeploymentName|azure_deployment|azure_deployment_name|embedding_model|embed_model)$/;
/** An entry beside one of these tells about a model; it does not choose one. */
const PRICE_KEY = /(?:price|cost|pricing|per_?(?:1k|million|token)|usd)/i;

const ID_KEY = /^model_?id$/i;
const NAME_KEY = /^model_?name$/i;
/** `{ id: 'gpt-4o', provider: 'openai' }`: an entry of the list of models on offer. */
const DESCRIPTION_KEY =
  /^(?:provider|providerId|maxTokens|max_tokens|contextWindow|context_window|contextLength|context_length|tokenLimit|maxContext)$/;
/** `OpenAIChat(id="gpt-4o")`, `ModelConfig(id="…")`. */
const MODEL_CLASS = /(?:Model|ModelConfig|ModelSpec|ModelInfo|Chat|Claude|Gemini|Embedder|LLM)$/;

export function modelReferences(facts: CodeFacts, resolve: Resolution, out: ResultBuilder): void {
  const providers = providerFunctions(facts);
  for (const call of facts.calls) readCall(call, providers, resolve, out);
  for (const { name, value } of facts.assignments)
    if (maySay(value) && isModelKey(name)) report(value, 0.8, false, resolve, out);
  for (const object of facts.objects) readObject(object.entries, resolve, out);
}

function readCall(call: Call, providers: ReadonlySet<string>, resolve: Resolution, out: ResultBuilder): void {
  const last = lastPart(call.callee);
  const pinned = call.named.length > 0 && hasRevision(call, resolve);
  const position = LOADERS.get(last);
  const dataset = call.named.some(
    (one) => one.key === 'repo_type' && resolve.strings(one.value)[0]?.text === 'dataset',
  );
  if (position !== undefined && !dataset) report(call.positional[position], 0.95, true, resolve, out, pinned);
  if (last === 'load_model' && /^whisperx?\./.test(call.callee)) whisper(call, resolve, out);
  if (providers.size > 0 && providers.has(call.callee.split('.')[0] ?? ''))
    report(call.positional[0], 0.9, true, resolve, out);
  const client = isClient(call.callee, last);
  for (const { key, value } of call.named) {
    if (dataset || !maySay(value)) continue;
    if (MODEL_ARGUMENT.test(key))
      report(value, client ? 0.95 : 0.85, client || position !== undefined, resolve, out, pinned);
    else if (isModelKey(key) || (key === 'id' && MODEL_CLASS.test(last)))
      report(value, 0.8, false, resolve, out, pinned);
  }
  const wanted = call.positional[0];
  // `settings.get("model", "gpt-4o")`
  if (last === 'get' && wanted?.kind === 'string' && isModelKey(wanted.text)) {
    report(call.positional[1], 0.8, false, resolve, out);
  }
  const flag = call.positional.find((one) => one.kind === 'string');
  if (last === 'add_argument' && flag?.kind === 'string' && isModelKey(flag.text.replace(/^-+/, ''))) {
    report(call.named.find((one) => one.key === 'default')?.value, 0.8, false, resolve, out);
  }
}

function isClient(callee: string, last: string): boolean {
  if (CLIENTS.has(last)) return true;
  return REQUESTS.has(last) && RESOURCES.has(lastPart(callee.slice(0, callee.length - last.length - 1)));
}

/** `load_model("base")` of the whisper packages names a size. */
function whisper(call: Call, resolve: Resolution, out: ResultBuilder): void {
  for (const { text, line } of resolve.strings(call.positional[0])) {
    if (!/^(?:tiny|base|small|medium|large|turbo)(?:[.-]\w+)?$/.test(text)) continue;
    out.model(
      { name: `whisper-${text}`, provider: 'openai', modality: 'audio', floating: true, known: true },
      line,
      0.9,
    );
  }
}

function readObject(entries: readonly Entry[], resolve: Resolution, out: ResultBuilder): void {
  if (!entries.some((one) => maySay(one.value) && (one.key === 'id' || isModelKey(one.key)))) return;
  if (entries.some((one) => PRICE_KEY.test(one.key) && one.value.kind !== 'object')) return;
  const hasId = entries.some((one) => ID_KEY.test(one.key));
  for (const one of entries) {
    // Beside an id, the name is what people read.
    if (isModelKey(one.key) && !(hasId && NAME_KEY.test(one.key)))
      report(one.value, 0.8, false, resolve, out);
  }
  const described = entries.some((one) => DESCRIPTION_KEY.test(one.key));
  const id = described ? entries.find((one) => one.key === 'id') : undefined;
  if (id !== undefined) report(id.value, 0.75, false, resolve, out);
}

/** False for what can never come to a string. */
function maySay(value: Value): boolean {
  return value.kind !== 'other' && value.kind !== 'boolean';
}

/** `any` accepts whatever can be an id; otherwise the shape has to be that of a known family or a hub id. */
function report(
  value: Value | undefined,
  confidence: number,
  any: boolean,
  resolve: Resolution,
  out: ResultBuilder,
  pinned = false,
): void {
  for (const { text, line, partial } of candidates(value, resolve)) {
    const model = partial ? undefined : readModelName(text);
    if (model !== undefined && accepts(model, any))
      out.model(model, line, model.known ? confidence : confidence - 0.15, pinned);
  }
}

function candidates(value: Value | undefined, resolve: Resolution): ReturnType<Resolution['strings']> {
  // `model: { param: 'model', default: 'gpt-3.5-turbo' }`: a described setting.
  if (value?.kind === 'object') {
    return resolve.strings(value.entries.find((one) => one.key === 'default' || one.key === 'value')?.value);
  }
  return resolve.strings(value);
}

function accepts(model: ModelName, any: boolean): boolean {
  if (model.known || isHubId(model.name)) return true;
  return (
    any && /[-.:/\d]/.test(model.name) && !model.name.startsWith('/') && model.name.split('/').length <= 4
  );
}

function hasRevision(call: Call, resolve: Resolution): boolean {
  const revision = call.named.find((one) => one.key === 'revision' || one.key === 'code_revision');
  return resolve.strings(revision?.value).some((one) => /^[0-9a-f]{40}$/.test(one.text));
}

function providerFunctions(facts: CodeFacts): Set<string> {
  const names = new Set<string>();
  const makers = new Set<string>();
  for (const one of facts.imports) {
    if (!PROVIDER_PACKAGE.test(one.module)) continue;
    for (const { local, imported } of one.names) (imported.startsWith('create') ? makers : names).add(local);
  }
  for (const { name, value } of facts.assignments) {
    if (value.kind === 'call' && makers.has(value.call.callee)) names.add(name);
  }
  return names;
}
