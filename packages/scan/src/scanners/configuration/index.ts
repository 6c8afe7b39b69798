/**
 * Model references and endpoints in YAML, JSON, TOML, INI and .env files: only values whose key is named like a model
 * or a base URL. Files of other tools (lock files, translations, schemas) are left alone.
 */
import { parse as parseToml } from 'smol-toml';
import {
  type Alias,
  isAlias,
  isMap,
  isScalar,
  isSeq,
  type LineCounter,
  type Scalar,
  type Node as YamlNode,
} from 'yaml';
import { ResultBuilder } from '../../builder.ts';
import { isBaseUrlKey, reportEndpoints } from '../../code/endpoints.ts';
import { isModelKey } from '../../code/model-position.ts';
import { isHubId, readModelName } from '../../data/models.ts';
import { parseJson, readYaml, reasonOf } from '../../data-file.ts';
import { extensionOf, isTestPath, lineAt, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner, type SourceFile } from '../../types.ts';

/** Larger configuration is data. Bytes. */
const MAX_SIZE = 1024 * 1024;
const MAX_DEPTH = 60;
/** Aliases that stand for more are an attempt to exhaust time ("billion laughs"). Nodes. */
const MAX_EXPANDED = 10_000;

const NOT_CONFIGURATION =
  /(?:^|\/)(?:package(?:-lock)?|npm-shrinkwrap|tsconfig[\w.-]*|composer|openapi|swagger|tokenizer|tokenizer_config|vocab|special_tokens_map|manifest|pnpm-lock|renovate|biome|jest[\w.-]*)\.(?:json|ya?ml)$|(?:^|\/)(?:locales?|i18n|lang|translations?|schemas?|migrations|data|datasets?)\/|\.(?:lock|schema\.json)$|prices?|pricing|cost_map|context_window/i;
const LITERALS =
  /model|llm|engine|deployment|base_?url|api_?base|endpoint|_host|_url|init_from|checkpoint|https?:\/\//i;

/** An address that is no comment. */
const ADDRESS = /^[^#\n]*:\/\//m;
/** A key that could name a model, and what stands after it on its line. */
const MODEL_LINE =
  /(?<![\w.-])([\w.-]{0,100}?(?:model|llm|engine|deployment|checkpoint|repo[_-]?id|init[_-]?from)[\w.-]{0,100})["']?[ \t]*[:=][ \t]*([^\n,}\]#]{0,500})/gi;
/** A key for a model whose value stands alone on the next line, an explicit key, an alias as a key, or an escape. */
const VALUE_BELOW =
  /(?:model|llm|engine|deployment|checkpoint|repo[_-]?id|init[_-]?from)[\w.-]{0,100}["']?[ \t]*:[ \t]*(?:#[^\n]{0,500})?\r?\n[ \t]+["']?[\w./@-]{2,120}["']?[ \t]*(?:#[^\n]*)?(?:\r?\n|$)|^[ \t]*(?:-[ \t]+)?(?:\?[ \t]|\*[^\s,[\]{}]{1,100}[ \t]+:)|\\[ux]/im;
/** Values that only the parser can read: aliases, blocks, collections, variables with defaults. */
const NEEDS_PARSER = /^[*&|>[{!]|\$\{/;

/** Parsing YAML is dear, and most configuration of training names no model in a way that counts. */
function mayName(text: string): boolean {
  if (ADDRESS.test(text) || VALUE_BELOW.test(text)) return true;
  for (const [, key = '', rest = ''] of text.matchAll(MODEL_LINE)) {
    const value = rest.trim().replace(/^(["'])(.*)\1$/, '$2');
    if (!(isModelKey(key) || SURE_KEY.test(key))) continue;
    if (NEEDS_PARSER.test(value) || readModelName(value)?.known === true || isHubId(value)) return true;
    if (/^hub_/i.test(key) && isPlainName(value)) return true;
  }
  return false;
}

interface Setting {
  key: string;
  value: string;
  line: number;
  /** The keys of the same mapping. */
  beside: readonly string[];
}

function isEnvironmentFile(path: string): boolean {
  return /^\.?env(?:\.[\w.-]+)?$|\.env$/.test(nameOf(path));
}

export const configuration: Scanner = {
  name: 'configuration',
  wants: (path) =>
    (/^\.(?:ya?ml|json|jsonc|toml|ini|cfg|conf|properties)$/.test(extensionOf(path)) ||
      isEnvironmentFile(path)) &&
    !NOT_CONFIGURATION.test(path) &&
    !isTestPath(path),
  prefilter: (text, path) => (/^\.ya?ml$/.test(extensionOf(path)) ? mayName(text) : LITERALS.test(text)),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('configuration', file.path);
    if (file.size > MAX_SIZE) {
      out.unknown('too-large', `${file.size} bytes; configuration above ${MAX_SIZE} is not read.`);
      return out.result;
    }
    let deep = false;
    const tooDeep = (): void => {
      deep = true;
    };
    try {
      for (const one of settingsOf(file, file.text, tooDeep)) judge(one, out);
      if (deep) out.unknown('too-deep', `Nested more than ${MAX_DEPTH} deep; what lies below was not read.`);
    } catch (error) {
      out.unknown(
        'malformed',
        `Not readable as ${extensionOf(file.path) || 'configuration'}: ${reasonOf(error)}`,
      );
    }
    return out.result;
  },
};

/** Keys that name a model whatever the name looks like, as trainers and exporters write them. */
const SURE_KEY =
  /^(?:(?:base|ref|reward|teacher|draft|hub|pretrained)_)?model(?:_name_or_path|_id_or_path|_id|_name)$|^base_?model$/i;

function judge(one: Setting, out: ResultBuilder): void {
  const priced = one.beside.some((key) => /price|cost|per_(?:token|1k|million)/i.test(key));
  const sure = SURE_KEY.test(one.key) && isPlainName(one.value);
  if ((isModelKey(one.key) || sure) && !priced) {
    const model = readModelName(one.value);
    const compound = /[_A-Z-]/.test(one.key.replace(/^[A-Z]/, ''));
    if (
      model !== undefined &&
      (model.known ||
        (isHubId(one.value) && compound) ||
        (sure && (isHubId(one.value) || /^hub_/i.test(one.key))))
    )
      out.model(model, one.line, 0.85);
  }
  // Addresses of MCP servers are tools (scanner mcp), not model endpoints.
  if (one.value.includes('://') && !/\/(?:mcp|sse)(?:[/?]|$)/.test(one.value))
    reportEndpoints(one.value, one.line, out, isBaseUrlKey(one.key) ? one.key : '');
}

/** A name with a size or version in it, not a word or a path. */
function isPlainName(value: string): boolean {
  return /[-\d]/.test(value) && !/^[.~/]|\s/.test(value);
}

function settingsOf(file: SourceFile, text: string, tooDeep: () => void): Setting[] {
  if (isEnvironmentFile(file.path)) return lineSettings(text);
  switch (extensionOf(file.path)) {
    case '.json':
    case '.jsonc':
      return treeSettings(parseJson(text), text, tooDeep);
    case '.toml':
      return treeSettings(parseToml(text), text, tooDeep);
    case '.ini':
    case '.cfg':
    case '.conf':
    case '.properties':
      return lineSettings(text);
    default:
      return yamlSettings(text, tooDeep);
  }
}

/** `KEY=value`, `export KEY="value"`, `key: value`; comments are left out. */
function lineSettings(text: string): Setting[] {
  const found: Setting[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.length > 4_000) continue;
    const match = /^\s*(?:export\s+)?([A-Za-z_][\w.-]*)\s*[=:]\s*(?:"([^"]*)"|'([^']*)'|([^#\s]*))/.exec(
      line,
    );
    const value = match?.[2] ?? match?.[3] ?? match?.[4];
    if (match?.[1] !== undefined && value !== undefined)
      found.push({ key: match[1], value, line: index + 1, beside: [] });
  }
  return found;
}

/** Parsed data has no lines any more: they are found again by key and value, in order of appearance. */
function treeSettings(tree: unknown, text: string, tooDeep: () => void): Setting[] {
  const found: Setting[] = [];
  const seen = new Map<string, number>();
  const walk = (value: unknown, depth: number): void => {
    if (typeof value !== 'object' || value === null) return;
    if (depth > MAX_DEPTH) {
      tooDeep();
      return;
    }
    const beside = Array.isArray(value) ? [] : Object.keys(value);
    for (const [key, child] of Object.entries(value)) {
      if (typeof child !== 'string') {
        walk(child, depth + 1);
        continue;
      }
      if (!isModelKey(key) && !SURE_KEY.test(key) && !child.includes('://')) continue;
      const word = JSON.stringify(child).slice(1, -1);
      const at = text.indexOf(word, seen.get(word) ?? 0);
      if (at >= 0) seen.set(word, at + word.length);
      found.push({ key, value: child, line: at < 0 ? 1 : lineAt(text, at), beside });
    }
  };
  walk(tree, 0);
  return found;
}

function yamlSettings(text: string, tooDeep: () => void): Setting[] {
  const { documents, lines } = readYaml(text);
  const walk = new YamlWalk(lines, tooDeep);
  for (const document of documents) walk.document(document.contents);
  return walk.found;
}

/** Settings of YAML documents, with what their aliases stand for. */
class YamlWalk {
  readonly found: Setting[] = [];
  private readonly lines: LineCounter;
  private readonly tooDeep: () => void;
  /** What each anchor stands for at this place of the document. */
  private readonly anchors = new Map<string, unknown>();
  /** Anchored nodes that are being walked through. */
  private readonly open = new Set<unknown>();
  private expanded = 0;
  private inAlias = false;

  constructor(lines: LineCounter, tooDeep: () => void) {
    this.lines = lines;
    this.tooDeep = tooDeep;
  }

  document(contents: unknown): void {
    this.anchors.clear();
    this.walk(contents, '', [], 0);
  }

  private walk(node: unknown, key: string, beside: readonly string[], depth: number): void {
    if (depth > MAX_DEPTH) {
      this.tooDeep();
      return;
    }
    if (isAlias(node)) {
      this.alias(node, key, beside, depth);
      return;
    }
    if (this.inAlias && ++this.expanded > MAX_EXPANDED)
      throw new Error(`aliases that stand for more than ${MAX_EXPANDED} values`);
    const anchor = isMap(node) || isSeq(node) || isScalar(node) ? node.anchor : undefined;
    if (anchor !== undefined && !this.inAlias) this.anchors.set(anchor, node);
    if (anchor !== undefined) this.open.add(node);
    if (isMap(node)) {
      const keys = node.items.map((one) => this.keyText(one.key));
      for (const [index, one] of node.items.entries())
        this.walk(one.value, keys[index] ?? '', keys, depth + 1);
    } else if (isSeq(node)) {
      for (const one of node.items)
        if (!environmentItem(isAlias(one) ? this.targetOf(one) : one, key, this.found, this.lines))
          this.walk(one, '', [], depth + 1);
    } else if (isScalar(node)) this.scalar(node, key, beside, lineOf(node, this.lines));
    this.open.delete(node);
  }

  private alias(node: Alias, key: string, beside: readonly string[], depth: number): void {
    const target = this.targetOf(node);
    if (this.open.has(target)) throw new Error('an alias within what it stands for');
    // A value stands where it is used; what is inside of collections, where it is written.
    if (isScalar(target)) {
      this.scalar(target, key, beside, lineOf(node, this.lines));
      return;
    }
    const outer = this.inAlias;
    this.inAlias = true;
    this.walk(target, key, beside, depth + 1);
    this.inAlias = outer;
  }

  private targetOf(node: Alias): unknown {
    if (!this.anchors.has(node.source)) throw new Error('an alias without its anchor');
    return this.anchors.get(node.source);
  }

  private keyText(node: unknown): string {
    if (isScalar(node) && node.anchor !== undefined && !this.inAlias) this.anchors.set(node.anchor, node);
    const key = isAlias(node) ? this.targetOf(node) : node;
    return isScalar(key) ? String(key.value) : '';
  }

  private scalar(node: Scalar, key: string, beside: readonly string[], line: number): void {
    if (typeof node.value !== 'string') return;
    this.found.push({ key, value: withDefault(node.value), line, beside });
    if (node.value.includes('\n') && /env/i.test(key))
      this.found.push(...lineSettings(node.value).map((one) => ({ ...one, line: line + one.line })));
  }
}

/** `${LLM_MODEL:-gpt-4o}` and `${LLM_MODEL:gpt-4o}` fall back to what stands after the colon. */
function withDefault(value: string): string {
  return /^\$\{\w+:-?([^${}]+)\}$/.exec(value.trim())?.[1] ?? value;
}

function lineOf(node: YamlNode, lines: LineCounter): number {
  return lines.linePos(node.range?.[0] ?? 0).line;
}

/** Compose lists: `environment: [MODEL=gpt-4o]`. */
function environmentItem(node: unknown, key: string, found: Setting[], lines: LineCounter): boolean {
  if (!isScalar(node) || typeof node.value !== 'string' || !/^env/i.test(key)) return false;
  const [one] = lineSettings(node.value);
  if (one === undefined) return false;
  found.push({ ...one, value: withDefault(one.value), line: lineOf(node, lines) });
  return true;
}
