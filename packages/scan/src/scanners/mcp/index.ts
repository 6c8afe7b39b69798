/** MCP servers that clients are configured to start or reach: editors, assistants, agent frameworks, gateways. */
import { ResultBuilder } from '../../builder.ts';
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
import { extensionOf, isTestPath, nameOf } from '../../paths.ts';
import { emptyResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';
import { readServer, type ServerEntry } from './server-entry.ts';

const FORMS: ReadonlySet<string> = new Set(['.json', '.jsonc', '.yaml', '.yml', '.toml', '.code-workspace']);
/** Files where plain `servers` or `mcp` means MCP servers, by base name. */
const MCP_NAME = /mcp|^claude_desktop_config\.json$|^opencode\.jsonc?$|^\.?crush\.json$|^server\.json$/i;
/** Keys that mean MCP servers wherever they stand. */
const SERVER_KEYS: ReadonlySet<string> = new Set([
  'mcpServers',
  'mcp_servers',
  'mcp-servers',
  'context_servers',
  'amp.mcpServers',
  'mcp.servers',
]);
const WORDS = wordGroup('mcp', 'context_servers');
const MAX_DEPTH = 60;

export const mcp: Scanner = {
  name: 'mcp',
  wants: (path) => FORMS.has(extensionOf(path)) && !/(?:^|[-.])lock\.(?:json|ya?ml)$/.test(path),
  glance: (words, path) => words.has(WORDS) || MCP_NAME.test(nameOf(path)),
  prefilter: (text, path) =>
    text.includes('mcpServers') ||
    text.includes('mcp_servers') ||
    text.includes('context_servers') ||
    text.includes('mcp-servers') ||
    text.includes('docker/mcp-gateway') ||
    (/\bmcp\b/.test(text) &&
      /streamable_http|"?type"?:\s*"?(?:local|remote|stdio|sse)|servers"?:|"?mcp"?:/.test(text)) ||
    MCP_NAME.test(nameOf(path)),
  scan(file) {
    if (file.text === undefined || isTestPath(file.path)) return emptyResult();
    const out = new ResultBuilder('mcp', file.path);
    let documents: unknown[];
    try {
      documents = parseDocuments(file.text, extensionOf(file.path));
    } catch (error) {
      out.unknown('malformed', `MCP configuration cannot be read: ${reasonOf(error)}`);
      return out.result;
    }
    const lines = new LineFinder(file.text);
    const own = MCP_NAME.test(nameOf(file.path));
    for (const document of documents) {
      const { servers, tooDeep } = serversIn(document, own, file.path);
      for (const one of servers) report(one, lines.line(one.name), out);
      if (tooDeep)
        out.unknown('too-deep', `Nested more than ${MAX_DEPTH} deep; servers named below are not known.`);
      gateway(document, lines, out);
    }
    if (own && documents.some(isMistyped))
      out.unknown('malformed', 'MCP configuration has an unexpected form: its servers are no map or list.');
    return out.result;
  },
};

function isMistyped(document: unknown): boolean {
  if (!isTable(document)) return true;
  return [...SERVER_KEYS].some((key) => document[key] !== undefined && typeof document[key] !== 'object');
}

function serversIn(
  document: unknown,
  own: boolean,
  path: string,
): { servers: ServerEntry[]; tooDeep: boolean } {
  const found: ServerEntry[] = [];
  let tooDeep = false;
  const take = (value: unknown): void => {
    for (const [name, entry] of entriesOf(value)) {
      const server = readServer(name, entry);
      if (server !== undefined) found.push(server);
    }
  };
  const walk = (value: unknown, key: string, depth: number): void => {
    if (depth > MAX_DEPTH) {
      tooDeep ||= typeof value === 'object' && value !== null;
      return;
    }
    if (Array.isArray(value)) for (const one of value) walk(one, '', depth + 1);
    if (!isTable(value)) return;
    for (const [name, child] of Object.entries(value)) {
      const servers =
        SERVER_KEYS.has(name) ||
        (name === 'servers' && (key === 'mcp' || (own && depth === 0))) ||
        // OpenCode and Crush keep servers directly under `mcp`.
        (name === 'mcp' &&
          depth === 0 &&
          isTable(child) &&
          !('servers' in child) &&
          !('mcpServers' in child)) ||
        // Goose: `extensions:` with a type of transport.
        (name === 'extensions' && depth === 0 && /goose/.test(path));
      if (servers) take(child);
      else walk(child, name, depth + 1);
    }
  };
  walk(document, '', 0);
  return { servers: found, tooDeep };
}

/** A map by name, or a list of entries with a `name` (Continue). */
function entriesOf(value: unknown): [string, Table][] {
  const pairs: [string, unknown][] = Array.isArray(value)
    ? value.map((one) => [asText(asTable(one).name) ?? asText(asTable(one).id) ?? '', one])
    : Object.entries(asTable(value));
  return pairs.flatMap(([name, entry]) =>
    name !== '' && isTable(entry) ? [[name, entry] as [string, Table]] : [],
  );
}

function report(one: ServerEntry, line: number, out: ResultBuilder): void {
  const source = one.package;
  const floating = source !== undefined && source.version === undefined;
  const local =
    one.url === undefined ||
    /^\w+:\/\/(?:localhost|127\.|\[::1\]|0\.0\.0\.0|host\.docker\.internal)/.test(one.url);
  const id = out.asset(
    {
      kind: 'tool',
      name: `mcp/${one.name}`,
      ...(source?.version === undefined ? {} : { version: source.version }),
      origin: source !== undefined || !local ? 'external' : 'own',
      properties: {
        type: 'mcp',
        transport: one.transport,
        ...(one.command === undefined ? {} : { command: one.command }),
        ...(one.address === undefined ? {} : { url: one.address }),
        ...(source === undefined ? {} : { package: source.name, ecosystem: source.ecosystem, floating }),
        ...(one.disabled ? { disabled: true } : {}),
      },
      line,
    },
    'calls',
  );
  if (floating)
    out.finding(
      'unpinned-mcp-server',
      'medium',
      0.9,
      `MCP server "${one.name}" runs whatever version of ${source.name} is newest; pin it.`,
      line,
      id,
    );
  if (one.url?.startsWith('http://') === true && !local)
    out.finding(
      'plain-http-endpoint',
      'medium',
      0.9,
      `MCP server "${one.name}" is reached without encryption; use https.`,
      line,
      id,
    );
}

/** Docker's MCP gateway in a compose file is told its servers by `--servers=a,b` or from its catalogue. */
function gateway(document: unknown, lines: LineFinder, out: ResultBuilder): void {
  for (const service of Object.values(asTable(asTable(document).services))) {
    const image = asText(asTable(service).image) ?? '';
    if (!image.startsWith('docker/mcp-gateway')) continue;
    const command = asTable(service).command;
    const words = Array.isArray(command) ? asList(command) : [command];
    for (const word of words.flatMap((one) => (typeof one === 'string' ? one.split(/\s+/) : []))) {
      const list = /^--servers=(.+)$/.exec(word)?.[1];
      if (list === undefined) continue;
      const line = lines.line(word);
      for (const name of list.split(','))
        if (/^[\w.-]{1,80}$/.test(name))
          out.asset(
            {
              kind: 'tool',
              name: `mcp/${name}`,
              origin: 'external',
              properties: {
                type: 'mcp',
                transport: 'stdio',
                package: `mcp/${name}`,
                ecosystem: 'docker',
                floating: true,
              },
              line,
            },
            'calls',
          );
    }
  }
}
