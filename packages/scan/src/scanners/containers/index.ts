/**
 * Model servers, vector stores and the models they are told to load, in Dockerfiles, compose, Kubernetes and Helm files,
 * and shell.
 */
import { ResultBuilder } from '../../builder.ts';
import { isModelKey } from '../../code/model-position.ts';
import { isHubId, readModelName } from '../../data/models.ts';
import { LineFinder } from '../../data-file.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { composeModels, composeService } from './compose.ts';

interface KnownImage {
  readonly pattern: RegExp;
  readonly role: 'model-server' | 'vector-store' | 'gateway' | 'ai-application' | 'ai-base';
}

const IMAGES: readonly KnownImage[] = [
  {
    pattern:
      /(?:vllm\/vllm|lmsysorg\/sglang|ollama\/ollama|text-generation-inference|text-embeddings-inference|tritonserver|tensorflow\/serving|torchserve|pytorch\/torchserve|llama\.cpp|localai|kserve|lmdeploy|xinference|infinity|openvino\/model_server|bentoml|mlserver|whisper|comfyui|stable-diffusion|nvcr\.io\/nim\/|nvcr\.io\/nvidia\/tritonserver|ramalama|llamafile|fastchat|speaches|faster-whisper|kokoro-fastapi|michaelf34\/infinity|docker\/model-runner)/,
    role: 'model-server',
  },
  {
    pattern:
      /(?:qdrant\/qdrant|chromadb\/chroma|chroma-core\/chroma|semitechnologies\/weaviate|weaviate\/weaviate|milvusdb\/milvus|pgvector\/pgvector|ankane\/pgvector|vespaengine\/vespa|marqo|lancedb|redis\/redis-stack|redislabs\/redisearch|opensearchproject\/opensearch|tensorchord\/|timescale\/timescaledb-ha|supabase\/postgres|docker\.elastic\.co\/elasticsearch)/,
    role: 'vector-store',
  },
  {
    pattern:
      /(?:berriai\/litellm|portkeyai\/gateway|maximhq\/bifrost|helicone|langfuse\/langfuse|arizephoenix|docker\/mcp-gateway|bricks-cloud|kong\/kong-ai|envoyproxy\/ai-gateway)/,
    role: 'gateway',
  },
  {
    pattern:
      /(?:open-webui|n8nio\/n8n|langflow|flowiseai|dify|anything-?llm|librechat|lobe-chat|chatbot-ui|private-gpt)/,
    role: 'ai-application',
  },
  {
    pattern:
      /(?:pytorch\/pytorch|tensorflow\/tensorflow|huggingface\/|nvcr\.io\/nvidia\/(?:pytorch|tensorflow|cuda)|nvidia\/cuda|rocm\/pytorch)/,
    role: 'ai-base',
  },
];

const FILE =
  /(?:^|\/)(?:[\w.-]*Dockerfile[\w.-]*|Containerfile|[\w.-]*compose[\w.-]*\.ya?ml|[\w.-]*\.dockerfile)$/i;
const IMAGE_LINE = /^\s*(?:-\s*)?(?:FROM\s+(?:--platform=\S+\s+)?|image:\s*["']?)([\w./${}:@-]+)/i;
const MODEL_FLAG =
  /(?:--model(?:-id|-name|-path)?|--model_id|--(?:base_|ref_)?model(?:_name_or_path|_name)?|--lora_weights|--adapter(?:_name_or_path)?|--served-model-name|--embedding-model)[=\s"',]+([\w./:@-]+)/g;
const PULL = /\bollama\s+(?:pull|run|create)\s+["']?([\w./:@-]+)/g;
/** Without one of these a line names no image, model or data set. */
const LINE = /FROM|image:|repository:|ENV|ARG|--|ollama/i;

export const containers: Scanner = {
  name: 'containers',
  wants: (path) =>
    !isTestPath(path) &&
    (FILE.test(path) || /^\.(?:ya?ml|sh|bash)$/.test(extensionOf(path)) || nameOf(path) === 'Makefile'),
  prefilter: (text) =>
    /^[ \t]{0,80}(?:FROM|(?:-[ \t]{0,20})?image:|repository:|models:|(?:ENV|ARG)[ \t])|--\w{0,40}model|--\w{0,40}dataset|--lora_|--adapter|type:[ \t]{0,8}["']?model|ollama[ \t]+(?:pull|run|create)|huggingface-cli|vllm/im.test(
      text,
    ),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('containers', file.path);
    const lines = file.text.split(/\r?\n/);
    for (const [index, line] of lines.entries()) {
      if (line.length > 4_000 || !LINE.test(line) || /^\s*(?:#|\/\/)/.test(line)) continue;
      image(lines, index, out);
      models(line, index + 1, out);
      datasetFlag(line, index + 1, out);
      variables(line, index + 1, out);
    }
    listArguments(file.text, out);
    const finder = new LineFinder(file.text);
    composeModels(file.text, (word) => finder.line(word), out);
    return out.result;
  },
};

function image(lines: readonly string[], index: number, out: ResultBuilder): void {
  const line = lines[index] ?? '';
  const number = index + 1;
  const reference = withDefaults(IMAGE_LINE.exec(line)?.[1] ?? '') || helmImage(lines, index);
  const known = IMAGES.find((one) => one.pattern.test(reference.toLowerCase()));
  if (known === undefined) return;
  const [path = '', digest] = reference.split('@');
  const colon = path.lastIndexOf(':');
  const tag = colon > path.lastIndexOf('/') ? path.slice(colon + 1) : undefined;
  const name = tag === undefined ? path : path.slice(0, colon);
  const floating =
    digest === undefined && (tag === undefined || !/\d/.test(tag) || /^(?:main|latest)/.test(tag));
  const service = /^\s*image:/.test(line) ? composeService(lines, index) : undefined;
  const serves =
    /^(?:model-server|gateway|ai-application)$/.test(known.role) &&
    (service?.published === true || /^\s*FROM/i.test(line));
  const id = out.asset(
    {
      kind: 'service',
      name,
      ...(tag === undefined ? {} : { version: tag }),
      origin: 'external',
      properties: {
        role: known.role,
        floating,
        ...(digest === undefined ? {} : { image: digest }),
        ...(service === undefined ? {} : { host: service.host }),
        ...(serves ? { servesApi: true } : {}),
      },
      line: number,
    },
    known.role === 'vector-store'
      ? 'stores'
      : known.role === 'model-server' || known.role === 'gateway'
        ? 'calls'
        : 'depends_on',
  );
  if (floating)
    out.finding(
      'floating-image',
      'low',
      0.9,
      `Image ${name} is taken at ${tag ?? 'latest'}, whatever that is by then; pin a version or digest.`,
      number,
      id,
    );
}

/** Helm values spread an image over `repository:` and `tag:` of one block. */
function helmImage(lines: readonly string[], index: number): string {
  const match = /^(\s*)repository:\s*["']?([\w./-]+)["']?\s*$/.exec(lines[index] ?? '');
  if (match?.[2] === undefined) return '';
  const beside = [-3, -2, -1, 1, 2, 3, 4].map((step) => lines[index + step] ?? '');
  const tag = beside
    .map((one) => new RegExp(`^${match[1] ?? ''}tag:\\s*["']?([\\w.-]+)`).exec(one)?.[1])
    .find((one) => one !== undefined);
  return tag === undefined ? match[2] : `${match[2]}:${tag}`;
}

/** `${TAG:-v1.2}` → `v1.2`; other variables stay as they are. */
function withDefaults(reference: string): string {
  return reference.replace(/\$\{\w+:-([^}]*)\}/g, '$1');
}

function models(line: string, number: number, out: ResultBuilder): void {
  for (const match of line.matchAll(PULL)) {
    const model = readModelName(match[1] ?? '');
    if (model !== undefined)
      out.model({ ...model, provider: 'ollama', floating: !model.name.includes('@sha256:') }, number, 0.9);
  }
  for (const match of line.matchAll(MODEL_FLAG)) {
    const model = readModelName(match[1] ?? '');
    if (model !== undefined && (model.known || isHubId(model.name))) out.model(model, number, 0.85);
  }
}

/** `--dataset_name org/name` of a training command. */
function datasetFlag(line: string, number: number, out: ResultBuilder): void {
  for (const match of line.matchAll(
    /--(?:train_|eval_)?dataset(?:[_-](?:name|id|path|repo_id))?[=\s"',]+([\w./-]+)/g,
  )) {
    const name = match[1] ?? '';
    if (!isHubId(name)) continue;
    out.asset(
      {
        kind: 'dataset',
        name,
        origin: 'external',
        provider: 'huggingface',
        properties: { floating: true },
        line: number,
      },
      'depends_on',
    );
  }
}

/** `ENV MODEL_ID=…` in a Dockerfile. */
function variables(line: string, number: number, out: ResultBuilder): void {
  const match = /^\s*(?:ENV|ARG)\s+(\w+)(?:=|\s+)["']?([\w./:@-]+)/i.exec(line);
  if (match?.[1] === undefined || !isModelKey(match[1])) return;
  const model = readModelName(match[2] ?? '');
  if (model !== undefined && (model.known || isHubId(model.name))) out.model(model, number, 0.85);
}

/** YAML lists that spread a flag and its value over two lines: `- --model` / `- org/name`. */
function listArguments(text: string, out: ResultBuilder): void {
  const lines = text.split(/\r?\n/);
  for (const [index, line] of lines.entries()) {
    if (!/^\s*-\s*["']?--model(?:-id|-name)?["']?\s*$/.test(line)) continue;
    const value = /^\s*-\s*["']?([\w./:@-]+)["']?\s*$/.exec(lines[index + 1] ?? '')?.[1];
    const model = value === undefined ? undefined : readModelName(value);
    if (model !== undefined && (model.known || isHubId(model.name))) out.model(model, index + 2, 0.85);
  }
}
