/** Environment variables that hold the key or address of an AI service, and whose it is. Source: the providers' SDK references. */
export interface EnvironmentService {
  readonly provider: string;
  readonly role: 'model-api' | 'vector-store' | 'gateway' | 'observability' | 'model-server';
}

/** `provider [role]: NAME NAME_*`; a trailing `*` stands for any ending. */
const ROWS: readonly string[] = [
  'openai: OPENAI_API_KEY OPENAI_KEY OPENAI_ORG_ID OPENAI_ORGANIZATION OPENAI_PROJECT_ID',
  'azure-openai: AZURE_OPENAI_*',
  'azure-ai: AZURE_AI_* AZURE_INFERENCE_* AZUREAI_* AZURE_FOUNDRY_*',
  'anthropic: ANTHROPIC_API_KEY ANTHROPIC_AUTH_TOKEN CLAUDE_API_KEY CLAUDE_CODE_OAUTH_TOKEN',
  'google: GEMINI_API_KEY GOOGLE_GENERATIVE_AI_API_KEY GOOGLE_GENAI_API_KEY GOOGLE_AI_API_KEY GOOGLE_GEMINI_API_KEY PALM_API_KEY',
  'google-vertex: GOOGLE_VERTEX_* VERTEX_AI_* VERTEXAI_* GOOGLE_GENAI_USE_VERTEXAI',
  'aws-bedrock: AWS_BEARER_TOKEN_BEDROCK BEDROCK_*',
  'mistral: MISTRAL_API_KEY CODESTRAL_API_KEY',
  'cohere: COHERE_API_KEY CO_API_KEY',
  'groq: GROQ_API_KEY',
  'together: TOGETHER_API_KEY TOGETHERAI_API_KEY TOGETHER_AI_API_KEY',
  'fireworks: FIREWORKS_API_KEY FIREWORKS_AI_API_KEY',
  'perplexity: PERPLEXITY_API_KEY PERPLEXITYAI_API_KEY PPLX_API_KEY',
  'deepseek: DEEPSEEK_API_KEY',
  'xai: XAI_API_KEY GROK_API_KEY',
  'replicate: REPLICATE_API_TOKEN REPLICATE_API_KEY',
  'huggingface: HF_TOKEN HF_API_KEY HF_API_TOKEN HUGGINGFACE_API_KEY HUGGINGFACE_TOKEN HUGGING_FACE_HUB_TOKEN HUGGINGFACEHUB_API_TOKEN HUGGINGFACE_HUB_TOKEN',
  'ai21: AI21_API_KEY',
  'voyage: VOYAGE_API_KEY VOYAGEAI_API_KEY',
  'jina: JINA_API_KEY JINAAI_API_KEY',
  'stability: STABILITY_API_KEY',
  'elevenlabs: ELEVENLABS_API_KEY ELEVEN_API_KEY ELEVEN_LABS_API_KEY',
  'deepgram: DEEPGRAM_API_KEY',
  'assemblyai: ASSEMBLYAI_API_KEY ASSEMBLY_AI_KEY',
  'cerebras: CEREBRAS_API_KEY',
  'sambanova: SAMBANOVA_API_KEY',
  'deepinfra: DEEPINFRA_API_KEY DEEPINFRA_API_TOKEN',
  'anyscale: ANYSCALE_API_KEY',
  'novita: NOVITA_API_KEY',
  'nebius: NEBIUS_API_KEY',
  'moonshot: MOONSHOT_API_KEY KIMI_API_KEY',
  'minimax: MINIMAX_API_KEY',
  'zhipu: ZHIPUAI_API_KEY ZHIPU_API_KEY GLM_API_KEY ZAI_API_KEY',
  'alibaba: DASHSCOPE_API_KEY QWEN_API_KEY',
  'siliconflow: SILICONFLOW_API_KEY',
  'nvidia: NVIDIA_API_KEY NGC_API_KEY',
  'ibm: WATSONX_* WATSONX_APIKEY',
  'cloudflare: CLOUDFLARE_AI_* WORKERS_AI_*',
  'github-models: GITHUB_MODELS_*',
  'fal: FAL_KEY FAL_API_KEY',
  'openrouter gateway: OPENROUTER_API_KEY OPEN_ROUTER_API_KEY',
  'portkey gateway: PORTKEY_API_KEY',
  'litellm gateway: LITELLM_*',
  'vercel gateway: AI_GATEWAY_API_KEY',
  'ollama model-server: OLLAMA_*',
  'lm-studio model-server: LMSTUDIO_* LM_STUDIO_*',
  'vllm model-server: VLLM_API_KEY VLLM_BASE_URL VLLM_API_BASE VLLM_HOST VLLM_URL',
  'localai model-server: LOCALAI_* LOCAL_AI_*',
  'pinecone vector-store: PINECONE_*',
  'qdrant vector-store: QDRANT_*',
  'weaviate vector-store: WEAVIATE_* WCD_API_KEY WCS_API_KEY',
  'milvus vector-store: MILVUS_* ZILLIZ_*',
  'chroma vector-store: CHROMA_* CHROMADB_*',
  'azure-ai-search vector-store: AZURE_SEARCH_* AZURE_AI_SEARCH_*',
  'langsmith observability: LANGSMITH_* LANGCHAIN_API_KEY LANGCHAIN_TRACING_V2',
  'langfuse observability: LANGFUSE_*',
  'helicone observability: HELICONE_*',
  'wandb observability: WANDB_API_KEY',
];

const exact = new Map<string, EnvironmentService>();
const prefixes: [string, EnvironmentService][] = [];
for (const row of ROWS) {
  const [head = '', names = ''] = row.split(': ');
  const [provider = '', role] = head.split(' ');
  const service = { provider, role: (role ?? 'model-api') as EnvironmentService['role'] };
  for (const name of names.split(' ')) {
    if (name.endsWith('*')) prefixes.push([name.slice(0, -1), service]);
    else exact.set(name, service);
  }
}

/** Prefixes that frameworks put before a variable to show it to browsers or nest it. */
const WRAPPING = /^(?:NEXT_PUBLIC_|VITE_|REACT_APP_|NUXT_|PUBLIC_|EXPO_PUBLIC_|TF_VAR_|SECRET_|APP_|MY_)/;

/** The service behind a variable's name, or undefined. Case does not matter. */
export function environmentService(name: string): EnvironmentService | undefined {
  const plain = name.toUpperCase().replace(WRAPPING, '');
  return exact.get(plain) ?? prefixes.find(([prefix]) => plain.startsWith(prefix))?.[1];
}

/** One look over a text for any of the names. */
export const ENVIRONMENT_NAME = new RegExp(
  `(?<![A-Za-z0-9])(?:[A-Z]+_){0,3}?(?:${[...exact.keys()].join('|')}|(?:${prefixes.map(([prefix]) => prefix).join('|')})[A-Z0-9_]+)(?![A-Za-z0-9_])`,
  'g',
);
