/** What keys of well-known services look like. */
export interface Shape {
  readonly name: string;
  /** Tried on what stands ahead of where a word begins. */
  readonly pattern: RegExp;
  readonly confidence: number;
}

const AWS: Shape = { name: 'AWS access key', pattern: /^A[KS]IA[0-9A-Z]{16}\b/, confidence: 0.9 };
const STRIPE: Shape = {
  name: 'Stripe secret key',
  pattern: /^[rs]k_live_[A-Za-z0-9]{20,120}\b/,
  confidence: 0.97,
};

/** By the first two letters. */
const SHAPES: Readonly<Record<string, readonly Shape[]>> = {
  AI: [{ name: 'Google API key', pattern: /^AIza[0-9A-Za-z_-]{35}\b/, confidence: 0.9 }],
  AK: [AWS],
  AS: [AWS],
  gh: [{ name: 'GitHub token', pattern: /^gh[pousr]_[A-Za-z0-9]{36,255}\b/, confidence: 0.97 }],
  gi: [{ name: 'GitHub token', pattern: /^github_pat_[A-Za-z0-9_]{60,120}\b/, confidence: 0.97 }],
  gl: [{ name: 'GitLab token', pattern: /^glpat-[A-Za-z0-9_-]{20,60}\b/, confidence: 0.95 }],
  gs: [{ name: 'Groq API key', pattern: /^gsk_[A-Za-z0-9]{40,80}\b/, confidence: 0.95 }],
  hf: [{ name: 'Hugging Face token', pattern: /^hf_[A-Za-z0-9]{30,60}\b/, confidence: 0.95 }],
  ls: [
    { name: 'LangSmith API key', pattern: /^lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,12}\b/, confidence: 0.97 },
  ],
  pp: [{ name: 'Perplexity API key', pattern: /^pplx-[A-Za-z0-9]{40,64}\b/, confidence: 0.95 }],
  pc: [{ name: 'Pinecone API key', pattern: /^pcsk_[A-Za-z0-9_]{50,90}\b/, confidence: 0.95 }],
  r8: [{ name: 'Replicate token', pattern: /^r8_[A-Za-z0-9]{36,44}\b/, confidence: 0.95 }],
  rk: [STRIPE],
  sk: [
    { name: 'Anthropic API key', pattern: /^sk-ant-[A-Za-z0-9_-]{24,200}/, confidence: 0.97 },
    { name: 'OpenRouter API key', pattern: /^sk-or-v1-[0-9a-f]{48,80}/, confidence: 0.97 },
    {
      name: 'OpenAI API key',
      pattern: /^sk-(?:proj-|svcacct-|admin-)?(?!ant-|or-|lf-)[A-Za-z0-9_-]{32,200}/,
      confidence: 0.9,
    },
    { name: 'Langfuse key', pattern: /^sk-lf-[0-9a-f-]{36}\b/, confidence: 0.95 },
    STRIPE,
  ],
  xa: [{ name: 'xAI API key', pattern: /^xai-[A-Za-z0-9]{60,100}\b/, confidence: 0.95 }],
  xo: [{ name: 'Slack token', pattern: /^xox[abprs]-[A-Za-z0-9-]{20,120}\b/, confidence: 0.95 }],
};

/** The longest key, and one character that ends it. */
export const MAX_SHAPED = 261;

const BY_BYTES = new Map(
  Object.entries(SHAPES).map(([start, shapes]) => [(start.charCodeAt(0) << 8) | start.charCodeAt(1), shapes]),
);
/** 1 for each byte with which a shape begins: most bytes are passed over by this alone. */
export const BEGINS_SHAPE = new Uint8Array(256);
for (const start of Object.keys(SHAPES)) BEGINS_SHAPE[start.charCodeAt(0)] = 1;

/** Shapes that begin with these two bytes. */
export function shapesFrom(first: number, second: number): readonly Shape[] | undefined {
  return BY_BYTES.get((first << 8) | second);
}
