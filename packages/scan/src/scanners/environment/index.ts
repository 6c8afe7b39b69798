/**
 * AI services that a system is given the key or address of: names of environment variables in `.env` files, compose,
 * Kubernetes, CI and deployment files. Only the name is read; a value never leaves the file.
 */
import { ResultBuilder } from '../../builder.ts';
import { ENVIRONMENT_NAME, environmentService } from '../../data/environment-names.ts';
import { isHostedProvider } from '../../data/hosted.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

const FORMS: ReadonlySet<string> = new Set([
  '.yaml',
  '.yml',
  '.toml',
  '.env',
  '.tf',
  '.tfvars',
  '.bicep',
  '.bicepparam',
  '.sh',
  '.bash',
  '.ini',
  '.cfg',
  '.conf',
  '.properties',
  '.dockerfile',
  '.hcl',
  '.service',
]);
const NAMES =
  /^(?:\.?env(?:[._-][\w.-]*)?|.*\.env(?:[._-][\w.-]*)?|[\w.-]*Dockerfile[\w.-]*|Containerfile|Procfile|Jenkinsfile|app\.json|vercel\.json|now\.json|fly\.toml|devcontainer\.json|\.envrc|turbo\.json)$/;
/** Prose and lock files hold many such names and decide nothing. */
const MAX_LINE = 2_000;
const QUICK =
  /_API_KEY|_KEY|_TOKEN|_HOST|_URL|_BASE|_ENDPOINT|OPENAI|OLLAMA|BEDROCK|VERTEX|LANG[SCF]|QDRANT|PINECONE|WEAVIATE|MILVUS|CHROMA|LITELLM|WATSONX|LM_?STUDIO/;

export const environment: Scanner = {
  name: 'environment',
  wants: (path) =>
    (FORMS.has(extensionOf(path)) || NAMES.test(nameOf(path))) && !/(?:^|[-.])lock\.ya?ml$/.test(path),
  prefilter: (text, path) => QUICK.test(text) && !isTestPath(path),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('environment', file.path);
    for (const [index, line] of file.text.split(/\r?\n/).entries()) {
      if (line.length > MAX_LINE || !QUICK.test(line) || isComment(line)) continue;
      for (const match of line.matchAll(ENVIRONMENT_NAME)) {
        const service = environmentService(match[0].replace(/^.*?(?=[A-Z])/, ''));
        if (service === undefined) continue;
        out.asset(
          {
            kind: 'service',
            name: service.provider,
            origin: 'external',
            provider: service.provider,
            properties: {
              role: service.role,
              signal: 'environment-name',
              confidence: 0.7,
              ...(isHostedProvider(service.provider) ? { cloud: true } : {}),
            },
            line: index + 1,
          },
          service.role === 'vector-store' ? 'stores' : 'calls',
        );
      }
    }
    return out.result;
  },
};

/** A commented-out setting is not in force. */
function isComment(line: string): boolean {
  return /^\s*(?:#|\/\/|;|--)/.test(line);
}
