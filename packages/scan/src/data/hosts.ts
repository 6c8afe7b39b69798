/** Hosts that serve models, and who runs them. Sources: the providers' API reference pages. */
export interface KnownHost {
  readonly provider: string;
  readonly kind: 'model-api' | 'vector-store' | 'gateway' | 'observability';
}

type Row = readonly [suffix: string, provider: string, kind?: KnownHost['kind']];

const ROWS: readonly Row[] = [
  ['api.openai.com', 'openai'],
  ['openai.azure.com', 'azure-openai'],
  ['services.ai.azure.com', 'azure-ai'],
  ['models.inference.ai.azure.com', 'azure-ai'],
  ['inference.ml.azure.com', 'azure-ai'],
  ['cognitiveservices.azure.com', 'azure-ai'],
  ['models.github.ai', 'github-models'],
  ['api.githubcopilot.com', 'github-copilot'],
  ['api.anthropic.com', 'anthropic'],
  ['generativelanguage.googleapis.com', 'google'],
  ['aiplatform.googleapis.com', 'google-vertex'],
  ['api.mistral.ai', 'mistral'],
  ['codestral.mistral.ai', 'mistral'],
  ['api.cohere.ai', 'cohere'],
  ['api.cohere.com', 'cohere'],
  ['api.groq.com', 'groq'],
  ['api.together.xyz', 'together'],
  ['api.together.ai', 'together'],
  ['api.fireworks.ai', 'fireworks'],
  ['api.perplexity.ai', 'perplexity'],
  ['api.deepseek.com', 'deepseek'],
  ['api.x.ai', 'xai'],
  ['api.replicate.com', 'replicate'],
  ['api-inference.huggingface.co', 'huggingface'],
  ['router.huggingface.co', 'huggingface'],
  ['endpoints.huggingface.cloud', 'huggingface'],
  ['api.ai21.com', 'ai21'],
  ['api.voyageai.com', 'voyage'],
  ['api.jina.ai', 'jina'],
  ['api.stability.ai', 'stability'],
  ['api.elevenlabs.io', 'elevenlabs'],
  ['api.deepgram.com', 'deepgram'],
  ['api.assemblyai.com', 'assemblyai'],
  ['api.cerebras.ai', 'cerebras'],
  ['api.sambanova.ai', 'sambanova'],
  ['api.deepinfra.com', 'deepinfra'],
  ['api.anyscale.com', 'anyscale'],
  ['api.endpoints.anyscale.com', 'anyscale'],
  ['api.novita.ai', 'novita'],
  ['api.hyperbolic.xyz', 'hyperbolic'],
  ['api.lambda.ai', 'lambda'],
  ['api.studio.nebius.ai', 'nebius'],
  ['api.studio.nebius.com', 'nebius'],
  ['api.moonshot.cn', 'moonshot'],
  ['api.moonshot.ai', 'moonshot'],
  ['api.minimax.chat', 'minimax'],
  ['api.lingyiwanwu.com', 'zero-one'],
  ['open.bigmodel.cn', 'zhipu'],
  ['dashscope.aliyuncs.com', 'alibaba'],
  ['dashscope-intl.aliyuncs.com', 'alibaba'],
  ['api.siliconflow.cn', 'siliconflow'],
  ['api.siliconflow.com', 'siliconflow'],
  ['api.reka.ai', 'reka'],
  ['api.upstage.ai', 'upstage'],
  ['api.nomic.ai', 'nomic'],
  ['api-atlas.nomic.ai', 'nomic'],
  ['api.mixedbread.ai', 'mixedbread'],
  ['api.recraft.ai', 'recraft'],
  ['external.api.recraft.ai', 'recraft'],
  ['api.segmind.com', 'segmind'],
  ['api.monsterapi.ai', 'monsterapi'],
  ['api.lepton.ai', 'lepton'],
  ['integrate.api.nvidia.com', 'nvidia'],
  ['ai.api.nvidia.com', 'nvidia'],
  ['fal.run', 'fal'],
  ['watsonx.ai', 'ibm'],
  ['ml.cloud.ibm.com', 'ibm'],
  ['api.cloudflare.com/client/v4/accounts', 'cloudflare'],
  ['gateway.ai.cloudflare.com', 'cloudflare', 'gateway'],
  ['openrouter.ai', 'openrouter', 'gateway'],
  ['api.portkey.ai', 'portkey', 'gateway'],
  ['oai.helicone.ai', 'helicone', 'gateway'],
  ['oai.hconeai.com', 'helicone', 'gateway'],
  ['ai-gateway.vercel.sh', 'vercel', 'gateway'],
  ['cloud.langfuse.com', 'langfuse', 'observability'],
  ['api.smith.langchain.com', 'langsmith', 'observability'],
  ['pinecone.io', 'pinecone', 'vector-store'],
  ['cloud.qdrant.io', 'qdrant', 'vector-store'],
  ['weaviate.network', 'weaviate', 'vector-store'],
  ['weaviate.cloud', 'weaviate', 'vector-store'],
  ['zillizcloud.com', 'zilliz', 'vector-store'],
  ['api.trychroma.com', 'chroma', 'vector-store'],
];

const BY_SUFFIX = new Map(
  ROWS.map(([suffix, provider, kind]) => [suffix, { provider, kind: kind ?? 'model-api' }] as const),
);
const BEDROCK = /^bedrock(-agent)?(-runtime)?(-fips)?\.[a-z0-9-]+\.amazonaws\.com$/;
const SAGEMAKER = /^runtime\.sagemaker\.[a-z0-9-]+\.amazonaws\.com$/;
/** Documentation and account pages of a provider are not endpoints of the system. */
const PAGES = /^(www|docs?|console|platform|app|status|help|blog|community|login|cookbook|developers?)\./;

/** Who serves models at `host`, or undefined where we know nobody. */
export function knownHost(host: string): KnownHost | undefined {
  const name = host.toLowerCase();
  if (PAGES.test(name) || name === 'pinecone.io') return undefined;
  if (BEDROCK.test(name)) return { provider: 'aws-bedrock', kind: 'model-api' };
  if (SAGEMAKER.test(name)) return { provider: 'aws-sagemaker', kind: 'model-api' };
  for (let at = name; at !== ''; at = at.includes('.') ? at.slice(at.indexOf('.') + 1) : '') {
    const found = BY_SUFFIX.get(at);
    if (found !== undefined) return found;
  }
  return undefined;
}
