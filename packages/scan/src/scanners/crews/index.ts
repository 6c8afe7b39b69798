/** Agents that a framework reads from YAML: CrewAI's `agents.yaml`, AutoGen and Docker agent files, Kagent, Fast-agent. */
import { ResultBuilder } from '../../builder.ts';
import { readModelName } from '../../data/models.ts';
import {
  asList,
  asTable,
  asText,
  isTable,
  LineFinder,
  parseDocuments,
  reasonOf,
  type Table,
} from '../../data-file.ts';
import { extensionOf, isTestPath } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';

export const crews: Scanner = {
  name: 'crews',
  wants: (path) => /\.(?:ya?ml|json)$/.test(path) && /agent|crew|team/i.test(path),
  prefilter: (text) =>
    (/^[ \t]+role:/m.test(text) && /^[ \t]+(?:goal|backstory):/m.test(text)) ||
    /^(?:agents|sub_agents|instructions?):/m.test(text) ||
    /"?component_type"?:[ \t]{0,8}"?agent"?/.test(text) ||
    /^kind:[ \t]*Agent\b/m.test(text),
  scan(file) {
    if (file.text === undefined || isTestPath(file.path)) return emptyResult();
    const out = new ResultBuilder('crews', file.path);
    let documents: unknown[];
    try {
      documents = parseDocuments(file.text, extensionOf(file.path));
    } catch (error) {
      out.unknown('malformed', `Agent definitions cannot be read: ${reasonOf(error)}`);
      return out.result;
    }
    const lines = new LineFinder(file.text);
    for (const one of documents.flatMap(definitions)) report(one.name, one.entry, lines, out);
    return out.result;
  },
};

interface Definition {
  readonly name: string;
  readonly entry: Table;
}

function definitions(document: unknown): Definition[] {
  const root = asTable(document);
  if (root.component_type === 'agent') {
    const name = asText(root.label) ?? asText(asTable(root.config).name);
    return name === undefined ? [] : [{ name, entry: asTable(root.config) }];
  }
  if (root.kind === 'Agent') {
    const name = asText(asTable(root.metadata).name);
    return name === undefined ? [] : [{ name, entry: asTable(root.spec) }];
  }
  const single = asText(root.name);
  if (single !== undefined && (describes(root) || Array.isArray(root.sub_agents)))
    return [{ name: single.trim(), entry: root }];
  const list = asList(root.agents).flatMap((one): Definition[] => {
    const name = asText(asTable(one).name) ?? asText(asTable(one).role);
    return name === undefined || !describes(asTable(one)) ? [] : [{ name: name.trim(), entry: asTable(one) }];
  });
  const maps = isTable(root.agents) ? [root.agents, asTable(root.teams)] : [root];
  const named = maps.flatMap((map) =>
    Object.entries(map).flatMap(([name, entry]): Definition[] =>
      isTable(entry) && (describes(entry) || (map !== root && entry.model !== undefined))
        ? [{ name, entry }]
        : [],
    ),
  );
  return [...list, ...named];
}

/** Words that only an agent's definition has together. */
function describes(entry: Table): boolean {
  const says = (key: string): boolean => typeof entry[key] === 'string';
  return (
    (says('role') && (says('goal') || says('backstory'))) ||
    says('instruction') ||
    says('instructions') ||
    says('system_prompt')
  );
}

function report(name: string, entry: Table, lines: LineFinder, out: ResultBuilder): void {
  if (!/^[^\n]{1,100}$/.test(name)) return;
  const line = lines.line(name);
  const agent = out.asset(
    { kind: 'agent', name, origin: 'own', properties: { type: 'definition' }, line },
    'depends_on',
  );
  const wanted = asText(entry.model) ?? asText(entry.llm);
  const model = wanted === undefined ? undefined : readModelName(wanted);
  if (model?.known === true) out.edge(agent, out.model(model, lines.line(model.name), 0.85), 'calls');
}
