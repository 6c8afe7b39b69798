/** What stands around an `image:` line of a compose file, and the models that compose itself declares. */
import type { ResultBuilder } from '../../builder.ts';
import { readModelName } from '../../data/models.ts';
import { asTable, asText, parseDocuments } from '../../data-file.ts';

export interface ComposeService {
  /** Name of the service, under which others on the network reach it. */
  readonly host: string;
  /** Whether a port is published to the machine's own network. */
  readonly published: boolean;
}

/** The service that the line belongs to, by indentation; undefined outside `services:`. */
export function composeService(lines: readonly string[], index: number): ComposeService | undefined {
  const indent = indentOf(lines[index] ?? '');
  if (indent === 0) return undefined;
  let start = index;
  while (start >= 0 && (isEmpty(lines[start] ?? '') || indentOf(lines[start] ?? '') >= indent)) start -= 1;
  const host = /^\s+["']?([\w.-]+)["']?:\s*(?:&\S+\s*)?$/.exec(lines[start] ?? '')?.[1];
  if (host === undefined) return undefined;
  let published = false;
  for (let at = start + 1; at < lines.length; at++) {
    const line = lines[at] ?? '';
    if (isEmpty(line)) continue;
    if (indentOf(line) < indent) break;
    if (indentOf(line) === indent && /^\s*ports:/.test(line)) published = isReachable(lines, at);
  }
  return { host, published };
}

/** Ports bound to the machine's own address are reached by nobody else. */
function isReachable(lines: readonly string[], at: number): boolean {
  const indent = indentOf(lines[at] ?? '');
  const ports = [(lines[at] ?? '').replace(/^\s*ports:/, '')];
  for (const line of lines.slice(at + 1)) {
    const item = /^\s*-/.test(line) && indentOf(line) >= indent;
    if (!isEmpty(line) && !item && indentOf(line) <= indent) break;
    ports.push(line);
  }
  const named = ports.join(' ').match(/["']?(?:[\w.${}:[\]-]+:)?[\w${}:-]*\d+["']?/g) ?? [];
  return named.some((one) => !/^["']?(?:127\.|localhost:|\[::1\])/.test(one));
}

function indentOf(line: string): number {
  return line.length - line.trimStart().length;
}

function isEmpty(line: string): boolean {
  return /^\s*(?:#|$)/.test(line);
}

/**
 * `models: { llm: { model: ai/gemma3 } }` at the top of a compose file, and `provider: { type: model, options: { model } }`
 * of a service (Compose specification, models and provider services).
 */
export function composeModels(text: string, lineOf: (word: string) => number, out: ResultBuilder): void {
  if (!/^models:|type:\s*["']?model\b/m.test(text)) return;
  let documents: unknown[];
  try {
    documents = parseDocuments(text, '.yaml');
  } catch {
    // The configuration scanner reports YAML that cannot be read.
    return;
  }
  for (const document of documents) {
    const root = asTable(document);
    const declared = Object.values(asTable(root.models)).map((one) => asText(asTable(one).model));
    const provided = Object.values(asTable(root.services)).map((one) => {
      const provider = asTable(asTable(one).provider);
      return provider.type === 'model' ? asText(asTable(provider.options).model) : undefined;
    });
    for (const word of [...declared, ...provided]) {
      const written = word?.replace(/^\$\{\w+:?-([^}]*)\}$/, '$1');
      const model = written === undefined ? undefined : readModelName(written.replace(/^hf\.co\//, ''));
      if (model === undefined) continue;
      const provider = written?.startsWith('hf.co/') === true ? 'huggingface' : 'docker';
      out.model({ ...model, provider, floating: !/@sha256:/.test(model.name) }, lineOf(written ?? ''), 0.9);
    }
  }
}
