/** Exported workflows of low-code builders (n8n, Langflow, Flowise, Dify): their agents, models and stores. */
import { ResultBuilder } from '../../builder.ts';
import { readModelName } from '../../data/models.ts';
import {
  asList,
  asTable,
  asText,
  LineFinder,
  parseDocuments,
  reasonOf,
  type Table,
} from '../../data-file.ts';
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

interface Step {
  /** What the builder calls the kind of step. */
  readonly type: string;
  readonly title: string;
  readonly settings: Table;
}

const AGENT = /agent(?!\w*(?:Tool$|memory))|^agent$/i;
const STORE =
  /vector_?store|qdrant|pinecone|chroma|weaviate|milvus|pgvector|faiss|supabaseInsert|knowledge-retrieval/i;
const MODEL = /^(?:model|modelName|model_name|modelId|model_id|deploymentName|azure_deployment)$/;

export const workflows: Scanner = {
  name: 'workflows',
  wants: (path) =>
    /\.(?:json|ya?ml)$/.test(path) && !/(?:^|\/)(?:package|tsconfig|package-lock)\.json$/.test(path),
  prefilter: (text, path) =>
    !isTestPath(path) &&
    (path.endsWith('.json')
      ? text.includes('"nodes"') &&
        (text.includes('n8n-nodes') ||
          (text.includes('"edges"') && /"(?:inputParams|field_order|template)"/.test(text)))
      : /^kind:\s*app\b/m.test(text) && /^(?:workflow|model_config):/m.test(text)),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    const out = new ResultBuilder('workflows', file.path);
    let root: Table;
    try {
      root = asTable(parseDocuments(file.text, extensionOf(file.path))[0]);
    } catch (error) {
      out.unknown('malformed', `Workflow cannot be read: ${reasonOf(error)}`);
      return out.result;
    }
    const name =
      asText(root.name) ?? asText(asTable(root.app).name) ?? nameOf(file.path).replace(/\.\w+$/, '');
    const found = steps(root);
    if (found.length > 0) report(name, found, new LineFinder(file.text), out);
    return out.result;
  },
};

function steps(root: Table): Step[] {
  const graph = asTable(asTable(root.workflow).graph);
  const nodes = [...asList(root.nodes), ...asList(asTable(root.data).nodes), ...asList(graph.nodes)];
  const chat = asTable(root.model_config);
  return [
    ...nodes.flatMap((node) => stepOf(asTable(node))),
    ...(chat.model === undefined
      ? []
      : [
          {
            type: asText(asTable(root.app).mode) ?? 'chat',
            title: asText(asTable(root.app).name) ?? 'chat',
            settings: asTable(chat.model),
          },
        ]),
  ];
}

function stepOf(node: Table): Step[] {
  const data = asTable(node.data);
  // n8n: type and parameters on the node itself.
  if (typeof node.type === 'string' && (node.type.includes('n8n-nodes') || node.parameters !== undefined))
    return [
      {
        type: node.type.slice(node.type.lastIndexOf('.') + 1),
        title: asText(node.name) ?? '',
        settings: asTable(node.parameters),
      },
    ];
  // Langflow: values inside a template of fields.
  const template = asTable(asTable(data.node).template);
  if (Object.keys(template).length > 0) {
    const settings = Object.fromEntries(
      Object.entries(template).map(([key, field]) => [key, asTable(field).value]),
    );
    return [
      {
        type: asText(data.type) ?? '',
        title: asText(asTable(data.node).display_name) ?? asText(data.type) ?? '',
        settings,
      },
    ];
  }
  // Flowise: `name` and `inputs`; Dify: `type`, `title` and `model` in the data.
  const type = asText(data.name) ?? asText(data.type);
  if (type === undefined) return [];
  return [
    {
      type,
      title: asText(data.title) ?? asText(data.label) ?? type,
      settings: { ...asTable(data.inputs), ...modelOf(data) },
    },
  ];
}

function modelOf(data: Table): Table {
  const model = asTable(data.model);
  return asText(model.name) === undefined ? {} : { model: model.name };
}

function report(name: string, found: readonly Step[], lines: LineFinder, out: ResultBuilder): void {
  const agents: string[] = [];
  const used: string[] = [];
  for (const step of found) {
    if (AGENT.test(step.type) && !/tool$/i.test(step.type)) agents.push(agentOf(name, step, lines, out));
    const model = modelIn(step, lines, out);
    if (model !== undefined) used.push(model);
    if (STORE.test(step.type))
      out.asset(
        {
          kind: 'service',
          name: `workflow/${step.type}`,
          origin: 'external',
          properties: { role: 'vector-store' },
          line: lines.line(step.title),
        },
        'stores',
      );
  }
  for (const agent of agents) for (const model of used) out.edge(agent, model, 'calls');
}

function agentOf(workflow: string, step: Step, lines: LineFinder, out: ResultBuilder): string {
  const title = step.title === '' ? step.type : step.title;
  return out.asset(
    {
      kind: 'agent',
      name: `${workflow}/${title}`,
      origin: 'own',
      properties: { type: 'workflow', maker: step.type },
      line: lines.line(title),
    },
    'depends_on',
  );
}

/** A model named in a step's settings; n8n wraps it as `{ value }`. */
function modelIn(step: Step, lines: LineFinder, out: ResultBuilder): string | undefined {
  for (const [key, value] of Object.entries(step.settings)) {
    if (!MODEL.test(key) && !(key === 'name' && step.settings.provider !== undefined)) continue;
    const wanted = asText(value) ?? asText(asTable(value).value) ?? asText(asTable(asList(value)[0]).name);
    const model = wanted === undefined ? undefined : readModelName(wanted);
    if (model !== undefined && (model.known || /ollama|model|llm|embedding/i.test(step.type)))
      return out.model(model, lines.line(wanted ?? ''), 0.85);
  }
  return undefined;
}
