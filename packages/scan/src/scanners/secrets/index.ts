/**
 * Key-shaped strings. The secret itself never leaves this file: a finding holds its SHA-256 and its place.
 * Placeholders, references to the environment and low-entropy words are passed over.
 */
import { ResultBuilder, sha256 } from '../../builder.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';
import { beginsWord, runsOf } from './runs.ts';
import { BEGINS_SHAPE, MAX_SHAPED, shapesFrom } from './shapes.ts';

const PRIVATE_KEY =
  /-----BEGIN (?:RSA |EC |OPENSSH |DSA |ENCRYPTED )?PRIVATE KEY-----\s+[A-Za-z0-9+/=]{16,80}/g;
/** What stands before a string that is a credential of no known shape. */
const CREDENTIAL_NAME =
  /(?:api[_-]?key|secret[_-]?key|access[_-]?token|auth[_-]?token|client[_-]?secret)["']?\s{0,3}[:=]\s{0,3}["']$/i;
/** Characters that such a name and its sign can take. */
const NAME_LENGTH = 24;
const MIN_CREDENTIAL = 24;
const MAX_CREDENTIAL = 200;
const PLACEHOLDER =
  /your|xxxx|example|placeholder|dummy|fake|changeme|insert|replace|abcdef|123456|0{8}|redacted|\*\*\*|\.\.\.|<|sample|test[-_]|not[-_]?a[-_]?real/i;
const SKIPPED = /(?:lock\.json|lock\.ya?ml|\.lock|\.sum|\.svg|\.map|\.csv|\.tsv|\.jsonl|\.parquet)$/;
const TEXTUAL =
  /^\.(?:pyi?|[cm]?[jt]sx?|vue|svelte|ipynb|json|jsonc|ya?ml|toml|ini|cfg|conf|properties|env|sh|bash|zsh|ps1|bat|rb|go|rs|java|kt|scala|php|cs|swift|tf|tfvars|txt|md|mdx|rst|html?|xml|sql|pem|key|r|jl|lua|dart|gradle)$/;

/** Files whose words other scanners ask for as well. */
const GLANCED = /^\.(?:py|[cm]?[jt]sx?|vue|svelte|json|ya?ml)$/;
const WORDS = wordGroup(
  'aiza',
  'akia',
  'asia',
  'ghp_',
  'gho_',
  'ghu_',
  'ghs_',
  'ghr_',
  'github_pat_',
  'glpat-',
  'gsk_',
  'hf_',
  'lsv2_',
  'pplx-',
  'pcsk_',
  'r8_',
  'sk-',
  'rk_live_',
  'sk_live_',
  'xai-',
  'xoxa-',
  'xoxb-',
  'xoxp-',
  'xoxr-',
  'xoxs-',
  ...['api_key', 'secret_key', 'access_token', 'auth_token', 'client_secret'].flatMap((word) =>
    ['', '_', '-'].map((sign) => word.replace('_', sign)),
  ),
  'private key',
);

/** Keys have at least 3 bits a character; words and paths have less variety. */
const MIN_ENTROPY = 3;

export const secrets: Scanner = {
  name: 'secrets',
  wants: (path) =>
    !SKIPPED.test(path) &&
    (TEXTUAL.test(extensionOf(path)) ||
      /^(?:\.env.*|\.npmrc|\.pypirc|\.netrc|Dockerfile.*|Makefile|Procfile|id_rsa)$/.test(nameOf(path))),
  glance: (words, path) => !GLANCED.test(extensionOf(path)) || words.has(WORDS),
  scan(file) {
    const { content } = file;
    if (content === undefined) return emptyResult();
    const found = new Secrets(file.path, content);
    const credentials: [number, number][] = [];
    const runs = runsOf(content);
    for (let index = 0; index < runs.length; index += 2) {
      const start = runs[index] ?? 0;
      const end = runs[index + 1] ?? 0;
      for (let at = start; at < end; at += 1)
        if (BEGINS_SHAPE[content[at] ?? 0] === 1 && beginsWord(content, at)) found.shaped(at);
      if (isCredential(content, start, end)) credentials.push([start, end]);
    }
    if (content.includes('PRIVATE KEY')) {
      const text = content.toString('latin1');
      for (const match of text.matchAll(PRIVATE_KEY)) found.add('Private key', match[0], match.index, 0.95);
    }
    // Last, so that a key of a known shape is told as what it is.
    for (const [start, end] of credentials)
      found.add('Hard-coded credential', content.toString('latin1', start, end), start, 0.6);
    return found.out.result;
  },
};

class Secrets {
  readonly out: ResultBuilder;
  private readonly path: string;
  private readonly content: Buffer;
  private readonly taken = new Set<string>();

  constructor(path: string, content: Buffer) {
    this.path = path;
    this.content = content;
    this.out = new ResultBuilder('secrets', path);
  }

  /** Adds the key of known shape that begins here, if one does. */
  shaped(at: number): void {
    const shapes = shapesFrom(this.content[at] ?? 0, this.content[at + 1] ?? 0);
    if (shapes === undefined) return;
    const ahead = this.content.toString('latin1', at, at + MAX_SHAPED);
    for (const { name, pattern, confidence } of shapes) {
      const match = pattern.exec(ahead);
      if (match !== null) this.add(name, match[0], at, confidence);
    }
  }

  add(name: string, secret: string, at: number, confidence: number): void {
    if (this.taken.has(secret) || PLACEHOLDER.test(secret) || entropy(secret) < MIN_ENTROPY) return;
    this.taken.add(secret);
    const test = isTestPath(this.path);
    this.out.finding(
      'hard-coded-secret',
      test ? 'medium' : 'critical',
      test ? confidence / 2 : confidence,
      `${name} in the source (${sha256(secret)}); revoke it and read it from the environment or a vault.`,
      lineOf(this.content, at),
    );
  }
}

/** A quoted string with a digit, behind the name of a credential. */
function isCredential(content: Buffer, start: number, end: number): boolean {
  const length = end - start;
  if (length < MIN_CREDENTIAL || length > MAX_CREDENTIAL) return false;
  if (!isQuote(content[start - 1]) || !isQuote(content[end])) return false;
  return (
    CREDENTIAL_NAME.test(content.toString('utf8', Math.max(0, start - NAME_LENGTH), start)) &&
    /\d/.test(content.toString('latin1', start, end))
  );
}

function isQuote(code: number | undefined): boolean {
  return code === 34 || code === 39;
}

/** 1-based line of a byte. */
function lineOf(content: Buffer, offset: number): number {
  let line = 1;
  for (let at = content.indexOf(10); at >= 0 && at < offset; at = content.indexOf(10, at + 1)) line += 1;
  return line;
}

/** Shannon entropy in bits a character. */
function entropy(text: string): number {
  const counts = new Map<string, number>();
  for (const char of text) counts.set(char, (counts.get(char) ?? 0) + 1);
  let bits = 0;
  for (const count of counts.values()) bits -= (count / text.length) * Math.log2(count / text.length);
  return bits;
}
