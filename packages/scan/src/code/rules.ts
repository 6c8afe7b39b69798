/** Everything that is said about one program file, from its facts. Python and JavaScript share these rules. */
import { ResultBuilder, sha256 } from '../builder.ts';
import { isHubId } from '../data/models.ts';
import { type AiPackage, packageOfPythonModule, packageOfSpecifier } from '../data/packages.ts';
import { isTestPath } from '../paths.ts';
import type { FileResult } from '../types.ts';
import { reportEndpoints } from './endpoints.ts';
import { type Call, type CodeFacts, type Entry, lastPart, Resolution, type Value } from './facts.ts';
import { modelReferences } from './model-position.ts';

export type CodeLanguage = 'python' | 'javascript';

/** Shorter texts are labels, not prompts. Characters. */
const MIN_PROMPT = 40;

export function judgeCode(
  scanner: string,
  path: string,
  facts: CodeFacts,
  language: CodeLanguage,
): FileResult {
  const out = new ResultBuilder(scanner, path);
  const resolve = new Resolution(facts);
  importedPackages(facts, language, out);
  unsafeCalls(facts, out);
  // Tests name models, data and prompts that the system never uses.
  if (isTestPath(path)) return out.result;
  modelReferences(facts, resolve, out);
  datasets(facts, resolve, out);
  endpoints(facts, out);
  prompts(path, facts, resolve, out);
  agents(facts, resolve, out);
  return out.result;
}

function importedPackages(facts: CodeFacts, language: CodeLanguage, out: ResultBuilder): void {
  for (const { module, line } of facts.imports) {
    const found = language === 'python' ? packageOfPythonModule(module) : packageOfSpecifier(module);
    if (found !== undefined) out.asset({ ...componentOf(found), line }, 'depends_on');
  }
}

/** How a package is named in the inventory, whoever found it. */
export function componentOf(found: AiPackage): {
  kind: 'component';
  name: string;
  origin: 'external';
  properties: Record<string, string>;
} {
  return {
    kind: 'component',
    name: `${found.ecosystem}/${found.name}`,
    origin: 'external',
    properties: { category: found.category },
  };
}

const PICKLE_LOADERS = new Set(
  ['pickle', 'cPickle', '_pickle', 'dill', 'cloudpickle']
    .flatMap((one) => [`${one}.load`, `${one}.loads`])
    .concat('pickle.Unpickler', 'dill.Unpickler'),
);
const PICKLE_READERS = new Set(['joblib.load', 'pd.read_pickle', 'pandas.read_pickle']);

function named(call: Call, key: string): Value | undefined {
  return call.named.find((one) => one.key === key)?.value;
}

function unsafeCalls(facts: CodeFacts, out: ResultBuilder): void {
  for (const call of facts.calls) {
    if (call.callee === 'torch.load' || call.callee === 'th.load') torchLoad(call, out);
    if (PICKLE_LOADERS.has(call.callee)) {
      out.finding(
        'unsafe-deserialisation',
        'high',
        0.9,
        `${call.callee} runs code from the file it reads; use a format without code such as safetensors.`,
        call.line,
      );
    }
    if (PICKLE_READERS.has(call.callee)) {
      out.finding(
        'unsafe-deserialisation',
        'medium',
        0.85,
        `${call.callee} reads a pickle and runs code from it; use a format without code.`,
        call.line,
      );
    }
    if (call.named.length === 0) continue;
    const remote = named(call, 'trust_remote_code');
    if (remote?.kind === 'boolean' && remote.value) {
      out.finding(
        'trust-remote-code',
        'high',
        0.95,
        'trust_remote_code=True runs code that the model repository ships; pin a reviewed revision or turn it off.',
        remote.line,
      );
    }
    const allow = named(call, 'allow_pickle');
    if (allow?.kind === 'boolean' && allow.value) {
      out.finding(
        'unsafe-deserialisation',
        'medium',
        0.85,
        'allow_pickle=True runs code from the array file.',
        allow.line,
      );
    }
    const dangerous = named(call, 'allow_dangerous_deserialization');
    if (dangerous?.kind === 'boolean' && dangerous.value) {
      out.finding(
        'unsafe-deserialisation',
        'medium',
        0.9,
        'allow_dangerous_deserialization=True runs code from the index file.',
        dangerous.line,
      );
    }
  }
}

function torchLoad(call: Call, out: ResultBuilder): void {
  const safe = named(call, 'weights_only');
  if (safe?.kind === 'boolean' && safe.value) return;
  const explicit = safe?.kind === 'boolean';
  out.finding(
    'torch-load-unsafe',
    explicit ? 'high' : 'medium',
    explicit ? 0.95 : 0.85,
    'torch.load without weights_only=True may run code from the file (it does before PyTorch 2.6).',
    call.line,
  );
}

const HUB_READERS = new Set([
  'load_dataset',
  'load_dataset_builder',
  'get_dataset_config_names',
  'get_dataset_split_names',
]);

function datasets(facts: CodeFacts, resolve: Resolution, out: ResultBuilder): void {
  const fromHub = facts.imports.some(
    (one) =>
      /^(?:datasets|evaluate|huggingface_hub|trl|unsloth)/.test(one.module) || one.module === 'datasets',
  );
  for (const call of facts.calls) {
    const last = lastPart(call.callee);
    const hub = fromHub && HUB_READERS.has(last);
    const download =
      (last === 'snapshot_download' || last === 'hf_hub_download') &&
      resolve.strings(named(call, 'repo_type')).some((one) => one.text === 'dataset');
    const tfds = call.callee === 'tfds.load';
    if (!(hub || download || tfds)) continue;
    for (const { text, line, partial } of resolve.strings(
      call.positional[0] ?? named(call, 'path') ?? named(call, 'repo_id'),
    )) {
      const builder =
        /^(?:json|csv|parquet|text|arrow|imagefolder|audiofolder|webdataset|pandas|sql|xml)$/.test(text);
      if (partial || builder || !(isHubId(text) || /^[a-z][a-z0-9_-]{1,60}$/i.test(text))) continue;
      const pinned = resolve.strings(named(call, 'revision')).some((one) => /^[0-9a-f]{40}$/.test(one.text));
      const provider = tfds ? 'tensorflow-datasets' : 'huggingface';
      const id = out.asset(
        {
          kind: 'dataset',
          name: text,
          origin: 'external',
          provider,
          properties: { floating: !pinned },
          line,
        },
        'depends_on',
      );
      if (!pinned)
        out.finding(
          'floating-dataset-reference',
          'low',
          0.85,
          `Dataset "${text}" can change its content without notice; pin it with revision=<commit>.`,
          line,
          id,
        );
    }
  }
}

function endpoints(facts: CodeFacts, out: ResultBuilder): void {
  if (facts.urls.length === 0) return;
  const keyed = new Map<string, string>();
  const note = (key: string, value: Value): void => {
    if (value.kind === 'string' && !value.text.includes('://')) return;
    if (value.kind === 'string') keyed.set(`${value.line} ${value.text}`, key);
    else if (value.kind === 'env' && value.fallback !== undefined)
      note(`${key}_${value.name}`, value.fallback);
    else if (value.kind === 'either') for (const one of value.options) note(key, one);
    else if (value.kind === 'call') {
      for (const one of value.call.positional) note(key, one);
      for (const one of value.call.named) if (one.key === 'default') note(key, one.value);
    }
  };
  for (const { name, value } of facts.assignments) note(name, value);
  for (const call of facts.calls) {
    if (call.named.length === 0) continue;
    const vendor = /openai|ollama|vllm|llm/i.test(call.callee) ? 'llm_' : '';
    for (const one of call.named) note(vendor + one.key, one.value);
  }
  for (const object of facts.objects) for (const one of object.entries) note(one.key, one.value);
  for (const { text, line } of facts.urls) {
    const bare = text.replace(/^[a-zA-Z]*(?:"""|'''|["'`])|(?:"""|'''|["'`])$/g, '');
    // Prose that mentions an address (help texts, prompts) does not call it.
    if (/\s/.test(bare.trim())) continue;
    reportEndpoints(bare, line, out, keyed.get(`${line} ${bare}`) ?? '');
  }
}

const PROMPT_NAME =
  /(?:^|_)(?:(?:system|developer|base|default|agent|qa|rag|main|assistant)_?)?(?:prompt|instructions?|system_message|prompt_template|system_prompt|preamble)(?:_(?:template|text|str|string|default|en|v\d+))?$/;

function isPromptName(name: string): boolean {
  if (!/prompt|instruction|system_?message|preamble/i.test(name)) return false;
  const words = name.replace(/([a-z0-9])([A-Z])/g, '$1_$2').toLowerCase();
  return PROMPT_NAME.test(words) && !/(?:negative|user|path|file|name|id|url)_?prompt$/.test(words);
}

function prompts(path: string, facts: CodeFacts, resolve: Resolution, out: ResultBuilder): void {
  const report = (name: string, value: Value | undefined): void => {
    if (value === undefined || value.kind === 'name') return;
    const source = value.kind === 'call' ? promptArgument(value.call) : value;
    for (const { text, line } of resolve.strings(source)) {
      if (text.trim().length < MIN_PROMPT || !/\s/.test(text.trim())) continue;
      out.asset(
        {
          kind: 'prompt',
          name: `${path}#${name}`,
          origin: 'own',
          digest: sha256(text),
          properties: { length: text.length },
          line,
        },
        'depends_on',
      );
    }
  };
  for (const { name, value } of facts.assignments) if (isPromptName(name)) report(name, value);
  let count = 0;
  for (const object of facts.objects) {
    if (!isSystemMessage(object.entries, resolve)) continue;
    count += 1;
    report(`system-${count}`, object.entries.find((one) => one.key === 'content')?.value);
  }
  for (const call of facts.calls) {
    if (call.named.length === 0 || !isModelCall(call)) continue;
    for (const one of call.named) {
      if (
        /^(?:system|instructions|system_prompt|systemPrompt|system_instruction|systemInstruction|prompt|state_modifier)$/.test(
          one.key,
        )
      ) {
        report(`${lastPart(call.callee)}.${one.key}`, one.value);
      }
    }
  }
}

function isModelCall(call: Call): boolean {
  return /(?:Agent|create_react_agent|createReactAgent|create_agent|Assistant|assistants\.create|messages\.(?:create|stream)|responses\.create|generateText|streamText|generateObject|streamObject|GenerativeModel|getGenerativeModel|GenerateContentConfig|createAgent)$/.test(
    call.callee,
  );
}

function promptArgument(call: Call): Value | undefined {
  if (/(?:from_template|fromTemplate|PromptTemplate|dedent|SystemMessage|trim|strip)$/.test(call.callee)) {
    return (
      call.named.find((one) => one.key === 'template' || one.key === 'content')?.value ?? call.positional[0]
    );
  }
  return undefined;
}

function isSystemMessage(entries: readonly Entry[], resolve: Resolution): boolean {
  const role = entries.find((one) => one.key === 'role')?.value;
  return resolve.strings(role).some((one) => one.text === 'system' || one.text === 'developer');
}

const AGENT_PACKAGE =
  /^(?:langgraph|langchain|crewai|autogen|autogen_agentchat|agents|pydantic_ai|smolagents|agno|phi|google\.adk|strands|mcp|fastmcp|llama_index|semantic_kernel|@langchain|@openai\/agents|@mastra|ai$|@modelcontextprotocol|openai$|claude_agent_sdk)/;
const AGENT_MAKERS = new Set(
  'Agent AssistantAgent ConversableAgent CodeAgent ToolCallingAgent create_react_agent createReactAgent create_agent createAgent ReActAgent FunctionAgent LlmAgent AgentExecutor initialize_agent ChatAgent StateGraph create_supervisor create_deep_agent createDeepAgent'.split(
    ' ',
  ),
);
const TOOL_MAKERS = new Set(['tool', 'DynamicStructuredTool', 'StructuredTool', 'createTool']);
const TOOL_DECORATOR = /^(?:tool|function_tool|\w+\.tool|kernel_function|\w+\.tool_plain)$/;

function agents(facts: CodeFacts, resolve: Resolution, out: ResultBuilder): void {
  if (!facts.imports.some((one) => AGENT_PACKAGE.test(one.module))) return;
  for (const call of facts.calls) {
    const maker = lastPart(call.callee);
    if (TOOL_MAKERS.has(maker)) {
      const name = resolve.strings(named(call, 'name'))[0];
      if (name !== undefined && /^[\w.-]{2,64}$/.test(name.text))
        out.asset({ kind: 'tool', name: name.text, origin: 'own', line: call.line }, 'calls');
    }
    if (!AGENT_MAKERS.has(maker)) continue;
    const name = resolve.strings(named(call, 'name') ?? named(call, 'role'))[0];
    const label =
      name !== undefined && /^[\w .-]{2,64}$/.test(name.text) ? name.text : assignedName(facts, call);
    // One without a name or variable is named by the scanner of agents in programs.
    if (label === undefined) continue;
    out.asset(
      { kind: 'agent', name: label, origin: 'own', properties: { maker }, line: call.line },
      'depends_on',
    );
  }
  for (const one of facts.decorated) {
    if (one.decorators.some((decorator) => TOOL_DECORATOR.test(decorator))) {
      out.asset({ kind: 'tool', name: one.name, origin: 'own', line: one.line }, 'calls');
    }
  }
}

function assignedName(facts: CodeFacts, call: Call): string | undefined {
  return facts.assignments.find(
    (one) =>
      one.value.kind === 'call' && one.value.line === call.line && one.value.call.callee === call.callee,
  )?.name;
}
