/** Providers that run what they offer on their own machines, and model ids that nobody else can run. */

const HOSTED: ReadonlySet<string> = new Set([
  'openai',
  'azure-openai',
  'azure-ai',
  'anthropic',
  'google',
  'google-vertex',
  'aws-bedrock',
  'aws-sagemaker',
  'amazon',
  'mistral',
  'cohere',
  'groq',
  'together',
  'fireworks',
  'perplexity',
  'deepseek',
  'xai',
  'replicate',
  'huggingface',
  'ai21',
  'voyage',
  'jina',
  'stability',
  'elevenlabs',
  'deepgram',
  'assemblyai',
  'cerebras',
  'sambanova',
  'deepinfra',
  'anyscale',
  'novita',
  'hyperbolic',
  'lambda',
  'nebius',
  'moonshot',
  'minimax',
  'zhipu',
  'alibaba',
  'siliconflow',
  'nvidia',
  'ibm',
  'cloudflare',
  'github-models',
  'github-copilot',
  'fal',
  'openrouter',
  'portkey',
  'vercel',
  'pinecone',
  'azure-ai-search',
  'langsmith',
  'helicone',
  'wandb',
  'aws',
  'azure',
]);

/** True where the provider's service runs at the provider; false for software that anybody can run (Ollama, Qdrant). */
export function isHostedProvider(provider: string): boolean {
  return HOSTED.has(provider);
}

/** Families whose weights are not to be had: an id of theirs is always a call to a hosted service. */
const HOSTED_ONLY =
  /^(?:(?:openai|azure|azure_ai|anthropic|google|gemini|vertex_ai|bedrock|openrouter|models|google_genai|google_vertexai)[/:])*(?:ft:)?(?:gpt-(?:3\.5|35|4|5)[\w.:-]*|chatgpt-4o[\w-]*|o[134](?:-[\w-]+)?|text-embedding-(?:3|ada)[\w-]*|text-davinci-\d+|dall-e-\d|gpt-image-\d|gpt-realtime[\w-]*|tts-1[\w-]*|whisper-1|claude-[\w.@:-]+|gemini-[\w.-]+|voyage-[\w.-]+|sonar[\w-]*|grok-[2-9][\w.-]*|mistral-(?:large|medium|embed)[\w-]*|amazon\.(?:titan|nova)[\w.:-]*|(?:us|eu|apac|global)\.(?:anthropic|amazon|meta)\.[\w.:-]+|anthropic\.claude[\w.:-]+)$/i;

/** A maker's own name before its model, as routers write it: `openai/gpt-4o`, `anthropic:claude-…`, `models/gemini-…`. */
const MAKER: readonly (readonly [RegExp, RegExp])[] = [
  [/^openai[/:]/, /^(?:gpt-|chatgpt-|o[134]|text-embedding-|dall-e|whisper-1|tts-1)/],
  [/^anthropic[/:]/, /^claude-/],
  [/^(?:google|gemini|models|google_genai)[/:]/, /^gemini-/],
  [/^(?:mistral|mistralai)[/:]/, /^mistral-(?:large|medium|embed)/],
  [/^xai[/:]/, /^grok-/],
];

/** One model, one name: the maker's prefix is left out where only the maker can run the model. */
export function plainHostedName(name: string): string {
  for (const [prefix, family] of MAKER) {
    const bare = name.replace(prefix, '');
    if (bare !== name && family.test(bare) && isHostedModel(bare)) return bare;
  }
  return name;
}

export function isHostedModel(name: string): boolean {
  return HOSTED_ONLY.test(name);
}

/**
 * The version that a hosted model's id carries: `gpt-4o-2024-08-06` → `2024-08-06`, `claude-3-haiku-20240307` →
 * `20240307`, `gpt-4-0613` → `0613`; undefined for an alias.
 */
export function versionInName(name: string): string | undefined {
  if (/latest$/i.test(name)) return undefined;
  const dated = /(?:^|[-@_])(20\d{2}-?(?:0[1-9]|1[0-2])-?(?:0[1-9]|[12]\d|3[01]))(?:$|[-:@_v])/.exec(
    name,
  )?.[1];
  if (dated !== undefined) return dated;
  if (!isHostedModel(name)) return /@(sha256:[0-9a-f]{64})$/.exec(name)?.[1];
  return (
    /-((?:0[1-9]|1[0-2])(?:0[1-9]|[12]\d|3[01]))(?:$|-)/.exec(name)?.[1] ??
    /-(2[3-9](?:0[1-9]|1[0-2]))$/.exec(name)?.[1] ??
    /-(0[1-9]\d|00\d)$/.exec(name)?.[1] ??
    /-(v\d+:\d+)$/.exec(name)?.[1]
  );
}
