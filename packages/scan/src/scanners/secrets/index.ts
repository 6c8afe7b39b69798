/**
 * Key-shaped strings. The secret itself never leaves this function: a finding holds its SHA-256 and its place.
 * Placeholders, references to the environment and low-entropy words are passed over.
 */
import { ResultBuilder, sha256 } from '../../builder.ts';
import { extensionOf, isTestPath, lineAt, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

interface Shape {
  readonly name: string;
  readonly pattern: RegExp;
  readonly confidence: number;
}

const SHAPES: readonly Shape[] = [
  { name: 'Anthropic API key', pattern: /\bsk-ant-[A-Za-z0-9_-]{24,200}/g, confidence: 0.97 },
  { name: 'OpenRouter API key', pattern: /\bsk-or-v1-[0-9a-f]{48,80}/g, confidence: 0.97 },
  {
    name: 'OpenAI API key',
    pattern: /\bsk-(?:proj-|svcacct-|admin-)?(?!ant-|or-|lf-)[A-Za-z0-9_-]{32,200}/g,
    confidence: 0.9,
  },
  { name: 'Hugging Face token', pattern: /\bhf_[A-Za-z0-9]{30,60}\b/g, confidence: 0.95 },
  { name: 'Google API key', pattern: /\bAIza[0-9A-Za-z_-]{35}\b/g, confidence: 0.9 },
  { name: 'AWS access key', pattern: /\b(?:AKIA|ASIA)[0-9A-Z]{16}\b/g, confidence: 0.9 },
  {
    name: 'GitHub token',
    pattern: /\b(?:gh[pousr]_[A-Za-z0-9]{36,255}|github_pat_[A-Za-z0-9_]{60,120})\b/g,
    confidence: 0.97,
  },
  { name: 'GitLab token', pattern: /\bglpat-[A-Za-z0-9_-]{20,60}\b/g, confidence: 0.95 },
  { name: 'Slack token', pattern: /\bxox[abprs]-[A-Za-z0-9-]{20,120}\b/g, confidence: 0.95 },
  { name: 'Groq API key', pattern: /\bgsk_[A-Za-z0-9]{40,80}\b/g, confidence: 0.95 },
  { name: 'Replicate token', pattern: /\br8_[A-Za-z0-9]{36,44}\b/g, confidence: 0.95 },
  { name: 'Perplexity API key', pattern: /\bpplx-[A-Za-z0-9]{40,64}\b/g, confidence: 0.95 },
  { name: 'xAI API key', pattern: /\bxai-[A-Za-z0-9]{60,100}\b/g, confidence: 0.95 },
  { name: 'LangSmith API key', pattern: /\blsv2_(?:pt|sk)_[0-9a-f]{32}_[0-9a-f]{8,12}\b/g, confidence: 0.97 },
  { name: 'Langfuse key', pattern: /\bsk-lf-[0-9a-f-]{36}\b/g, confidence: 0.95 },
  { name: 'Pinecone API key', pattern: /\bpcsk_[A-Za-z0-9_]{50,90}\b/g, confidence: 0.95 },
  { name: 'Stripe secret key', pattern: /\b[rs]k_live_[A-Za-z0-9]{20,120}\b/g, confidence: 0.97 },
  {
    name: 'Private key',
    pattern: /-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16,80}/g,
    confidence: 0.95,
  },
  {
    name: 'Hard-coded credential',
    pattern:
      /\b(?:[\w.-]{0,40}(?:api[_-]?key|secret[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret))["']?\s{0,3}[:=]\s{0,3}["']([A-Za-z0-9+/_=.-]{24,200})["']/gi,
    confidence: 0.6,
  },
];

const QUICK =
  /sk-|hf_|AIza|AKIA|ASIA|gh[pousr]_|github_pat_|glpat-|xox[abprs]-|gsk_|r8_|pplx-|xai-|lsv2_|pcsk_|k_live_|PRIVATE KEY|api[_-]?key|secret[_-]?key|_token|client[_-]?secret/i;
const PLACEHOLDER =
  /your|xxxx|example|placeholder|dummy|fake|changeme|insert|replace|abcdef|123456|0{8}|redacted|\*\*\*|\.\.\.|<|sample|test[-_]|not[-_]?a[-_]?real/i;
const SKIPPED = /(?:lock\.json|lock\.ya?ml|\.lock|\.sum|\.svg|\.map|\.csv|\.tsv|\.jsonl|\.parquet)$/;
const TEXTUAL =
  /^\.(?:pyi?|[cm]?[jt]sx?|vue|svelte|ipynb|json|jsonc|ya?ml|toml|ini|cfg|conf|properties|env|sh|bash|zsh|ps1|bat|rb|go|rs|java|kt|scala|php|cs|swift|tf|tfvars|txt|md|mdx|rst|html?|xml|sql|pem|key|r|jl|lua|dart|gradle)$/;

/** Keys have at least 3 bits a character; words and paths have less variety. */
const MIN_ENTROPY = 3;

export const secrets: Scanner = {
  name: 'secrets',
  wants: (path) =>
    !SKIPPED.test(path) &&
    (TEXTUAL.test(extensionOf(path)) ||
      /^(?:\.env.*|\.npmrc|\.pypirc|\.netrc|Dockerfile.*|Makefile|Procfile|id_rsa)$/.test(nameOf(path))),
  prefilter: (text) => QUICK.test(text),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('secrets', file.path);
    const taken = new Set<string>();
    for (const shape of SHAPES) {
      for (const match of file.text.matchAll(shape.pattern)) {
        const secret = match[1] ?? match[0];
        if (taken.has(secret) || PLACEHOLDER.test(secret) || entropy(secret) < MIN_ENTROPY) continue;
        if (shape.confidence < 0.7 && !/\d/.test(secret)) continue;
        taken.add(secret);
        const test = isTestPath(file.path);
        out.finding(
          'hard-coded-secret',
          test ? 'medium' : 'critical',
          test ? shape.confidence / 2 : shape.confidence,
          `${shape.name} in the source (${sha256(secret)}); revoke it and read it from the environment or a vault.`,
          lineAt(file.text, match.index),
        );
      }
    }
    return out.result;
  },
};

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
