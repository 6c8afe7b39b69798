/** MCP servers and clients, agents and A2A cards that programs make with the well-known classes. */
import { ResultBuilder } from '../../builder.ts';
import { extensionOf, isTestPath } from '../../paths.ts';
import {
  blankComments,
  callsOf,
  entriesOf,
  firstString,
  listArgument,
  type SourceCall,
  stringArgument,
} from '../../source-calls.ts';
import { emptyResult, type FileResult, type Scanner } from '../../types.ts';
import { wordGroup } from '../../words.ts';
import { readServer } from '../mcp/server-entry.ts';

const PROGRAM = /^\.(?:py|pyw|[cm]?[jt]sx?)$/;
const QUICK =
  /FastMCP\s*\(|McpServer\s*\(|MCPServer|StdioServerParameters|ClientTransport\s*\(|MCPClient|MCPToolset|MCPToolkit|mcp\.server|modelcontextprotocol|AgentCard\s*\(|Agent\s*\(|Agent\.from_tools|createMCPClient|sse_client|streamable|["']?command["']?\s*:\s*["'](?:npx|uvx|node|python3?|docker|uv|bunx)["']/;

const WORDS = wordGroup(
  'fastmcp',
  'mcpserver',
  'stdioserverparameters',
  'clienttransport',
  'mcpclient',
  'mcptoolset',
  'mcptoolkit',
  'mcp.server',
  'modelcontextprotocol',
  'agentcard',
  'agent.from_tools',
  'sse_client',
  'streamable',
  'agent(',
  'agent (',
  'agent  ',
  'command"',
  'command:',
  'command :',
  'command  ',
);

/** Makers of agents; the name is `name=`, `role=`, the first string, or the variable. */
const AGENTS =
  'Agent|LlmAgent|SequentialAgent|ParallelAgent|LoopAgent|AssistantAgent|ConversableAgent|UserProxyAgent|CodeAgent|ToolCallingAgent|ChatAgent|ChatCompletionAgent|RealtimeAgent|FunctionAgent|ReActAgent|SandboxAgent|SupervisorAgent|DurableAgent|create_react_agent|createReactAgent|create_agent|createAgent|create_supervisor|create_deep_agent|createDeepAgent|initialize_agent|(?:OpenAI|ReAct|FunctionCalling)Agent\\.from_tools';
/** Packages that make a call of those names one of a language-model agent. */
const AGENT_SOURCE =
  /(?:from|import|require\()\s*["']?(?:swarm|crewai|agents|autogen|ag2|google\.adk|pydantic_ai|smolagents|agno|phi|strands|langgraph|langchain|deepagents|mcp_agent|semantic_kernel|llama_index|camel|praisonaiagents|beeai_framework|letta|agent_framework|livekit|openai_agents|microsoft_agents|atomic_agents|uagents)\b|["'](?:@openai\/agents|@mastra\/core|@langchain\/|langchain|deepagents|@google\/adk|@convex-dev\/agent|@voltagent|@inngest\/agent-kit|@strands-agents|ai)["'/]/;
const OWN_MCP = /\bmcp\.server|fastmcp|modelcontextprotocol|from mcp\b|mcp_agent/;
const CLIENTS =
  'MCPServerStdio|MCPServerSse|MCPServerSSE|MCPServerStreamableHttp|MCPServerStreamableHTTP|MCPServerHTTP|MCPStdioTool|MCPStreamableHTTPTool|HostedMCPTool|hostedMcpTool|StdioServerParameters|StdioServerParams|SseServerParams|SseConnectionParams|StreamableHttpServerParams|StreamableHTTPConnectionParams|StdioConnectionParams|StdioMCPServer|StdioClientTransport|Experimental_StdioMCPTransport|StreamableHTTPClientTransport|SSEClientTransport|streamablehttp_client|streamable_http_client|sse_client';

export const agentCode: Scanner = {
  name: 'agent-code',
  wants: (path) => PROGRAM.test(extensionOf(path)),
  glance: (words, path) => words.has(WORDS) && !isTestPath(path),
  prefilter: (text, path) => QUICK.test(text) && !isTestPath(path) && !path.endsWith('.d.ts'),
  scan(file) {
    if (file.text === undefined) return emptyResult();
    return agentsIn('agent-code', file.path, file.text, extensionOf(file.path).startsWith('.py'));
  },
};

/** The same for a program that stands in another file, such as the cells of a notebook. Lines are the program's. */
export function agentsIn(scanner: string, path: string, program: string, python: boolean): FileResult {
  if (!QUICK.test(program) || isTestPath(path)) return emptyResult();
  const out = new ResultBuilder(scanner, path);
  const text = blankComments(program, python);
  if (AGENT_SOURCE.test(text)) for (const call of callsOf(text, AGENTS)) agent(call, out);
  for (const call of callsOf(text, 'AgentCard')) card(call, out);
  if (OWN_MCP.test(text)) for (const call of callsOf(text, 'FastMCP|McpServer|Server')) ownServer(call, out);
  for (const call of callsOf(text, CLIENTS)) client(call, out);
  for (const call of callsOf(text, 'MultiServerMCPClient|MCPClient')) serverMap(call, out);
  if (/mcp/i.test(text)) for (const entry of entriesOf(text)) literal(entry, out);
  return out.result;
}

/** An agent that is read from a definition elsewhere has that definition's name. */
const DEFINED = /agents_config\s*\[\s*["']([\w .-]{2,64})["']\s*\]/;

function agent(call: SourceCall, out: ResultBuilder): void {
  const named =
    stringArgument(call.body, 'name') ??
    DEFINED.exec(call.body)?.[1] ??
    stringArgument(call.body, 'role') ??
    firstString(call.body);
  const label =
    named !== undefined && /^[\w .&/()'-]{2,64}$/.test(named) ? named : (call.target ?? call.within);
  // A maker at the top of a file that is assigned to nothing makes nothing.
  if (label === undefined) return;
  out.asset(
    { kind: 'agent', name: label, origin: 'own', properties: { maker: call.name }, line: call.line },
    'depends_on',
  );
}

function card(call: SourceCall, out: ResultBuilder): void {
  const name = stringArgument(call.body, 'name');
  if (name === undefined || name.length > 100) return;
  const version = stringArgument(call.body, 'version');
  const id = out.asset(
    {
      kind: 'agent',
      name,
      ...(version === undefined ? {} : { version }),
      origin: 'own',
      properties: { type: 'a2a-card' },
      line: call.line,
    },
    'depends_on',
  );
  const place = /^(https?):\/\/([\w.-]+(?::\d+)?)/.exec(stringArgument(call.body, 'url') ?? '');
  if (place?.[2] !== undefined)
    out.edge(
      id,
      out.asset({
        kind: 'endpoint',
        name: place[2],
        origin: 'own',
        properties: { scheme: place[1] ?? '', role: 'agent' },
        line: call.line,
      }),
      'serves',
    );
}

/** `FastMCP("name")`, `new McpServer({ name })`, `Server("name")`. */
function ownServer(call: SourceCall, out: ResultBuilder): void {
  const name =
    firstString(call.body) ??
    stringArgument(call.body, 'name') ??
    (call.name === 'FastMCP' ? call.target : undefined);
  if (name === undefined || !/^[\w .@/:-]{1,80}$/.test(name)) return;
  out.asset(
    {
      kind: 'tool',
      name: `mcp/${name}`,
      origin: 'own',
      properties: { type: 'mcp', role: 'server' },
      line: call.line,
    },
    'depends_on',
  );
}

/** A server that a program starts or reaches; without a name of its own it is called after what is started. */
function client(call: SourceCall, out: ResultBuilder): void {
  const command = stringArgument(call.body, 'command');
  const url =
    stringArgument(call.body, 'url') ??
    stringArgument(call.body, 'server_url') ??
    stringArgument(call.body, 'serverUrl') ??
    /^\s*(?:new URL\(\s*)?["'](https?:\/\/[^"']+)["']/.exec(call.body)?.[1];
  const args = listArgument(call.body, 'args');
  const given =
    stringArgument(call.body, 'name') ??
    stringArgument(call.body, 'server_label') ??
    stringArgument(call.body, 'serverLabel');
  const kind = /sse/i.test(call.name) ? 'sse' : /http|Hosted|hosted/i.test(call.name) ? 'http' : 'stdio';
  report(
    given,
    {
      ...(command === undefined ? {} : { command, args }),
      ...(url === undefined ? {} : { url }),
      type: kind,
    },
    call.line,
    out,
  );
}

/** `MultiServerMCPClient({"math": {"command": …}})`: entries one level down. */
function serverMap(call: SourceCall, out: ResultBuilder): void {
  const entry = /["']?([\w .-]{1,60})["']?\s*:\s*\{([^{}]*(?:\{[^{}]*\}[^{}]*)*)\}/g;
  const body = call.body
    .replace(/^\s*\{/, ' ')
    .replace(/(?:mcpServers|mcp_servers|servers)["']?\s*:\s*\{/, ' ');
  let passed = 0;
  for (const match of body.matchAll(entry)) {
    const inner = match[2] ?? '';
    const command = stringArgument(inner, 'command');
    const url = stringArgument(inner, 'url');
    passed = body.slice(0, match.index).split('\n').length - 1;
    report(
      match[1],
      {
        ...(command === undefined ? {} : { command, args: listArgument(inner, 'args') }),
        ...(url === undefined ? {} : { url }),
        ...(stringArgument(inner, 'transport') === undefined
          ? {}
          : { transport: stringArgument(inner, 'transport') }),
      },
      call.line + passed,
      out,
    );
  }
}

/** `"files": { "command": "npx", "args": […] }` or `files = { … }`, wherever servers are collected. */
function literal(entry: SourceCall, out: ResultBuilder): void {
  const command = stringArgument(entry.body, 'command');
  if (command === undefined) return;
  report(entry.name, { command, args: listArgument(entry.body, 'args') }, entry.line, out);
}

function report(
  given: string | undefined,
  entry: Record<string, unknown>,
  line: number,
  out: ResultBuilder,
): void {
  const server = readServer(given ?? '', entry);
  if (server === undefined) return;
  const host = server.url === undefined ? undefined : /^\w+:\/\/([^/]+)/.exec(server.url)?.[1];
  const script = Array.isArray(entry.args)
    ? entry.args.find((one) => typeof one === 'string' && /\.(?:py|[cm]?[jt]s)$/.test(one))
    : undefined;
  const started = typeof script === 'string' ? script.slice(script.lastIndexOf('/') + 1) : undefined;
  const name = given ?? server.package?.name ?? host ?? started;
  if (name === undefined || !/^[\w .@/:-]{1,100}$/.test(name)) return;
  const local = host !== undefined && /^(?:localhost|127\.|0\.0\.0\.0)/.test(host);
  const floating = server.package !== undefined && server.package.version === undefined;
  const id = out.asset(
    {
      kind: 'tool',
      name: `mcp/${name}`,
      ...(server.package?.version === undefined ? {} : { version: server.package.version }),
      origin: server.package !== undefined || (host !== undefined && !local) ? 'external' : 'own',
      properties: {
        type: 'mcp',
        transport: server.transport,
        ...(server.command === undefined ? {} : { command: server.command }),
        ...(server.address === undefined ? {} : { url: server.address }),
        ...(server.package === undefined
          ? {}
          : { package: server.package.name, ecosystem: server.package.ecosystem, floating }),
      },
      line,
    },
    'calls',
  );
  if (floating)
    out.finding(
      'unpinned-mcp-server',
      'medium',
      0.85,
      `MCP server "${name}" runs whatever version of ${server.package?.name ?? ''} is newest; pin it.`,
      line,
      id,
    );
}
