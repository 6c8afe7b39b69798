/** What keys of well-known services look like. */
export interface Shape {
  readonly name: string;
  /** Sticky; tried where a word begins. */
  readonly pattern: RegExp;
  readonly confidence: number;
}

const BY_FIRST_LETTER: Readonly<Record<string, readonly Shape[]>> = {
  A: [
    { name: 'Google API key', pattern: /AIza[0-9A-Za-z_-]{35}\b/y, confidence: 0.9 },
    { name: 'AWS access key', pattern: /A[KS]IA[0-9A-Z]{16}\b/y, confidence: 0.9 },
  ],
  g: [
    {
      name: 'GitHub token',
      pattern: /(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,120})\b/y,
      confidence: 0.97,
    },
    { name: 'GitLab token', pattern: /glpat-[A-Za-z0-9_-]{20,60}\b/y, confidence: 0.95 },
    { name: 'Groq API key', pattern: /gsk_[A-Za-z0-9]{40,80}\b/y, confidence: 0.95 },
  ],
  h: [{ name: 'Hugging Face token', pattern: /hf_[A-Za-z0-9]{30,60}\b/y, confidence: 0.95 }],
  l: [
    { name: 'LangSmith API key', pattern: /lsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,12}\b/y, confidence: 0.97 },
  ],
  p: [
    { name: 'Perplexity API key', pattern: /pplx-[A-Za-z0-9]{40,64}\b/y, confidence: 0.95 },
    { name: 'Pinecone API key', pattern: /pcsk_[A-Za-z0-9_]{50,90}\b/y, confidence: 0.95 },
  ],
  r: [
    { name: 'Replicate token', pattern: /r8_[A-Za-z0-9]{36,44}\b/y, confidence: 0.95 },
    { name: 'Stripe secret key', pattern: /rk_live_[A-Za-z0-9]{20,120}\b/y, confidence: 0.97 },
  ],
  s: [
    { name: 'Anthropic API key', pattern: /sk-ant-[A-Za-z0-9_-]{24,200}/y, confidence: 0.97 },
    { name: 'OpenRouter API key', pattern: /sk-or-v1-[0-9a-f]{48,80}/y, confidence: 0.97 },
    {
      name: 'OpenAI API key',
      pattern: /sk-(?:proj-|svcacct-|admin-)?(?!ant-|or-|lf-)[A-Za-z0-9_-]{32,200}/y,
      confidence: 0.9,
    },
    { name: 'Langfuse key', pattern: /sk-lf-[0-9a-f-]{36}\b/y, confidence: 0.95 },
    { name: 'Stripe secret key', pattern: /sk_live_[A-Za-z0-9]{20,120}\b/y, confidence: 0.97 },
  ],
  x: [
    { name: 'Slack token', pattern: /xox[abprs]-[A-Za-z0-9-]{20,120}\b/y, confidence: 0.95 },
    { name: 'xAI API key', pattern: /xai-[A-Za-z0-9]{60,100}\b/y, confidence: 0.95 },
  ],
};

const BY_CODE: (readonly Shape[] | undefined)[] = [];
for (const [letter, shapes] of Object.entries(BY_FIRST_LETTER)) BY_CODE[letter.charCodeAt(0)] = shapes;

/** Shapes that begin with the character of this code. */
export function shapesFrom(code: number): readonly Shape[] | undefined {
  return BY_CODE[code];
}
