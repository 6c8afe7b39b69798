/** URLs of model servers: known providers by host, self-hosted ones by where the URL stands or its path. */
import type { ResultBuilder } from '../builder.ts';
import { knownHost } from '../data/hosts.ts';

const URL_TEXT =
  /\b(https?|wss):\/\/(?:[^\s/@"'`<>]{1,300}@)?((?:\[[0-9a-f:]+\]|[A-Za-z0-9${}_.<>-]+))(?::(\d{1,5}))?([^\s"'`<>)\]}\\,]*)/g;
const LOCAL = /^(?:localhost|127\.\d+\.\d+\.\d+|\[::1\]|0\.0\.0\.0|host\.docker\.internal)$/;
/** Paths and ports of the OpenAI-compatible servers, Ollama, TGI and Triton. */
const SERVING_PATH =
  /^\/(?:v1(?:\/(?:chat\/completions|completions|embeddings|models|messages|responses))?|api\/(?:generate|chat|embeddings?|tags)|generate(?:_stream)?|v2\/models)\/?(?:$|[/?{])/;
const OLLAMA_PORT = '11434';
const BASE_KEY =
  /(?:base_?ur[li]|api_?base|ollama_?(?:host|url)|openai_?(?:host|url)|llm_?(?:url|host|endpoint)|inference_?(?:url|endpoint)|vllm_?(?:url|host)|azure_?endpoint)$/i;

/** `STRIPE_API_BASE`: a base URL of something that says itself that it is no model. */
const FOREIGN_BASE =
  /^(?!(?:self|default|client|chat|completion|embed|model|llm|open|azure|ollama|vllm|inference|custom|local|server|my|ai|api|base)[a-z]*_)[a-z][a-z0-9]*_(?:\w+_)?(?:base_?ur[li]|api_?base)$/i;

/** Reads every URL in `text` (one string literal or one configuration value). */
export function reportEndpoints(text: string, line: number, out: ResultBuilder, key = ''): void {
  for (const match of text.matchAll(URL_TEXT)) {
    const [, scheme = '', host = '', port = '', path = ''] = match;
    const known = knownHost(host);
    const local = LOCAL.test(host);
    const templated = /[${}<>]/.test(host);
    const serving =
      (SERVING_PATH.test(path) || path === '/v1') &&
      (local || port !== '' || (BASE_KEY.test(key) && !FOREIGN_BASE.test(key)));
    const base =
      BASE_KEY.test(key) &&
      !/example\.(?:com|org)$/.test(host) &&
      /llm|openai|ollama|vllm|model|inference|azure_?endpoint/i.test(key);
    if (known === undefined && (templated || !(serving || base || port === OLLAMA_PORT))) continue;
    if (known === undefined && /(?:^|\.)example\.(?:com|org|net)$/.test(host)) continue;
    const name = port === '' ? host : `${host}:${port}`;
    const id = out.asset(
      {
        kind: 'endpoint',
        name: known !== undefined && templated ? known.provider : name,
        origin: known === undefined ? 'own' : 'external',
        ...(known === undefined ? {} : { provider: known.provider }),
        properties: { scheme, ...(known === undefined ? { role: 'model-api' } : { role: known.kind }) },
        line,
      },
      'calls',
    );
    if (scheme === 'http' && !local && (host.includes('.') || known !== undefined)) {
      out.finding(
        'plain-http-endpoint',
        'medium',
        0.8,
        `${name} is called without encryption; use https.`,
        line,
        id,
      );
    }
  }
}

export function isBaseUrlKey(key: string): boolean {
  return BASE_KEY.test(key);
}
